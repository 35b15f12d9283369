package fi.lupa.standalone;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fi.lupa.edge.kafka.TopicSetup;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignLaunched;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.ConsentState;
import fi.lupa.event.Customership;
import fi.lupa.event.Door;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.Processor;
import fi.lupa.event.Purpose;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.TransferBasis;
import fi.lupa.event.Will;
import fi.lupa.schemas.registry.EventClasses;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.replay.Events;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What proves after every fault that nothing was lost sees what is. */
class CheckerIT {

    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    static {
        EventClasses.trust();
    }

    @TempDir
    private Path folder;

    @Test
    void everyPromiseThatWasBrokenIsTold() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("checker", folder)) {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", lupa.brokers()))) {
                new TopicSetup(admin, lupa.prefix()).create(2, (short) 1);
            }
            UUID lost = UUID.randomUUID();
            Path journal = Files.write(
                    folder.resolve("journal.ndjson"),
                    List.of(
                            "{\"form\": \"%s\", \"at\": %d}".formatted(lost, NOON.toEpochMilli()),
                            "{\"message\": \"m-lost\", \"at\": %d}".formatted(NOON.toEpochMilli()),
                            "{\"launch\": \"autumn\", \"at\": %d}".formatted(NOON.toEpochMilli()),
                            "{\"leaving\": \"lumi\", \"at\": %d}".formatted(NOON.toEpochMilli()),
                            "{\"erased\": \"eero\", \"at\": %d}".formatted(NOON.toEpochMilli())));

            lupa.write(Topics.CONSENT_CHANGES, "aino", Events.said("aino", Will.GRANT, Door.FORM, NOON, null));
            lupa.write(Topics.CONSENT_CHANGES, "lumi", Events.said("lumi", Will.GRANT, Door.FORM, NOON, null));
            lupa.write(Topics.CONSENT_STATE, "aino", silent("aino"));
            lupa.write(Topics.CONSENT_STATE, "eero", silent("eero"));
            lupa.write(Topics.CAMPAIGN_LAUNCHES, "autumn", launched("autumn", NOON.plusSeconds(60)));
            lupa.write(Topics.CAMPAIGN_MESSAGES, "aino", message("m-1"));
            lupa.write(Topics.CAMPAIGN_MESSAGES, "aino", message("m-2"));
            lupa.write(Topics.cleared(fi.lupa.permission.Channel.EMAIL), "aino", cleared("m-1", NOON.minusSeconds(1)));
            lupa.write(Topics.cleared(fi.lupa.permission.Channel.EMAIL), "aino", cleared("m-1", NOON.plusSeconds(1)));

            assertThatThrownBy(() -> Proof.of(lupa, journal, folder, 0))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("BROKEN: form " + lost + " was answered with 202 and is not in the history")
                    .hasMessageContaining("BROKEN: message m-1 of spring to aino is cleared 2 times")
                    .hasMessageContaining("BROKEN: message m-1 of spring to aino was sent 1 times and has 2 outcomes")
                    .hasMessageContaining("BROKEN: message m-2 of spring to aino has no outcome")
                    .hasMessageContaining("BROKEN: message m-lost was taken and is not there")
                    .hasMessageContaining("BROKEN: launch autumn was answered, and did not write to subject aino")
                    .hasMessageContaining(
                            "BROKEN: message m-1 to subject aino was cleared by EMAIL at %d against their word"
                                    .formatted(NOON.minusSeconds(1).toEpochMilli()))
                    .hasMessageContaining(
                            "BROKEN: the state of subject aino says SILENCE on EMAIL, and what they said YES")
                    .hasMessageContaining("BROKEN: subject eero was erased and has a state")
                    .hasMessageNotContaining("lumi");
        }
    }

    private static ConsentState silent(String subjectId) {
        return ConsentState.newBuilder()
                .setSubjectId(subjectId)
                .setKind(SubjectKind.PERSON)
                .setKindSince(NOON)
                .setCustomership(Customership.NONE)
                .setRevision(1)
                .build();
    }

    private static CampaignLaunched launched(String id, Instant at) {
        return new CampaignLaunched(
                CampaignDefined.newBuilder()
                        .setCampaignId(id)
                        .setName("Autumn")
                        .setPurpose(Purpose.DIRECT_MARKETING)
                        .setChannels(List.of(Channel.EMAIL))
                        .setProcessor(new Processor("Postittaja Oy", "FI", TransferBasis.NONE))
                        .setValidFrom(NOON)
                        .setDefinedAt(NOON)
                        .setDefinedBy("marketing")
                        .build(),
                at,
                "marketing");
    }

    private static CampaignMessage message(String id) {
        return CampaignMessage.newBuilder()
                .setMessageId(id)
                .setCampaignId("spring")
                .setChannel(Channel.EMAIL)
                .setSubjectId("aino")
                .setRequestedAt(NOON)
                .build();
    }

    private static MessageCleared cleared(String id, Instant at) {
        return MessageCleared.newBuilder()
                .setMessageId(id)
                .setCampaignId("spring")
                .setChannel(Channel.EMAIL)
                .setPurpose(Purpose.DIRECT_MARKETING)
                .setSubjectId("aino")
                .setContactPointId("aino")
                .setDecidedAt(at)
                .setPolicyVersion("lupa-2026-4")
                .setConsentRevision(1)
                .setNotAfter(at)
                .build();
    }
}
