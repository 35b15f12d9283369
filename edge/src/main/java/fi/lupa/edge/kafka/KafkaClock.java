package fi.lupa.edge.kafka;

import fi.lupa.edge.health.Health;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * The machine's clock for as long as it agrees with Kafka's, and Kafka's where it does not. All services share Kafka's: by a machine
 * whose clock was set an hour back a withdrawal would lie before the consent that it takes back, and one set ahead would have
 * statements refused as not said yet.
 *
 * <p>Kafka's time is known from every answer to a write that the broker stamped, and goes on by a clock that nobody sets.
 */
public final class KafkaClock extends Clock {

    /** The most that they may differ; an answer takes seconds where the broker is slow. */
    private static final Duration BORNE = Duration.ofMinutes(1);

    private final Clock machine;
    private final LongSupplier nanos;

    /** Kafka's time when {@link #nanos} were none, the same in every zone; null until the broker has stamped something. */
    private final AtomicReference<Instant> kafkasOrigin;

    public KafkaClock(Clock machine) {
        this(machine, System::nanoTime);
    }

    /** @param nanos of a clock that nobody sets, from whatever origin */
    KafkaClock(Clock machine, LongSupplier nanos) {
        this(machine, nanos, new AtomicReference<>());
    }

    private KafkaClock(Clock machine, LongSupplier nanos, AtomicReference<Instant> kafkasOrigin) {
        this.machine = machine;
        this.nanos = nanos;
        this.kafkasOrigin = kafkasOrigin;
    }

    /**
     * Goes by Kafka's clock from now on, where the machine's is wrong.
     *
     * @param timed what this clock said when something was written
     * @param stamped milliseconds of the broker's clock since 1970, when it took that
     * @return whether this clock was right
     */
    boolean agreed(Instant timed, long stamped) {
        Instant kafkas = Instant.ofEpochMilli(stamped);
        kafkasOrigin.set(kafkas.minusNanos(nanos.getAsLong()));
        return agree(timed, kafkas);
    }

    private static boolean agree(Instant one, Instant other) {
        return Duration.between(one, other).abs().compareTo(BORNE) <= 0;
    }

    /** Tells health and the meters how far the machine's clock is ahead of Kafka's. */
    public void measure(Health health, MeterRegistry meters) {
        Gauge.builder("lupa.clock.ahead.seconds", () -> ahead().toMillis() / 1e3)
                .description("How far this machine's clock is ahead of Kafka's; negative where it is behind")
                .register(meters);
        health.note(
                "clock",
                () -> ahead().abs().compareTo(BORNE) <= 0
                        ? Optional.empty()
                        : Optional.of(
                                "This machine's clock is %d s %s Kafka's, by which everything is timed until they agree."
                                        .formatted(
                                                ahead().abs().toSeconds(),
                                                ahead().isNegative() ? "behind" : "ahead of")));
    }

    private Duration ahead() {
        Instant origin = kafkasOrigin.get();
        return origin == null ? Duration.ZERO : Duration.between(kafkas(origin), machine.instant());
    }

    private Instant kafkas(Instant origin) {
        return origin.plusNanos(nanos.getAsLong());
    }

    @Override
    public Instant instant() {
        Instant now = machine.instant();
        Instant origin = kafkasOrigin.get();
        if (origin == null) {
            return now;
        }
        Instant kafkas = kafkas(origin);
        return agree(kafkas, now) ? now : kafkas;
    }

    @Override
    public ZoneId getZone() {
        return machine.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new KafkaClock(machine.withZone(zone), nanos, kafkasOrigin);
    }
}
