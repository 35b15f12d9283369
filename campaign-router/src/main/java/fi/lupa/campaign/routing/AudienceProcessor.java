package fi.lupa.campaign.routing;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.campaign.decision.Decisions.Decision;
import fi.lupa.campaign.decision.Recipient;
import fi.lupa.campaign.decision.StoredState;
import fi.lupa.event.AudienceMember;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.MemberPersonalData;
import fi.lupa.event.Membership;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Purpose;
import fi.lupa.permission.Reason;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.mapping.Words;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Asks the decision point who may be contacted for direct marketing, and keeps every channel's audience so: whenever a state
 * changes, a stop is said or taken back, or a moment comes at which a permission ends by itself.
 *
 * <p>When it starts it looks at everybody, some at a time, so that messages are routed in between: the policy may be another
 * now, and what was said while nobody listened is found so.
 */
final class AudienceProcessor implements Processor<String, StoredState, String, SpecificRecord> {

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final int MOST_DUE = 1_000;
    private static final int MOST_LOOKED_AT = 200;

    /** After so many, a look ends that has lasted for {@link #LOOKS_FOR}. */
    private static final int FEWEST_LOOKED_AT = 20;

    /** Messages wait meanwhile: just after a start each person takes many times as long as later. */
    private static final Duration LOOKS_FOR = Duration.ofMillis(10);

    private static final int MOST_STOPS = 10_000;
    private static final CampaignDefined DIRECT_MARKETING = Decisions.ofPurpose(Purpose.DIRECT_MARKETING);
    private static final Channel[] CHANNELS = Channel.values();

    private final Decisions decisions;
    private final AudienceSizes sizes;
    private final Stopped stopped;
    private final Clock clock;
    private ProcessorContext<String, SpecificRecord> context;
    private ReadOnlyKeyValueStore<String, StoredState> states;
    private KeyValueStore<String, Membership> members;
    private AudienceIndex index;
    private Decisions.Known beside;
    private AudienceSizes.Tally tally;

    /** Everybody up to this one has been looked at since the start. */
    private String lookedAt = "";

    private boolean lookedAtAll;

    AudienceProcessor(Decisions decisions, AudienceSizes sizes, Stopped stopped, Clock clock) {
        this.decisions = decisions;
        this.sizes = sizes;
        this.stopped = stopped;
        this.clock = clock;
    }

    @Override
    public void init(ProcessorContext<String, SpecificRecord> context) {
        this.context = context;
        this.states = context.getStateStore(RouterTopology.CONSENT_STATE);
        this.members = context.getStateStore(RouterTopology.AUDIENCES);
        this.index = new AudienceIndex(context.getStateStore(RouterTopology.AUDIENCE_INDEX));
        ReadOnlyKeyValueStore<String, ContactPointStop> stops = context.getStateStore(RouterTopology.STOPS);
        this.beside = new KnownHere(id -> stopped.of(id, stops), context.getStateStore(RouterTopology.CONTACTS));
        this.tally = sizes.open(context.taskId());
        context.schedule(LOOK_EVERY, PunctuationType.WALL_CLOCK_TIME, tick -> look());
    }

    @Override
    public void close() {
        sizes.close(context.taskId());
    }

    @Override
    public void process(Record<String, StoredState> record) {
        keepCurrent(record.key(), record.value(), true);
    }

    private void look() {
        for (String contactPointId : tally.stopsChanged(MOST_STOPS)) {
            index.reachedAt(contactPointId).forEach(this::lookAgain);
        }
        index.due(clock.instant(), MOST_DUE).forEach(this::lookAgain);
        if (!lookedAtAll) {
            lookAtSome();
        }
    }

    private void lookAgain(String subjectId) {
        keepCurrent(subjectId, state(subjectId), false);
    }

    private StoredState state(String subjectId) {
        try {
            return states.get(subjectId);
        } catch (SerializationException e) {
            // What cannot be read permits nothing.
            return null;
        }
    }

    private void lookAtSome() {
        List<String> some = new ArrayList<>();
        try (KeyValueIterator<String, StoredState> range = states.range(lookedAt, null)) {
            while (range.hasNext() && some.size() <= MOST_LOOKED_AT) {
                some.add(range.peekNextKey());
                range.next();
            }
        }
        long began = System.nanoTime();
        for (int i = 0; i < some.size(); i++) {
            if (i >= FEWEST_LOOKED_AT && System.nanoTime() - began > LOOKS_FOR.toNanos()) {
                return;
            }
            String subjectId = some.get(i);
            if (subjectId.compareTo(lookedAt) > 0) {
                Membership found = keepCurrent(subjectId, state(subjectId), false);
                if (found != null) {
                    count(found, 1);
                }
                lookedAt = subjectId;
            }
        }
        if (some.size() <= MOST_LOOKED_AT) {
            lookedAtAll = true;
            tally.everybodyIsCounted();
        }
    }

    /**
     * Sees that a subject is in the audiences that they belong to, and in no other.
     *
     * @param state null for nobody
     * @param changed whether the state is a new one, of which those who know its members are told
     * @return where they belong; null for nobody
     */
    private Membership keepCurrent(String subjectId, StoredState state, boolean changed) {
        Instant now = clock.instant();
        Membership before = members.get(subjectId);
        Membership after = null;
        Decision[] decided = new Decision[CHANNELS.length];
        Recipient recipient = recipient(state);
        if (recipient != null && recipient.standsForThemselves()) {
            for (Channel channel : CHANNELS) {
                decided[channel.ordinal()] =
                        decisions.permit(new Enquiry(channel, null, null), DIRECT_MARKETING, recipient, beside, now);
            }
            after = new Membership(Arrays.stream(decided)
                    .map(AudienceProcessor::notIn)
                    .map(reason -> reason == null ? null : Words.same(reason, fi.lupa.event.Reason.class))
                    .toList());
            index.put(recipient.subject(), decisions.changesBySelf(recipient, beside, now));
        }
        for (Channel channel : CHANNELS) {
            boolean is = isIn(after, channel);
            if (is && (changed || !isIn(before, channel))) {
                tell(channel, subjectId, member(channel, state.whole(), decided[channel.ordinal()]), now);
            } else if (!is && (isIn(before, channel) || (changed && state == null))) {
                // That somebody is erased is told again and again, so that the broker comes to remove what was before
                // it.
                tell(channel, subjectId, null, now);
            }
        }
        if (after == null ? before != null : !after.equals(before)) {
            members.put(subjectId, after);
        }
        if (lookedAtAll || subjectId.compareTo(lookedAt) <= 0) {
            count(before, -1);
            count(after, 1);
        }
        return after;
    }

    /** Opened once for all channels; what cannot be read permits nothing. */
    private Recipient recipient(StoredState state) {
        try {
            return state == null ? null : decisions.opened(state.recipient());
        } catch (SerializationException e) {
            return null;
        }
    }

    private static Reason notIn(Decision decided) {
        return decided.verdict() instanceof Verdict.Suppressed suppressed
                ? suppressed.reasons().get(0)
                : null;
    }

    private static boolean isIn(Membership membership, Channel channel) {
        return membership != null && membership.getNotIn().get(channel.ordinal()) == null;
    }

    private void count(Membership membership, int sign) {
        if (membership != null) {
            List<Reason> notIn = new ArrayList<>();
            membership
                    .getNotIn()
                    .forEach(reason -> notIn.add(reason == null ? null : Words.same(reason, Reason.class)));
            tally.count(notIn, sign);
        }
    }

    private void tell(Channel channel, String subjectId, AudienceMember member, Instant now) {
        context.forward(
                new Record<>(subjectId, (SpecificRecord) member, now.toEpochMilli()),
                RouterTopology.audienceSink(channel));
    }

    private static AudienceMember member(Channel channel, ConsentState state, Decision decided) {
        Verdict.Cleared cleared = (Verdict.Cleared) decided.verdict();
        boolean byName = channel == Channel.PHONE || channel == Channel.POST;
        return AudienceMember.newBuilder()
                .setSubjectId(state.getSubjectId())
                .setChannel(Words.same(channel, fi.lupa.event.Channel.class))
                .setKind(state.getKind())
                .setContactPointId(cleared.contactPoint().id())
                .setPersonal(MemberPersonalData.newBuilder()
                        .setContactPoint(decided.address())
                        .setName(byName ? decided.name() : null)
                        .build())
                .setLanguage(
                        state.getLanguage() == null ? null : state.getLanguage().getValue())
                .setTags(state.getTags())
                .setRegisteredAt(state.getRegisteredAt())
                .setPolicyVersion(cleared.policyVersion())
                .setConsentRevision(cleared.consentRevision())
                .build();
    }
}
