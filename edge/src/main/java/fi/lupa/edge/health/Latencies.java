package fi.lupa.edge.health;

import java.time.Duration;
import java.util.stream.LongStream;

/** By what times are counted, so that an alert and a dashboard can tell what 99 of 100 stay below. */
public final class Latencies {

    private Latencies() {}

    /** The bounds of a histogram, from milliseconds to minutes: close to each other where a service that keeps up is. */
    public static Duration[] bounds() {
        return LongStream.of(5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000, 60_000, 600_000)
                .mapToObj(Duration::ofMillis)
                .toArray(Duration[]::new);
    }
}
