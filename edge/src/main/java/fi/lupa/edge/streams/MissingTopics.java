package fi.lupa.edge.streams;

import java.time.Duration;

/**
 * Tells topics that are gone from those that are not yet known again: a broker that has just come back may be asked before it has
 * read which topics there are.
 */
final class MissingTopics {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private long first;
    private long last;
    private boolean missed;

    /**
     * Takes note that a topology missed a topic.
     *
     * @param now of {@link System#nanoTime()}
     * @return whether it has missed some for longer than {@link #PATIENCE}, never so long without
     */
    synchronized boolean forTooLong(long now) {
        if (!missed || now - last > PATIENCE.toNanos()) {
            first = now;
        }
        missed = true;
        last = now;
        return now - first > PATIENCE.toNanos();
    }
}
