package fi.lupa.standalone.peers;

import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.edge.sealing.States;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.ClearedPersonalData;
import fi.lupa.event.ConsentState;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.Reason;
import fi.lupa.event.StatePersonalData;
import fi.lupa.permission.Campaign;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Policy;
import fi.lupa.permission.Stops;
import fi.lupa.permission.Subject;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.mapping.Campaigns;
import fi.lupa.schemas.mapping.Subjects;
import fi.lupa.schemas.mapping.Words;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.bench.Peer.Task;
import fi.lupa.standalone.peers.Permit.Answer;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/**
 * Decides as every peer does: the policy is asked once for each person and channel, when their state comes, and a message only
 * looks the answer up. Lupa asks it for every message, by all that is known at that moment, remembers whom it has written to,
 * and gives each cleared message its links; the peers do none of that.
 */
final class Deciding {

    private static final Answer UNKNOWN = new Answer(null, null, List.of(Reason.UNKNOWN_SUBJECT));

    private final Task task;
    private final Clock clock;
    private final Policy policy;
    private final MasterKey masterKey;
    private final Campaign campaign;
    private final Map<Channel, Duration> staleAfter = new EnumMap<>(Channel.class);
    private final Map<Channel, String> clearedTopics = new EnumMap<>(Channel.class);
    private final String suppressedTopic;

    /** A record to be written, and where. */
    record Outcome(String topic, SpecificRecord event) {}

    /** @param clock by which is decided, as a program of its own would read it */
    Deciding(Task task, Clock clock) {
        this.task = task;
        this.clock = clock;
        this.policy = task.policy();
        this.masterKey = masterKey(task);
        this.campaign = Campaigns.of(task.campaign());
        this.suppressedTopic = Topics.CAMPAIGN_SUPPRESSED.in(task.prefix());
        for (Channel channel : Channel.values()) {
            fi.lupa.permission.Channel same = same(channel);
            staleAfter.put(channel, policy.terms().staleAfter().get(same));
            clearedTopics.put(channel, Topics.cleared(same).in(task.prefix()));
        }
    }

    private static MasterKey masterKey(Task task) {
        try {
            return MasterKey.read(task.masterKey(), null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The bench's own keyset can be read", e);
        }
    }

    private static fi.lupa.permission.Channel same(Channel channel) {
        return Words.same(channel, fi.lupa.permission.Channel.class);
    }

    Permit permit(ConsentState state) {
        Subject subject = Subjects.of(state);
        StatePersonalData personal = States.personal(state, masterKey);
        List<Answer> answers = new ArrayList<>();
        for (Channel channel : Channel.values()) {
            answers.add(answer(subject, personal, channel));
        }
        return new Permit(state.getRevision(), answers);
    }

    private Answer answer(Subject subject, StatePersonalData personal, Channel channel) {
        Enquiry enquiry = new Enquiry(same(channel), null, null);
        Verdict verdict = policy.decide(enquiry, campaign, subject, Stops.NONE, clock.instant());
        if (verdict instanceof Verdict.Cleared cleared) {
            String point = cleared.contactPoint().id();
            return new Answer(point, personal.getContactPoints().get(point), List.of());
        }
        List<fi.lupa.permission.Reason> reasons = ((Verdict.Suppressed) verdict).reasons();
        return new Answer(
                null,
                null,
                reasons.stream().map(reason -> Words.same(reason, Reason.class)).toList());
    }

    /** @param permit null where nothing is known of the recipient */
    Outcome decide(CampaignMessage message, Permit permit) {
        Channel channel = message.getChannel();
        Instant now = clock.instant();
        Answer answer = permit == null ? UNKNOWN : permit.on(channel);
        if (!answer.cleared()) {
            return new Outcome(
                    suppressedTopic,
                    new MessageSuppressed(
                            message.getMessageId(),
                            message.getCampaignId(),
                            channel,
                            message.getSubjectId(),
                            answer.reasons(),
                            now,
                            policy.version(),
                            permit == null ? null : permit.revision()));
        }
        return new Outcome(
                clearedTopics.get(channel),
                new MessageCleared(
                        message.getMessageId(),
                        message.getCampaignId(),
                        channel,
                        task.campaign().getPurpose(),
                        message.getSubjectId(),
                        answer.contactPointId(),
                        new ClearedPersonalData(
                                answer.address(), message.getPersonal().getParameters()),
                        message.getTemplate(),
                        null,
                        null,
                        null,
                        null,
                        now,
                        policy.version(),
                        permit.revision(),
                        now.plus(staleAfter.get(channel))));
    }
}
