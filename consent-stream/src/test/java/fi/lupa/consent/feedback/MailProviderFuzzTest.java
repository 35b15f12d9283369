package fi.lupa.consent.feedback;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.edge.http.Json;

/** Whatever a webhook sends is feedback, nothing, or no JSON. */
class MailProviderFuzzTest {

    @FuzzTest(maxDuration = "1h")
    void aBodyIsFeedbackOrNothing(FuzzedDataProvider data) {
        MailProvider provider = data.pickValue(MailProvider.values());
        try {
            JsonNode body = Json.MAPPER.readTree(data.consumeRemainingAsString());
            provider.read(body);
        } catch (JsonProcessingException e) {
            // The door answers 400.
        }
    }
}
