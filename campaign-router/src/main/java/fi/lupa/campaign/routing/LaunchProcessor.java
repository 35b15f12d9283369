package fi.lupa.campaign.routing;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.campaign.decision.StoredState;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignLaunched;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.LaunchProgress;
import fi.lupa.event.MessagePersonalData;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Makes the messages of the campaigns that were launched: one for everybody in the segment, each once. How far it has come is
 * committed with the messages, so that it goes on there after whatever happens. It sends nothing: the messages take the way
 * of all others, and are decided there. It waits until everybody is known and heard: whom it has passed, it does not come back to.
 */
final class LaunchProcessor implements Processor<String, StoredState, String, CampaignMessage> {

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    /** At a time, of all launches: the messages that are under way are routed in between. */
    private static final int MOST_LOOKED_AT = 500;

    private final Decisions decisions;
    private final BooleanSupplier heard;
    private final IntPredicate caughtUp;
    private final Clock clock;
    private final Set<String> done = new HashSet<>();
    private ProcessorContext<String, CampaignMessage> context;
    private ReadOnlyKeyValueStore<String, StoredState> states;
    private ReadOnlyKeyValueStore<String, CampaignLaunched> launches;
    private KeyValueStore<String, LaunchProgress> progress;
    private Decisions.Known beside;

    LaunchProcessor(Decisions decisions, BooleanSupplier heard, IntPredicate caughtUp, Clock clock) {
        this.decisions = decisions;
        this.heard = heard;
        this.caughtUp = caughtUp;
        this.clock = clock;
    }

    @Override
    public void init(ProcessorContext<String, CampaignMessage> context) {
        this.context = context;
        this.states = context.getStateStore(RouterTopology.CONSENT_STATE);
        this.launches = context.getStateStore(RouterTopology.LAUNCHES);
        this.progress = context.getStateStore(RouterTopology.LAUNCH_PROGRESS);
        ReadOnlyKeyValueStore<String, ContactPointStop> stops = context.getStateStore(RouterTopology.STOPS);
        this.beside = new KnownHere(stops, context.getStateStore(RouterTopology.CONTACTS));
        context.schedule(LOOK_EVERY, PunctuationType.WALL_CLOCK_TIME, tick -> look());
    }

    @Override
    public void process(Record<String, StoredState> record) {
        // Whoever is there when a launch comes to them is in it.
    }

    private void look() {
        if (!heard.getAsBoolean() || !caughtUp.test(context.taskId().partition())) {
            return;
        }
        int left = MOST_LOOKED_AT;
        try (KeyValueIterator<String, CampaignLaunched> all = launches.all()) {
            while (all.hasNext() && left > 0) {
                KeyValue<String, CampaignLaunched> launch = all.next();
                if (!done.contains(launch.key)) {
                    left -= goOn(launch.key, launch.value, left);
                }
            }
        }
    }

    /** @return how many states were looked at, also of those who are reached as another */
    private int goOn(String campaignId, CampaignLaunched launch, int most) {
        String key = RouterTopology.launchKey(campaignId, context.taskId().partition());
        LaunchProgress soFar = progress.get(key);
        if (soFar == null) {
            soFar = LaunchProgress.newBuilder()
                    .setLaunchedAt(launch.getLaunchedAt())
                    .build();
        } else if (soFar.getDone()) {
            done.add(campaignId);
            return 0;
        }
        String last = soFar.getLast();
        int looked = 0;
        int subjects = 0;
        int messages = 0;
        boolean more;
        try (KeyValueIterator<String, StoredState> some = states.range(last, null)) {
            while (some.hasNext() && looked < most) {
                String subjectId = some.peekNextKey();
                ConsentState state = next(some);
                if (subjectId.equals(last)) {
                    continue;
                }
                last = subjectId;
                looked++;
                subjects += state != null && Decisions.standsForThemselves(state) ? 1 : 0;
                messages += state != null && address(launch, state) ? 1 : 0;
            }
            more = some.hasNext();
        }
        progress.put(
                key,
                new LaunchProgress(
                        soFar.getLaunchedAt(),
                        last,
                        soFar.getSubjects() + subjects,
                        soFar.getMessages() + messages,
                        !more));
        return looked;
    }

    /** What cannot be read is in no segment. */
    private static ConsentState next(KeyValueIterator<String, StoredState> some) {
        try {
            StoredState state = some.next().value;
            return state == null ? null : state.whole();
        } catch (SerializationException e) {
            return null;
        }
    }

    /** @return whether there is a message for the subject */
    private boolean address(CampaignLaunched launch, ConsentState state) {
        Instant now = clock.instant();
        CampaignDefined campaign = launch.getCampaign();
        if (campaign.getChannels().isEmpty() || !decisions.isIn(campaign.getSegment(), state, now)) {
            return false;
        }
        CampaignMessage message = CampaignMessage.newBuilder()
                .setMessageId(RouterTopology.LAUNCH_MESSAGE_ID)
                .setCampaignId(campaign.getCampaignId())
                .setChannel(decisions.bestChannel(campaign, state, beside, now))
                .setSubjectId(state.getSubjectId())
                .setPersonal(MessagePersonalData.newBuilder()
                        .setParameters(campaign.getParameters())
                        .build())
                .setTemplate(campaign.getTemplate())
                .setRequestedAt(launch.getLaunchedAt())
                .build();
        context.forward(new Record<>(state.getSubjectId(), message, now.toEpochMilli()));
        return true;
    }
}
