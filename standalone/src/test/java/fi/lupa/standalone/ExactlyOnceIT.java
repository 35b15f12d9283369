package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.campaign.CampaignRouter;
import fi.lupa.edge.service.RunningService;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.schemas.topic.Topics;
import java.io.IOException;
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
                String recipient = i % 2 == 0 ? subjectId : "stranger-" + i % 100;
                return new TestInstallation.Raw(
                        recipient, lupa.bytes(Topics.CAMPAIGN_MESSAGES, message("m-" + i, recipient)));
            }));

            // Killed as soon as something has come out, while there is more to do.
            for (int round = 0; round < 2; round++) {
                long before = progress(lupa);
                Process killed = routerProcess(lupa);
                awaitTrue(() -> progress(lupa) > before);
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

    /** Offsets grow with every outcome, and with every transaction: enough to see that something goes on. */
    private static long progress(TestInstallation lupa) {
        return lupa.end(Topics.cleared(fi.lupa.permission.Channel.EMAIL)) + lupa.end(Topics.CAMPAIGN_SUPPRESSED);
    }

    private static int outcomes(TestInstallation lupa) {
        return lupa.read(Topics.cleared(fi.lupa.permission.Channel.EMAIL)).size()
                + lupa.read(Topics.CAMPAIGN_SUPPRESSED).size();
    }

    private static Process routerProcess(TestInstallation lupa) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                CampaignRouter.class.getName()));
        command.addAll(lupa.arguments(TestInstallation.freePort()));
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
