package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.edge.service.RunningService;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.DeadLetter;
import fi.lupa.event.FailedStage;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.MessagePersonalData;
import fi.lupa.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A message that fits its topic and whose outcome might not: it is set aside, and the router goes on. */
class LargeMessagesIT {

    @TempDir
    private Path folder;

    @Test
    void aMessageThatIsTooLongIsSetAsideAndTheRouterGoesOn() {
        try (TestInstallation lupa = TestInstallation.named("large", folder)) {
            RunningService consent = lupa.consentStream();
            RunningService router = lupa.campaignRouter();
            Http.post(
                    consent.url().resolve("/v1/forms/newsletter"),
                    lupa.keys.site(),
                    "application/x-www-form-urlencoded",
                    "email=aino@example.com&email_consent=yes");
            var who = consent.url().resolve("/v1/subjects?email=aino@example.com");
            awaitTrue(() -> Http.get(who, lupa.keys.operator()).status() == 200);
            String subjectId =
                    Http.get(who, lupa.keys.operator()).body().at("/subjectId").asText();
            Http.put(router.url().resolve("/v1/campaigns/spring"), lupa.keys.marketer(), """
                    {"name": "Spring", "purpose": "DIRECT_MARKETING", "channels": ["EMAIL"],
                     "processor": {"name": "Postittaja Oy", "country": "FI"}}""");
            lupa.write(Topics.CAMPAIGN_MESSAGES, subjectId, message("m-large", subjectId, 1024 * 1024 - 220));
            lupa.write(Topics.CAMPAIGN_MESSAGES, subjectId, message("m-2", subjectId, Topics.LARGEST_MESSAGE - 1_000));
            awaitTrue(() -> lupa.values(Topics.cleared(fi.lupa.permission.Channel.EMAIL))
                            .size()
                    == 1);
            assertThat(lupa.values(Topics.cleared(fi.lupa.permission.Channel.EMAIL)))
                    .extracting(MessageCleared::getMessageId)
                    .containsExactly("m-2");
            assertThat(lupa.values(Topics.DEAD_LETTERS))
                    .extracting(DeadLetter::getStage)
                    .containsExactly(FailedStage.READ);
        }
    }

    private static CampaignMessage message(String id, String subjectId, int length) {
        return CampaignMessage.newBuilder()
                .setMessageId(id)
                .setCampaignId("spring")
                .setChannel(Channel.EMAIL)
                .setSubjectId(subjectId)
                .setPersonal(MessagePersonalData.newBuilder()
                        .setParameters(Map.of("text", "x".repeat(length)))
                        .build())
                .setRequestedAt(Instant.EPOCH)
                .build();
    }
}
