package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fi.lupa.edge.service.RunningService;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.Purpose;
import fi.lupa.permission.Channel;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A consent counts from its confirmation, and a stranger's form changes nothing of it. */
class DoubleOptInIT {

    private static final String SPRING = """
            {"name": "Spring", "purpose": "DIRECT_MARKETING", "channels": ["EMAIL"],
             "processor": {"name": "Postittaja Oy", "country": "FI"}}""";

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @TempDir
    private Path folder;

    @Test
    void aLinkIsSentAndOnlyAPressOnItsButtonConfirms() {
        try (TestInstallation lupa = TestInstallation.named("double-opt-in", folder)) {
            RunningService consent = lupa.consentStream();
            RunningService router = lupa.campaignRouter();
            assertThat(Http.put(router.url().resolve("/v1/campaigns/spring"), lupa.keys.marketer(), SPRING)
                            .status())
                    .isEqualTo(200);

            JsonNode first = subscribe(lupa, consent);
            assertThat(first.at("/statements/0/awaitsConfirmation").asBoolean()).isTrue();
            awaitTrue(() -> decide(lupa, router).at("/reasons/0").asText().equals("CONSENT_PENDING"));
            awaitTrue(() -> lupa.values(Topics.cleared(Channel.EMAIL)).size() == 1);
            for (Topic<?> topic : List.of(Topics.CONSENT_STATE, Topics.cleared(Channel.EMAIL))) {
                assertThat(lupa.read(topic)
                                .get(0)
                                .headers()
                                .lastHeader("traceparent")
                                .value())
                        .as("the website's trace on " + topic.name())
                        .asString()
                        .startsWith("00-" + TRACE);
            }
            MessageCleared asked = lupa.values(Topics.cleared(Channel.EMAIL)).get(0);
            assertThat(asked.getCampaignId()).isEqualTo("lupa-confirmation");
            assertThat(asked.getPurpose()).isEqualTo(Purpose.SERVICE_NOTICE);
            assertThat(asked.getTemplate()).isEqualTo("confirm");
            assertThat(asked.getPersonal().getContactPoint()).isEqualTo("aino@example.com");
            assertThat(asked.getPersonal().getParameters())
                    .containsEntry("language", "en")
                    .containsEntry("wording", "Yes, send me the newsletter.");
            URI link = URI.create(asked.getPersonal().getParameters().get("confirmUrl"));
            assertThat(link.getPort()).isEqualTo(consent.url().getPort());

            for (int i = 0; i < 2; i++) {
                Http.Answer page = Http.get(link, null);
                assertThat(page.status()).isEqualTo(200);
                assertThat(page.response().body())
                        .contains("Confirm your consent")
                        .doesNotContain("aino");
            }
            assertThat(decide(lupa, router).at("/reasons/0").asText()).isEqualTo("CONSENT_PENDING");

            assertThat(press(link).status()).isEqualTo(200);
            awaitTrue(() -> decide(lupa, router).at("/cleared").asBoolean());
            assertThat(Http.postJson(router.url().resolve("/v1/campaigns/spring/messages"), lupa.keys.campaign(), """
                    {"messageId": "m-1", "channel": "EMAIL", "recipient": {"email": "aino@example.com"}}""")
                            .status())
                    .isEqualTo(202);
            awaitTrue(() -> lupa.values(Topics.cleared(Channel.EMAIL)).size() == 2);

            JsonNode again = subscribe(lupa, consent);
            assertThat(whatItSays(again)).isEqualTo(whatItSays(first));
            awaitTrue(() ->
                    consents(lupa, consent).contains(again.at("/occurredAt").asText()));
            assertThat(decide(lupa, router).at("/cleared").asBoolean()).isTrue();
            assertThat(lupa.values(Topics.CAMPAIGN_MESSAGES))
                    .as("the confirmation and m-1")
                    .hasSize(2);

            Http.Answer pressedAgain = press(link);
            assertThat(pressedAgain.status()).isEqualTo(410);
            assertThat(pressedAgain.response().body()).contains("no longer in force");
        }
    }

    private static JsonNode subscribe(TestInstallation lupa, RunningService consent) {
        Http.Answer taken = Http.post(
                consent.url().resolve("/v1/forms/newsletter-confirmed"),
                lupa.keys.site(),
                "application/x-www-form-urlencoded",
                "email=aino%40example.com&email_consent=yes&_language=en",
                "traceparent",
                "00-" + TRACE + "-00f067aa0ba902b7-01");
        assertThat(taken.status()).isEqualTo(202);
        return taken.body();
    }

    private static Http.Answer press(URI link) {
        return Http.post(link, null, "application/x-www-form-urlencoded", "");
    }

    private static JsonNode whatItSays(JsonNode receipt) {
        return ((ObjectNode) receipt.deepCopy()).without(List.of("eventId", "occurredAt", "receivedAt"));
    }

    private static String consents(TestInstallation lupa, RunningService consent) {
        String subjectId = lupa.read(Topics.CAMPAIGN_MESSAGES).get(0).key();
        return Http.get(consent.url().resolve("/v1/subjects/" + subjectId + "/consents"), lupa.keys.operator())
                .response()
                .body();
    }

    private static JsonNode decide(TestInstallation lupa, RunningService router) {
        return Http.postJson(router.url().resolve("/v1/decisions"), lupa.keys.campaign(), """
                        {"campaignId": "spring", "channel": "EMAIL", "recipients": [{"email": "aino@example.com"}]}""")
                .body()
                .at("/decisions/0");
    }
}
