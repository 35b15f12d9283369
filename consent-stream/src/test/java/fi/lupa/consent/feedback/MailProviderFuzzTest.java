package fi.lupa.consent.feedback;

import com.code_intelligence.jazzer.junit.FuzzTest;
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
                Arguments.of(MailProvider.SES, """
                        {"Type": "Notification", "Message": "{\\"notificationType\\": \\"Bounce\\", \\"bounce\\": \
                        {\\"bounceType\\": \\"Permanent\\", \\"timestamp\\": \\"2026-11-23T09:00:00Z\\", \
                        \\"feedbackId\\": \\"1\\", \\"bouncedRecipients\\": [{\\"emailAddress\\": \\"a@example.com\\"}]}}"}"""),
                Arguments.of(MailProvider.SENDGRID, """
                        [{"event": "bounce", "email": "a@example.com", "timestamp": 1795000000, "sg_event_id": "1"}]"""),
                Arguments.of(MailProvider.MAILGUN, """
                        {"event-data": {"event": "failed", "severity": "permanent", "reason": "bounce", "id": "1",\
                         "recipient": "a@example.com", "timestamp": 1795000000.5}}"""));
    }

    @MethodSource("bodies")
    @FuzzTest(maxDuration = "1h")
    void aBodyIsFeedbackOrNothing(@NotNull MailProvider provider, @NotNull String text) {
        try {
            JsonNode body = Json.MAPPER.readTree(text);
            provider.read(body);
        } catch (JsonProcessingException e) {
            // The door answers 400.
        }
    }
}
