package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.edge.service.RunningService;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.Reason;
import fi.lupa.permission.Channel;
import fi.lupa.schemas.topic.Topics;
import java.net.URI;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job: a form becomes a permission, and the permission decides what goes out. */
class FormToMessageIT {

    private static final String SPRING = """
            {"name": "Spring", "purpose": "DIRECT_MARKETING", "channels": ["EMAIL", "MOBILE"],
             "processor": {"name": "Postittaja Oy", "country": "FI"}}""";

    @TempDir
    private Path folder;

    @Test
    void aTickedBoxClearsAMessageAndAWithdrawalStopsTheNextAlsoAfterARestart() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("main", folder)) {
            RunningService consent = lupa.consentStream();
            RunningService router = lupa.campaignRouter();
            assertThat(Http.put(router.url().resolve("/v1/campaigns/spring"), lupa.keys.marketer(), SPRING)
                            .status())
                    .isEqualTo(200);

            String eventId = UUID.randomUUID().toString();
            for (int i = 0; i < 2; i++) {
                Http.Answer taken = Http.post(
                        consent.url().resolve("/v1/forms/newsletter"),
                        lupa.keys.site(),
                        "application/x-www-form-urlencoded",
                        "email=Aino%40Example.com&email_consent=yes&favourite=blue",
                        "Idempotency-Key",
                        eventId);
                assertThat(taken.status()).isEqualTo(202);
                assertThat(taken.body().at("/identifiers/email").asText()).isEqualTo("aino@example.com");
                assertThat(taken.body().at("/keptFields/0").asText()).isEqualTo("favourite");
                URI outcome = consent.url()
                        .resolve(taken.response()
                                .headers()
                                .firstValue("Location")
                                .orElseThrow());
                awaitTrue(() -> Http.get(outcome, lupa.keys.site()).status() == 200);
            }
            awaitTrue(() -> decide(lupa, router).at("/cleared").asBoolean());
            send(lupa, router, "m-1");
            awaitTrue(() -> lupa.values(Topics.cleared(Channel.EMAIL)).size() == 1);
            MessageCleared cleared = lupa.values(Topics.cleared(Channel.EMAIL)).get(0);
            assertThat(cleared.getMessageId()).isEqualTo("m-1");
            assertThat(cleared.getPersonal().getContactPoint()).isEqualTo("aino@example.com");
            assertThat(cleared.getPersonal().getParameters()).containsEntry("greeting", "Moi");
            assertThat(lupa.values(Topics.FORMS_SUBMITTED))
                    .as("the same form twice")
                    .hasSize(1);
            assertThat(lupa.values(Topics.CONSENT_CHANGES)).hasSize(1);

            Http.Answer withdrawn = Http.postJson(consent.url().resolve("/v1/consents"), lupa.keys.operator(), """
                    {"email": "aino@example.com", "scope": "EMAIL", "will": "WITHDRAW",
                     "door": "LETTER", "evidence": "archive/2026/17"}""");
            assertThat(withdrawn.status()).isEqualTo(202);
            awaitTrue(() -> !decide(lupa, router).at("/cleared").asBoolean());
            send(lupa, router, "m-2");
            awaitTrue(() -> lupa.values(Topics.CAMPAIGN_SUPPRESSED).size() == 1);
            assertThat(suppressed(lupa, 0).getReasons()).containsExactly(Reason.CONSENT_WITHDRAWN);

            holds(lupa, router);
            lupa.stop(router);
            lupa.stop(consent);
            RunningService consentAgain = lupa.consentStream();
            RunningService routerAgain = lupa.campaignRouter();
            awaitTrue(() -> decide(lupa, routerAgain).at("/reasons/0").asText().equals("CONSENT_WITHDRAWN"));
            send(lupa, routerAgain, "m-3");
            awaitTrue(() -> lupa.values(Topics.CAMPAIGN_SUPPRESSED).size() == 2);
            assertThat(suppressed(lupa, 1).getReasons()).containsExactly(Reason.CONSENT_WITHDRAWN);

            Http.Answer consents = Http.get(
                    consentAgain
                            .url()
                            .resolve(withdrawn
                                    .response()
                                    .headers()
                                    .firstValue("Location")
                                    .orElseThrow()),
                    lupa.keys.operator());
            assertThat(consents.body().at("/scopes/0/status").asText()).isEqualTo("WITHDRAWN");
            assertThat(consents.body().at("/scopes/0/because/door").asText()).isEqualTo("LETTER");

            // What waited through the restart went out when its channel opened, and all that went out is known.
            awaitTrue(() -> lupa.values(Topics.cleared(Channel.EMAIL)).size() == 2);
            String contacts = "/v1/subjects/" + consents.body().at("/subjectId").asText() + "/contacts";
            awaitTrue(() -> Http.get(consentAgain.url().resolve(contacts), lupa.keys.operator())
                    .body()
                    .at("/contacts")
                    .findValuesAsText("messageId")
                    .equals(List.of("m-1", "m-held")));

            // What the mail provider tells of it binds the address.
            assertThat(Http.postJson(consentAgain.url().resolve("/v1/feedback/sendgrid"), lupa.keys.campaign(), """
                                    [{"event": "spamreport", "email": "aino@example.com", "sg_event_id": "f-1"}]""")
                            .body()
                            .at("/recorded")
                            .asInt())
                    .isOne();
            awaitTrue(() ->
                    decide(lupa, routerAgain).at("/reasons").toString().contains(Reason.CONTACT_POINT_STOPPED.name()));

            assertThat(metrics(consentAgain) + metrics(routerAgain)).contains(Monitoring.metrics());
        }
    }

    private static String metrics(RunningService service) {
        return Http.get(service.url().resolve("/metrics"), null).response().body();
    }

    /** A message that waits for half a minute. */
    private static void holds(TestInstallation lupa, RunningService router) throws InterruptedException {
        ZoneId zone = ZoneId.of("Europe/Helsinki");
        while (LocalTime.now(zone).isAfter(LocalTime.of(23, 58))) {
            Thread.sleep(1_000); // The hours of a day end with it.
        }
        assertThat(Http.put(router.url().resolve("/v1/campaigns/evening"), lupa.keys.marketer(), """
                                {"name": "Evening", "purpose": "CUSTOMER_COMMUNICATION", "channels": ["EMAIL"],
                                 "quietHours": [{"channel": "EMAIL", "opens": "%s", "closes": "23:59:59"}],
                                 "processor": {"name": "Postittaja Oy", "country": "FI"}}""".formatted(
                                        LocalTime.now(zone).plusSeconds(30).truncatedTo(ChronoUnit.SECONDS)))
                        .status())
                .isEqualTo(200);
        assertThat(Http.postJson(router.url().resolve("/v1/campaigns/evening/messages"), lupa.keys.campaign(), """
                                {"messageId": "m-held", "channel": "EMAIL", "recipient": {"email": "aino@example.com"}}""")
                        .status())
                .isEqualTo(202);
        awaitTrue(() -> Http.get(router.url().resolve("/metrics"), null)
                .response()
                .body()
                .contains("lupa_messages_waiting 1.0"));
    }

    private static JsonNode decide(TestInstallation lupa, RunningService router) {
        return Http.postJson(router.url().resolve("/v1/decisions"), lupa.keys.campaign(), """
                        {"campaignId": "spring", "channel": "EMAIL", "recipients": [{"email": "aino@example.com"}]}""")
                .body()
                .at("/decisions/0");
    }

    private static void send(TestInstallation lupa, RunningService router, String messageId) {
        Http.Answer taken = Http.postJson(
                router.url().resolve("/v1/campaigns/spring/messages"), lupa.keys.campaign(), """
                {"messageId": "%s", "channel": "EMAIL", "recipient": {"email": "aino@example.com"},
                 "parameters": {"greeting": "Moi"}}""".formatted(messageId));
        assertThat(taken.status()).isEqualTo(202);
    }

    private static MessageSuppressed suppressed(TestInstallation lupa, int index) {
        return lupa.values(Topics.CAMPAIGN_SUPPRESSED).get(index);
    }
}
