package fi.lupa.consent.feedback;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.InRange;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.edge.http.Json;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a webhook sends is feedback, nothing, or no JSON. */
class MailProviderFuzzTest {

    static Stream<Arguments> bodies() {
        return Stream.of(
                Arguments.of(MailProvider.SES.ordinal(), """
                        {"Type": "Notification", "Message": "{\\"notificationType\\": \\"Bounce\\", \\"bounce\\": \
                        {\\"bounceType\\": \\"Permanent\\", \\"timestamp\\": \\"2026-11-23T09:00:00Z\\", \
                        \\"feedbackId\\": \\"1\\", \\"bouncedRecipients\\": [{\\"emailAddress\\": \\"a@example.com\\"}]}}"}"""),
                Arguments.of(MailProvider.SENDGRID.ordinal(), """
                        [{"event": "bounce", "email": "a@example.com", "timestamp": 1795000000, "sg_event_id": "1"}]"""),
                Arguments.of(MailProvider.MAILGUN.ordinal(), """
                        {"event-data": {"event": "failed", "severity": "permanent", "reason": "bounce", "id": "1",\
                         "recipient": "a@example.com", "timestamp": 1795000000.5}}"""));
    }

    /** @param provider which of them, since an enum with bodies of its own is none that the fuzzer can choose from */
    @MethodSource("bodies")
    @FuzzTest(maxDuration = "1h")
    void aBodyIsFeedbackOrNothing(@InRange(min = 0, max = 2) int provider, @NotNull String text) {
        try {
            JsonNode body = Json.MAPPER.readTree(text);
            MailProvider.values()[provider].read(body);
        } catch (JsonProcessingException e) {
            // The door answers 400.
        }
    }
}
