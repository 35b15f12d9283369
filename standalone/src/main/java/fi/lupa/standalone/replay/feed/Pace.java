package fi.lupa.standalone.replay.feed;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How fast records follow one another: by number, by the times at which they were written, or as fast as it goes. */
final class Pace {

    private final Double rate;
    private final Double speed;
    private long began = -1;
    private long first;
    private long count;

    private Pace(Double rate, Double speed) {
        this.rate = rate;
        this.speed = speed;
    }

    /**
     * @param rate records a second; null for any
     * @param speed how many times as fast as they were written; null for any
     */
    static Pace of(Double rate, Double speed) {
        return new Pace(rate, speed);
    }

    /** Waits until it is a record's turn. One that was written before those that went before it has no wait. */
    void await(long logTime) {
        if (rate == null && speed == null) {
            return;
        }
        if (began < 0) {
            began = System.nanoTime();
            first = logTime;
        }
        long wait = began + due(logTime) - System.nanoTime();
        count++;
        while (wait > 0) {
            LockSupport.parkNanos(wait);
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                return;
            }
            wait = began + due(logTime) - System.nanoTime();
        }
    }

    /** When after the first record the next is due, in nanoseconds. */
    long due(long logTime) {
        return rate != null
                ? (long) (count * TimeUnit.SECONDS.toNanos(1) / rate)
                : (long) (TimeUnit.MILLISECONDS.toNanos(logTime - first) / speed);
    }
}
