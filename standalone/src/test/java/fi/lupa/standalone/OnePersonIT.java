package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.edge.service.RunningService;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One person under several names: said once, it holds under each; what only a person may decide, a person decides. */
class OnePersonIT {

    private static final String SPRING = """
            {"name": "Spring", "purpose": "DIRECT_MARKETING", "channels": ["EMAIL", "MOBILE", "PHONE", "POST"],
             "processor": {"name": "Postittaja Oy", "country": "FI"}}""";

    @TempDir
    private Path folder;

    @Test
    void whatIsSaidUnderOneNameHoldsUnderEvery() {
        try (TestInstallation lupa = TestInstallation.named("one-person", folder)) {
            RunningService consent = lupa.consentStream();
            RunningService router = lupa.campaignRouter();
            Http.put(router.url().resolve("/v1/campaigns/spring"), lupa.keys.marketer(), SPRING);

            // She subscribes by address alone, and registers as a customer later.
            form(lupa, consent, "newsletter", "email=aino%40example.com&email_consent=yes");
            form(
                    lupa,
                    consent,
                    "registration",
                    "customer_number=C-1&name=Aino&email=aino%40example.com&phone=0401234567&mobile_consent=yes");
            awaitTrue(() -> cleared(lupa, router, "EMAIL", "\"customerId\": \"C-1\""));
            awaitTrue(() -> cleared(lupa, router, "MOBILE", "\"email\": \"aino@example.com\""));
            awaitTrue(() -> cleared(lupa, router, "MOBILE", "\"phone\": \"+358401234567\""));
            String customer = subject(lupa, consent, "customerId=C-1");
            assertThat(subject(lupa, consent, "email=aino%40example.com")).isEqualTo(customer);
            assertThat(subject(lupa, consent, "phone=0401234567")).isEqualTo(customer);

            // An unsubscribe by address stops the message addressed by customer number, and says why.
            // What is said within the same millisecond counts at it.
            String before =
                    Instant.now().minusMillis(1).truncatedTo(ChronoUnit.MILLIS).toString();
            says(lupa, consent, """
                    {"email": "aino@example.com", "scope": "EMAIL", "will": "WITHDRAW", "door": "UNSUBSCRIBE_LINK"}""");
            awaitTrue(() -> reasons(lupa, router, "EMAIL", "\"customerId\": \"C-1\"")
                    .equals("[\"CONSENT_WITHDRAWN\",\"CONTACT_POINT_STOPPED\"]"));
            assertThat(decide(lupa, router, "EMAIL", "\"customerId\": \"C-1\"")
                            .at("/why/0/statement/door")
                            .asText())
                    .isEqualTo("UNSUBSCRIBE_LINK");

            // As it was before, and by what was known.
            assertThat(status(consents(lupa, consent, customer, "?at=" + before), "EMAIL"))
                    .isEqualTo("GRANTED");
            assertThat(status(consents(lupa, consent, customer, ""), "EMAIL")).isEqualTo("WITHDRAWN");
            says(lupa, consent, """
                    {"customerId": "C-1", "scope": "POST", "will": "PROHIBIT", "door": "LETTER", "evidence": "a/1",
                     "occurredAt": "2020-01-01T00:00:00Z"}""");
            awaitTrue(
                    () -> status(consents(lupa, consent, customer, ""), "POST").equals("PROHIBITED"));
            assertThat(status(consents(lupa, consent, customer, "?at=" + before), "POST"))
                    .as("it had been said")
                    .isEqualTo("PROHIBITED");
            assertThat(status(consents(lupa, consent, customer, "?at=" + before + "&known=" + before), "POST"))
                    .as("and Lupa did not know")
                    .isEqualTo("NEVER_ASKED");

            // The whole history, and a mistake put right.
            JsonNode history = Http.get(
                            consent.url().resolve("/v1/subjects/" + customer + "/history"), lupa.keys.operator())
                    .body()
                    .at("/statements");
            assertThat(history.findValuesAsText("will")).containsExactly("PROHIBIT", "GRANT", "GRANT", "WITHDRAW");
            says(lupa, consent, """
                    {"subjectId": "%s", "will": "INVALIDATE", "about": "%s", "door": "PHONE_CALL", "evidence": "c/1"}""".formatted(customer, history.at("/0/eventId").asText()));
            awaitTrue(
                    () -> status(consents(lupa, consent, customer, ""), "POST").equals("INVALIDATED"));
        }
    }

    @Test
    void twoCustomersWithOneAddressAreMergedByAPersonOnlyAndPartedAgain() {
        try (TestInstallation lupa = TestInstallation.named("one-address", folder)) {
            RunningService consent = lupa.consentStream();
            RunningService router = lupa.campaignRouter();
            Http.put(router.url().resolve("/v1/campaigns/spring"), lupa.keys.marketer(), SPRING);
            String aino = "customer_number=C-1&name=Aino&email=koti%40example.com&email_consent=yes";
            form(lupa, consent, "registration", aino);
            form(lupa, consent, "registration", "customer_number=C-2&name=Eero&email=koti%40example.com&no_phone=yes");
            awaitTrue(() -> decide(lupa, router, "EMAIL", "\"email\": \"koti@example.com\"")
                    .at("/reasons/0")
                    .asText()
                    .equals("AMBIGUOUS_RECIPIENT"));
            String first = subject(lupa, consent, "customerId=C-1");
            String second = subject(lupa, consent, "customerId=C-2");
            awaitTrue(() -> consents(lupa, consent, first, "")
                    .at("/possibleDuplicates/0")
                    .asText()
                    .equals(second));
            awaitTrue(() -> cleared(lupa, router, "EMAIL", "\"customerId\": \"C-1\""));
            assertThat(cleared(lupa, router, "EMAIL", "\"customerId\": \"C-2\""))
                    .isFalse();

            String link = "/v1/subjects/" + first + "/same-as/" + second;
            assertThat(Http.put(consent.url().resolve(link), lupa.keys.operator(), "{\"evidence\": \"calls/7\"}")
                            .status())
                    .isEqualTo(202);
            awaitTrue(() -> cleared(lupa, router, "EMAIL", "\"email\": \"koti@example.com\""));
            awaitTrue(() ->
                    reasons(lupa, router, "PHONE", "\"customerId\": \"C-1\"").contains("CHANNEL_PROHIBITED"));

            assertThat(Http.delete(consent.url().resolve(link), lupa.keys.operator(), "{\"evidence\": \"calls/8\"}")
                            .status())
                    .isEqualTo(202);
            awaitTrue(() -> decide(lupa, router, "EMAIL", "\"email\": \"koti@example.com\"")
                    .at("/reasons/0")
                    .asText()
                    .equals("AMBIGUOUS_RECIPIENT"));
            awaitTrue(() -> !cleared(lupa, router, "EMAIL", "\"customerId\": \"C-2\""));
        }
    }

    private static void form(TestInstallation lupa, RunningService consent, String form, String fields) {
        Http.Answer taken = Http.post(
                consent.url().resolve("/v1/forms/" + form),
                lupa.keys.site(),
                "application/x-www-form-urlencoded",
                fields);
        assertThat(taken.status()).isEqualTo(202);
    }

    private static void says(TestInstallation lupa, RunningService consent, String statement) {
        Http.Answer taken = Http.postJson(consent.url().resolve("/v1/consents"), lupa.keys.operator(), statement);
        assertThat(taken.status()).as(taken.response().body()).isEqualTo(202);
    }

    private static String subject(TestInstallation lupa, RunningService consent, String query) {
        return Http.get(consent.url().resolve("/v1/subjects?" + query), lupa.keys.operator())
                .body()
                .at("/subjectId")
                .asText();
    }

    private static JsonNode consents(TestInstallation lupa, RunningService consent, String subjectId, String query) {
        return Http.get(consent.url().resolve("/v1/subjects/" + subjectId + "/consents" + query), lupa.keys.operator())
                .body();
    }

    private static String status(JsonNode consents, String scope) {
        for (JsonNode each : consents.at("/scopes")) {
            if (each.at("/scope").asText().equals(scope)) {
                return each.at("/status").asText();
            }
        }
        return "none";
    }

    private static boolean cleared(TestInstallation lupa, RunningService router, String channel, String recipient) {
        return decide(lupa, router, channel, recipient).at("/cleared").asBoolean();
    }

    private static String reasons(TestInstallation lupa, RunningService router, String channel, String recipient) {
        return decide(lupa, router, channel, recipient).at("/reasons").toString();
    }

    private static JsonNode decide(TestInstallation lupa, RunningService router, String channel, String recipient) {
        return Http.postJson(
                        router.url().resolve("/v1/decisions"), lupa.keys.campaign(), """
                        {"campaignId": "spring", "channel": "%s", "recipients": [{%s}]}""".formatted(channel, recipient))
                .body()
                .at("/decisions/0");
    }
}
