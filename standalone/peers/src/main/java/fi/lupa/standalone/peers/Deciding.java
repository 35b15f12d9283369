package fi.lupa.standalone.peers;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.campaign.decision.Decisions.Decision;
import fi.lupa.campaign.decision.MessageLinks;
import fi.lupa.campaign.decision.Recipient;
import fi.lupa.campaign.decision.StoredState;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.ContactMade;
import fi.lupa.event.ContactPointStop;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.mapping.Verdicts;
import fi.lupa.schemas.mapping.Words;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.bench.Peer.Task;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/**
 * Decides as every peer does: by Lupa's own decision, on what it knows of the recipient. Lupa remembers besides whom it has
 * written to, and writes that down; the peers do not.
 */
final class Deciding {

    /** Nobody has stopped anything, and nobody was written to. */
    private static final Decisions.Known NOTHING_BESIDE = new Decisions.Known() {
        @Override
        public ContactPointStop stops(String contactPointId) {
            return null;
        }

        @Override
        public boolean wasCleared(String subjectId, String of, String campaignId, String messageId, Instant after) {
            return false;
        }

        @Override
        public List<ContactMade> contacts(String subjectId, Instant after) {
            return List.of();
        }
    };

    private final Clock clock;
    private final CampaignDefined campaign;
    private final Decisions decisions;
    private final MessageLinks links;
    private final Map<Channel, String> clearedTopics = new EnumMap<>(Channel.class);
    private final String suppressedTopic;

    /** A record to be written, and where. */
    record Outcome(String topic, SpecificRecord event) {}

    /** @param clock by which is decided, as a program of its own would read it */
    Deciding(Task task, Clock clock) {
        this.clock = clock;
        this.campaign = task.campaign();
        this.decisions = task.decisions();
        this.links = task.links();
        this.suppressedTopic = Topics.CAMPAIGN_SUPPRESSED.in(task.prefix());
        for (Channel channel : Channel.values()) {
            clearedTopics.put(channel, Topics.cleared(channel).in(task.prefix()));
        }
    }

    /** @param state null where nothing is known of the recipient */
    Outcome decide(CampaignMessage message, StoredState state) {
        Channel channel = Words.same(message.getChannel(), Channel.class);
        Recipient recipient = state == null ? null : state.recipient();
        Enquiry enquiry = new Enquiry(channel, null, message.getExpiresAt());
        Decision decision = decisions.permit(enquiry, campaign, recipient, NOTHING_BESIDE, clock.instant());
        if (decision.verdict() instanceof Verdict.Cleared cleared) {
            return new Outcome(
                    clearedTopics.get(channel),
                    links.cleared(message, campaign, recipient, cleared, decision.address()));
        }
        Verdict.Suppressed suppressed = (Verdict.Suppressed) decision.verdict();
        return new Outcome(suppressedTopic, Verdicts.suppressed(message, message.getSubjectId(), suppressed));
    }
}
