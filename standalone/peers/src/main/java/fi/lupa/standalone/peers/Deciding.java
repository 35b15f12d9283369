package fi.lupa.standalone.peers;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.campaign.decision.Decisions.Decision;
import fi.lupa.campaign.decision.MessageLinks;
import fi.lupa.campaign.decision.Recipient;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.ContactMade;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.MessageCleared;
import fi.lupa.permission.Channel;
import fi.lupa.permission.ContactPoint;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.mapping.Contacts;
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
import org.apache.kafka.common.serialization.Deserializer;

/** Decides as every peer does: by Lupa's own decision, on what the peer knows of the recipient, and of what went out before. */
final class Deciding {

    private final Clock clock;
    private final CampaignDefined campaign;
    private final Decisions decisions;
    private final MessageLinks links;
    private final Map<Channel, String> clearedTopics = new EnumMap<>(Channel.class);
    private final String suppressedTopic;

    /** What a peer knows beside the state of a message's recipient. */
    interface Beside {

        /** The stops of the address that the message would go to; null where there are none. */
        ContactPointStop stop();

        /** The same message as it was cleared before; null if it was not. */
        ContactMade made();
    }

    /** Reads what was kept as it was written, where a rule asks; null for what was not. */
    record Written(
            byte[] stopped, byte[] cleared, Deserializer<ContactPointStop> stops, Deserializer<ContactMade> contacts)
            implements Beside {

        @Override
        public ContactPointStop stop() {
            return stops.deserialize("", stopped);
        }

        @Override
        public ContactMade made() {
            return contacts.deserialize("", cleared);
        }
    }

    /**
     * What becomes of a message.
     *
     * @param topic where {@code event} is written
     * @param made what is remembered, and told; null where the message was not cleared
     */
    record Outcome(String topic, SpecificRecord event, ContactMade made) {}

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

    /** By which a message is remembered. */
    static String contact(CampaignMessage message) {
        return message.getSubjectId() + "/" + message.getCampaignId() + "/" + message.getMessageId();
    }

    /** The address or number that a message would go to; empty where none is known. */
    static String contactPoint(CampaignMessage message, Recipient recipient) {
        Channel channel = Words.same(message.getChannel(), Channel.class);
        if (recipient != null) {
            for (ContactPoint point : recipient.subject().contactPoints()) {
                if (point.kind() == channel.reachedAt()) {
                    return point.id();
                }
            }
        }
        return "";
    }

    /** @param recipient null where nothing is known of them */
    Outcome decide(CampaignMessage message, Recipient recipient, Beside beside) {
        Channel channel = Words.same(message.getChannel(), Channel.class);
        Enquiry enquiry = new Enquiry(channel, null, message.getExpiresAt(), message.getMessageId());
        Decision decision = decisions.decide(enquiry, campaign, recipient, new Known(beside), clock.instant());
        if (decision.verdict() instanceof Verdict.Cleared cleared) {
            MessageCleared out = links.cleared(message, campaign, recipient, cleared, decision.address());
            return new Outcome(clearedTopics.get(channel), out, Contacts.made(out));
        }
        Verdict.Suppressed suppressed = (Verdict.Suppressed) decision.verdict();
        return new Outcome(suppressedTopic, Verdicts.suppressed(message, message.getSubjectId(), suppressed), null);
    }

    private record Known(Beside beside) implements Decisions.Known {

        @Override
        public ContactPointStop stops(String contactPointId) {
            return beside.stop();
        }

        @Override
        public boolean wasCleared(String subjectId, String of, String campaignId, String messageId, Instant after) {
            ContactMade made = beside.made();
            return made != null && made.getClearedAt().isAfter(after);
        }

        @Override
        public List<ContactMade> contacts(String subjectId, Instant after) {
            throw new IllegalStateException("A cap was asked about, and the bench's policy has none");
        }
    }
}
