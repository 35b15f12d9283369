package fi.lupa.edge.http;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lets each caller in so many times a minute, and as many at once; whoever comes more often is told when to come again. */
public final class RateLimit {

    /** Callers beyond this many push out the one that has been away longest. */
    private static final int MOST_CALLERS = 100_000;

    private final double perMinute;
    private final InstantSource clock;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    /** How many calls a caller still has, as of a moment in milliseconds. */
    private record Bucket(double left, long at) {}

    /** @param perMinute 0 for no limit */
    public RateLimit(int perMinute, InstantSource clock) {
        this.perMinute = perMinute;
        this.clock = clock;
    }

    /**
     * Counts one call.
     *
     * @throws ProblemException 429 when the caller has used up its share
     */
    public void take(String caller) {
        if (perMinute <= 0) {
            return;
        }
        double missing = missing(caller);
        if (missing > 0) {
            throw ProblemException.tooManyRequests(Duration.ofMillis((long) Math.ceil(missing * 60_000 / perMinute)));
        }
    }

    private synchronized double missing(String caller) {
        long now = clock.millis();
        Bucket bucket = buckets.getOrDefault(caller, new Bucket(perMinute, now));
        long since = Math.max(0, now - bucket.at()); // a clock may be set back
        double left = Math.min(perMinute, bucket.left() + since * perMinute / 60_000);
        double taken = left >= 1 ? left - 1 : left;
        buckets.put(caller, new Bucket(taken, now));
        if (buckets.size() > MOST_CALLERS) {
            Iterator<String> oldest = buckets.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        return left >= 1 ? 0 : 1 - left;
    }
}
