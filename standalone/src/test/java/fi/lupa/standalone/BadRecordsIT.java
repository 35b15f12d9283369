package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import fi.lupa.edge.service.RunningService;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.DeadLetter;
import fi.lupa.event.FailedStage;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.Reason;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that are none go to the dead letters with topic, partition, offset and a sentence; the stream goes on. */
class BadRecordsIT {

    private static final String NOBODY = "NobodyKnownByThisIdNow";
    private static final byte[] NOT_AVRO = "moi".getBytes(StandardCharsets.UTF_8);
    private static final byte[] UNKNOWN_SCHEMA =
            ByteBuffer.allocate(9).put((byte) 0).putInt(987_654).putInt(0).array();

    @TempDir
    private Path folder;

    @Test
    void badRecordsAreSetAsideAndTheStreamGoesOn() {
        try (TestInstallation lupa = TestInstallation.named("bad", folder)) {
            RunningService consent = lupa.consentStream();
            lupa.campaignRouter();
            for (Topic<?> topic : List.of(
                    Topics.FORMS_INBOX,
                    Topics.CONSENT_CHANGES,
                    Topics.CAMPAIGN_MESSAGES,
                    Topics.CONSENT_STATE,
                    Topics.CAMPAIGN_DEFINITIONS)) {
                lupa.write(topic, "somebody", NOT_AVRO);
                lupa.write(topic, "somebody", UNKNOWN_SCHEMA);
            }
            lupa.write(Topics.FORMS_INBOX, "somebody", (byte[]) null);
            lupa.write(Topics.CONSENT_CHANGES, "somebody", (byte[]) null);
            lupa.write(Topics.CAMPAIGN_MESSAGES, "somebody", (byte[]) null);
            lupa.write(Topics.CAMPAIGN_MESSAGES, NOBODY, message("m-unknown", NOBODY));

            awaitTrue(() -> lupa.values(Topics.DEAD_LETTERS).size() == 13
                    && lupa.values(Topics.CAMPAIGN_SUPPRESSED).size() == 1);
            List<DeadLetter> letters = lupa.values(Topics.DEAD_LETTERS);
            assertThat(letters)
                    .allSatisfy(letter -> {
                        assertThat(letter.getProblem()).isNotBlank().doesNotContain("moi");
                        assertThat(letter.getOffset()).isNotNegative();
                    })
                    .filteredOn(letter -> letter.getTopic().equals(Topics.FORMS_INBOX.in(lupa.prefix())))
                    .extracting(DeadLetter::getStage, DeadLetter::getService)
                    .containsExactlyInAnyOrder(
                            tuple(FailedStage.READ, "consent-stream"),
                            tuple(FailedStage.READ, "consent-stream"),
                            tuple(FailedStage.PROCESS, "consent-stream"));
            assertThat(letters)
                    .filteredOn(letter -> letter.getTopic().equals(Topics.CAMPAIGN_DEFINITIONS.in(lupa.prefix())))
                    .hasSize(2);
            MessageSuppressed refused = lupa.values(Topics.CAMPAIGN_SUPPRESSED).get(0);
            assertThat(refused.getReasons()).containsExactly(Reason.UNKNOWN_CAMPAIGN, Reason.UNKNOWN_SUBJECT);

            // The streams go on.
            assertThat(Http.post(
                                    consent.url().resolve("/v1/forms/newsletter"),
                                    lupa.keys.site(),
                                    "application/x-www-form-urlencoded",
                                    "email=aino@example.com&email_consent=yes")
                            .status())
                    .isEqualTo(202);
            awaitTrue(() -> lupa.values(Topics.FORMS_SUBMITTED).size() == 1);
        }
    }

    private static CampaignMessage message(String id, String subjectId) {
        return CampaignMessage.newBuilder()
                .setMessageId(id)
                .setCampaignId("none")
                .setChannel(Channel.EMAIL)
                .setSubjectId(subjectId)
                .setRequestedAt(Instant.EPOCH)
                .build();
    }
}
