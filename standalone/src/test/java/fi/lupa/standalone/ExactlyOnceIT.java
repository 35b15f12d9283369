package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.campaign.CampaignRouter;
import fi.lupa.edge.service.RunningService;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.ConsentState;
import fi.lupa.event.Customership;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.Reason;
import fi.lupa.event.SubjectKind;
import fi.lupa.schemas.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A router killed in the middle of its work: every message comes out once, cleared or suppressed, and the books balance. */
class ExactlyOnceIT {

    private static final int MESSAGES = 20_000;

    @TempDir
    private Path folder;

    @Test
    void whateverRestartsAMessageComesOutOnce() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("once", folder)) {
            RunningService consent = lupa.consentStream();
            RunningService router = lupa.campaignRouter();
            String subjectId = subscribe(lupa, consent);
            assertThat(Http.put(router.url().resolve("/v1/campaigns/spring"), lupa.keys.marketer(), """
                                    {"name": "Spring", "purpose": "DIRECT_MARKETING", "channels": ["EMAIL"],
                                     "processor": {"name": "Postittaja Oy", "country": "FI"}}""")
                            .status())
                    .isEqualTo(200);
            lupa.stop(router);
            lupa.writeAll(Topics.CAMPAIGN_MESSAGES, IntStream.range(0, MESSAGES).mapToObj(i -> {
                String recipient = i % 2 == 0 ? subjectId : "stranger-of-id-%07d".formatted(i % 100);
                return new TestInstallation.Raw(
                        recipient, lupa.bytes(Topics.CAMPAIGN_MESSAGES, message("m-" + i, recipient)));
            }));

            // Killed as soon as something has come out, while there is more to do.
            Process killed = routerProcess(lupa, TestInstallation.freePort());
            try {
                awaitTrue(() -> progress(lupa) > 0);
            } finally {
                killed.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
            lupa.campaignRouter();
            awaitTrue(() -> progress(lupa) >= MESSAGES && outcomes(lupa) >= MESSAGES);
            List<String> ids = new ArrayList<>();
            List<MessageCleared> cleared = lupa.values(Topics.cleared(fi.lupa.permission.Channel.EMAIL));
            List<MessageSuppressed> suppressed = lupa.values(Topics.CAMPAIGN_SUPPRESSED);
            cleared.forEach(message -> ids.add(message.getMessageId()));
            suppressed.forEach(message -> ids.add(message.getMessageId()));
            assertThat(ids).hasSize(MESSAGES).doesNotHaveDuplicates();
            assertThat(cleared).hasSize(MESSAGES / 2);
            assertThat(lupa.values(Topics.DEAD_LETTERS)).isEmpty();
        }
    }

    @Test
    void aLaunchThatBreaksOffGoesOnWhereItWas() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("launched", folder)) {
            RunningService consent = lupa.consentStream();
            RunningService before = lupa.campaignRouter();
            assertThat(Http.put(before.url().resolve("/v1/campaigns/spring"), lupa.keys.marketer(), """
                                    {"name": "Spring", "purpose": "DIRECT_MARKETING", "channels": ["EMAIL"],
                                     "processor": {"name": "Postittaja Oy", "country": "FI"},
                                     "segment": {}, "template": "spring"}""")
                            .status())
                    .isEqualTo(200);
            lupa.stop(before);
            lupa.stop(consent);
            lupa.writeAll(
                    Topics.CONSENT_STATE,
                    IntStream.range(0, MESSAGES)
                            .mapToObj(i -> new TestInstallation.Raw(
                                    subject(i), lupa.bytes(Topics.CONSENT_STATE, state(subject(i))))));

            int port = TestInstallation.freePort();
            Process killed = routerProcess(lupa, port);
            try {
                URI launch = URI.create("http://127.0.0.1:" + port + "/v1/campaigns/spring/launch");
                awaitTrue(() -> launched(launch, lupa));
                awaitTrue(() -> lupa.end(Topics.CAMPAIGN_MESSAGES) > 0);
            } finally {
                killed.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
            assertThat(lupa.read(Topics.CAMPAIGN_MESSAGES))
                    .as("broken off half way")
                    .isNotEmpty()
                    .hasSizeLessThan(MESSAGES);

            RunningService after = lupa.campaignRouter();
            URI progress = after.url().resolve("/v1/campaigns/spring/launch");
            awaitTrue(() ->
                    Http.get(progress, lupa.keys.marketer()).body().path("done").asBoolean());
            awaitTrue(() -> outcomes(lupa) >= MESSAGES);
            assertThat(Http.get(progress, lupa.keys.marketer())
                            .body()
                            .path("messages")
                            .asInt())
                    .isEqualTo(MESSAGES);
            assertThat(lupa.values(Topics.CAMPAIGN_MESSAGES))
                    .extracting(CampaignMessage::getSubjectId)
                    .hasSize(MESSAGES)
                    .doesNotHaveDuplicates();
            assertThat(lupa.values(Topics.CAMPAIGN_SUPPRESSED))
                    .hasSize(MESSAGES)
                    .extracting(MessageSuppressed::getReasons)
                    .allSatisfy(reasons -> assertThat(reasons).doesNotContain(Reason.DUPLICATE));
        }
    }

    private static String subject(int number) {
        return "subject-of-id-%08d".formatted(number);
    }

    /** Asks until it is taken: the router is on its way up, and then still restores. */
    private static boolean launched(URI launch, TestInstallation lupa) {
        try {
            Http.Answer answer = Http.postJson(launch, lupa.keys.marketer(), "");
            assertThat(answer.status()).as(answer.response().body()).isIn(202, 503);
            return answer.status() == 202;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private static ConsentState state(String subjectId) {
        return ConsentState.newBuilder()
                .setSubjectId(subjectId)
                .setKind(SubjectKind.PERSON)
                .setKindSince(Instant.EPOCH)
                .setCustomership(Customership.NONE)
                .setRevision(1)
                .build();
    }

    /** Offsets grow with every outcome, and with every transaction: enough to see that something goes on. */
    private static long progress(TestInstallation lupa) {
        return lupa.end(Topics.cleared(fi.lupa.permission.Channel.EMAIL)) + lupa.end(Topics.CAMPAIGN_SUPPRESSED);
    }

    private static int outcomes(TestInstallation lupa) {
        return lupa.read(Topics.cleared(fi.lupa.permission.Channel.EMAIL)).size()
                + lupa.read(Topics.CAMPAIGN_SUPPRESSED).size();
    }

    private static Process routerProcess(TestInstallation lupa, int port) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                CampaignRouter.class.getName()));
        command.addAll(lupa.arguments(port));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String subscribe(TestInstallation lupa, RunningService consent) {
        assertThat(Http.post(
                                consent.url().resolve("/v1/forms/newsletter"),
                                lupa.keys.site(),
                                "application/x-www-form-urlencoded",
                                "email=aino@example.com&email_consent=yes")
                        .status())
                .isEqualTo(202);
        var who = consent.url().resolve("/v1/subjects?email=aino@example.com");
        awaitTrue(() -> Http.get(who, lupa.keys.operator()).status() == 200);
        return Http.get(who, lupa.keys.operator()).body().at("/subjectId").asText();
    }

    private static CampaignMessage message(String id, String subjectId) {
        return CampaignMessage.newBuilder()
                .setMessageId(id)
                .setCampaignId("spring")
                .setChannel(Channel.EMAIL)
                .setSubjectId(subjectId)
                .setRequestedAt(Instant.EPOCH)
                .build();
    }
}
