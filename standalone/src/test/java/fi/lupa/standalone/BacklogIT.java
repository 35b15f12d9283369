package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.edge.service.RunningService;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.Processor;
import fi.lupa.event.Purpose;
import fi.lupa.event.Reason;
import fi.lupa.event.TransferBasis;
import fi.lupa.schemas.topic.Topics;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages that waited while the router was away: decided by the newest word, also by one that came after them. */
class BacklogIT {

    private static final int PEOPLE = 200;

    @TempDir
    private Path folder;

    @Test
    void aWithdrawalThatCameAfterTheMessageAndBeforeTheRouterStopsIt() {
        try (TestInstallation lupa = TestInstallation.named("backlog", folder)) {
            RunningService consent = lupa.consentStream();
            RunningService router = lupa.campaignRouter();
            lupa.stop(router);
            decideLate(lupa, consent, "away");
        }
    }

    @Test
    void aFirstRouterKnowsEverybodyBeforeItDecides() {
        try (TestInstallation lupa = TestInstallation.named("first", folder)) {
            decideLate(lupa, lupa.consentStream(), "first");
        }
    }

    /** Consents, then messages, then withdrawals; and only then a router. */
    private static void decideLate(TestInstallation lupa, RunningService consent, String name) {
        for (int i = 0; i < PEOPLE; i++) {
            assertThat(Http.post(
                                    consent.url().resolve("/v1/forms/newsletter"),
                                    lupa.keys.site(),
                                    "application/x-www-form-urlencoded",
                                    "email=" + email(name, i) + "&email_consent=yes")
                            .status())
                    .isEqualTo(202);
        }
        awaitTrue(() -> distinctStates(lupa) == PEOPLE);
        lupa.write(Topics.CAMPAIGN_DEFINITIONS, "spring", campaign());
        lupa.writeAll(
                Topics.CAMPAIGN_MESSAGES,
                lupa.read(Topics.CONSENT_STATE).stream()
                        .map(state -> state.key())
                        .distinct()
                        .map(subjectId -> new TestInstallation.Raw(
                                subjectId, lupa.bytes(Topics.CAMPAIGN_MESSAGES, message(subjectId)))));
        URI consents = consent.url().resolve("/v1/consents");
        IntStream.range(0, PEOPLE)
                .forEach(i -> assertThat(Http.postJson(consents, lupa.keys.operator(), """
                                        {"email": "%s", "scope": "EMAIL", "will": "WITHDRAW", "door": "LETTER",
                                         "evidence": "archive/1"}""".formatted(email(name, i)))
                                .status())
                        .isEqualTo(202));
        awaitTrue(() -> lupa.values(Topics.CONSENT_STATE).stream()
                        .filter(state -> state.getStatements().size() == 2)
                        .map(state -> state.getSubjectId())
                        .distinct()
                        .count()
                == PEOPLE);

        RunningService router = lupa.campaignRouter();
        assertThat(Http.postJson(router.url().resolve("/v1/decisions"), lupa.keys.campaign(), """
                                {"purpose": "DIRECT_MARKETING", "channel": "EMAIL", "recipients": [%s]}""".formatted(
                                        IntStream.range(0, PEOPLE)
                                                .mapToObj(i -> "{\"email\": \"" + email(name, i) + "\"}")
                                                .collect(Collectors.joining(","))))
                        .body()
                        .findValuesAsText("cleared"))
                .as("it answers by the newest word from its first answer on")
                .hasSize(PEOPLE)
                .containsOnly("false");
        awaitTrue(() -> lupa.values(Topics.CAMPAIGN_SUPPRESSED).size() == PEOPLE);
        assertThat(lupa.values(Topics.CAMPAIGN_SUPPRESSED)).allSatisfy(refused -> assertThat(refused.getReasons())
                .contains(Reason.CONSENT_WITHDRAWN)
                .doesNotContain(Reason.UNKNOWN_SUBJECT));
        assertThat(lupa.values(Topics.cleared(fi.lupa.permission.Channel.EMAIL)))
                .isEmpty();
    }

    private static long distinctStates(TestInstallation lupa) {
        return lupa.values(Topics.CONSENT_STATE).stream()
                .filter(state ->
                        state.getSealed() != null && state.getStatements().size() == 1)
                .map(state -> state.getSubjectId())
                .distinct()
                .count();
    }

    private static String email(String name, int i) {
        return name + i + "@example.com";
    }

    private static CampaignDefined campaign() {
        return CampaignDefined.newBuilder()
                .setCampaignId("spring")
                .setName("Spring")
                .setPurpose(Purpose.DIRECT_MARKETING)
                .setChannels(List.of(Channel.EMAIL))
                .setProcessor(Processor.newBuilder()
                        .setName("Postittaja Oy")
                        .setCountry("FI")
                        .setTransferBasis(TransferBasis.NONE)
                        .build())
                .setValidFrom(Instant.EPOCH)
                .setDefinedAt(Instant.EPOCH)
                .setDefinedBy("test")
                .build();
    }

    private static CampaignMessage message(String subjectId) {
        return CampaignMessage.newBuilder()
                .setMessageId("m-" + subjectId)
                .setCampaignId("spring")
                .setChannel(Channel.EMAIL)
                .setSubjectId(subjectId)
                .setRequestedAt(Instant.EPOCH)
                .build();
    }
}
