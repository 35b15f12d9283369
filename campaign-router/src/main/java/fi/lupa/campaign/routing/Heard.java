package fi.lupa.campaign.routing;

import fi.lupa.edge.health.Health;
import fi.lupa.edge.kafka.Offsets;
import fi.lupa.edge.streams.Watch;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;

/**
 * Until when everything that people said has been heard here. Somebody who said no was answered when it lay on Kafka; while the
 * consent stream is away, or far behind, the router would go on by what it knew before. So it holds messages as long as anything
 * is unheard for more than {@link #AT_MOST}, and decides them when all is.
 *
 * <p>What was said goes from topic to topic: from a form to a statement, to the state or a stop, and where people were found to be
 * the same by a note to another's state. So all of them have to be read so many times over, each time to where they ended when the
 * time before was found to be read.
 */
public final class Heard implements AutoCloseable {

    /** The longest that something may be unheard while messages go out. */
    public static final Duration AT_MOST = Duration.ofSeconds(10);

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration LOOK_AT_FIRST_EVERY = Duration.ofMillis(20);

    /** Form, the same sent on to where its sender is kept, statement, note, note of the note, state. */
    private static final int STEPS = 6;

    private final Offsets offsets;
    private final String prefix;
    private final String consentStream;
    private final String router;
    private final Clock machine;
    private Watch watch;

    /** When the last looks began; of the looking thread alone. */
    private final Deque<Moment> begun = new ArrayDeque<>();

    /** Null until it is known. */
    private volatile Moment until;

    /** By {@link System#nanoTime()}, which stands still while the machine sleeps, and by the machine's clock, which may be set. */
    private record Moment(long nanos, Instant machines) {

        static Moment now(Clock machine) {
            return new Moment(System.nanoTime(), machine.instant());
        }

        /** By the one that says more. */
        Duration since(Moment earlier) {
            Duration nanos = Duration.ofNanos(this.nanos - earlier.nanos);
            Duration machines = Duration.between(earlier.machines, this.machines);
            return nanos.compareTo(machines) > 0 ? nanos : machines;
        }
    }

    private Heard(Offsets offsets, String prefix, String consentStream, String router, Clock machine) {
        this.machine = machine;
        this.offsets = offsets;
        this.prefix = prefix;
        this.consentStream = consentStream;
        this.router = router;
    }

    /**
     * Tells health and the meters. Nothing is heard before it {@linkplain #follow follows} somebody.
     *
     * @param prefix of the installation's topics
     * @param consentStream the group that reads what people say
     * @param router the group that reads the states
     * @param machine the clock of the machine it runs on
     */
    public static Heard by(
            String consentStream,
            String router,
            String prefix,
            Offsets offsets,
            Clock machine,
            Health health,
            MeterRegistry meters) {
        Heard heard = new Heard(offsets, prefix, consentStream, router, machine);
        Gauge.builder("lupa.consents.unheard.seconds", heard::unheardSeconds)
                .description("For how long something that people said may not have been heard by the router")
                .register(meters);
        health.ready(
                "consents",
                () -> heard.until != null
                        ? Optional.empty()
                        : Optional.of("What people said before it started is still being heard."));
        health.note(
                "consents",
                () -> heard.isRecent()
                        ? Optional.empty()
                        : Optional.of("What people said has not been heard for %.0f s; messages are held until it is."
                                .formatted(heard.unheardSeconds())));
        return heard;
    }

    /**
     * Looks from now on how far everybody has read.
     *
     * @param stopsKept up to which offset this instance keeps each partition of the stops
     */
    public void follow(Supplier<Map<TopicPartition, Long>> stopsKept) {
        watch = Watch.start("heard", () -> look(stopsKept), begun::clear);
    }

    /** Whether messages may go out by what is known. */
    public boolean isRecent() {
        Moment known = until;
        return known != null && Moment.now(machine).since(known).compareTo(AT_MOST) <= 0;
    }

    private double unheardSeconds() {
        Moment known = until;
        return known == null ? Double.NaN : Moment.now(machine).since(known).toMillis() / 1e3;
    }

    private Duration look(Supplier<Map<TopicPartition, Long>> stopsKept)
            throws ExecutionException, InterruptedException {
        begun.addLast(Moment.now(machine));
        Map<TopicPartition, Long> said = ends(Topics.FOLDED);
        Map<TopicPartition, Long> states = ends(List.of(Topics.CONSENT_STATE));
        Map<TopicPartition, Long> stops = ends(List.of(Topics.CONSENT_STOPS));
        while (!isRead(said, offsets.readBy(consentStream))
                || !isRead(states, offsets.readBy(router))
                || !isRead(stops, stopsKept.get())) {
            Thread.sleep(pause().toMillis());
            leaveOutEmpty(said);
        }
        if (begun.size() == STEPS) {
            until = begun.removeFirst();
        }
        return pause();
    }

    /** How far the topics are written now. */
    private Map<TopicPartition, Long> ends(List<Topic<?>> topics) throws ExecutionException, InterruptedException {
        return offsets.endsOf(topics.stream().map(topic -> topic.in(prefix)).toList());
    }

    private static boolean isRead(Map<TopicPartition, Long> ends, Map<TopicPartition, Long> reached) {
        return ends.entrySet().stream().allMatch(end -> reached.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    /** Of what was said and is kept no longer nothing is left to be read, and nobody's offset tells that it was. */
    private void leaveOutEmpty(Map<TopicPartition, Long> ends) throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> begins = offsets.begins(ends.keySet());
        ends.entrySet().removeIf(end -> begins.get(end.getKey()) >= end.getValue());
    }

    private Duration pause() {
        return until == null ? LOOK_AT_FIRST_EVERY : LOOK_EVERY;
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
    }
}
