package fi.lupa.standalone.bench;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;

/** Tells who waits how far a long step is and how fast it goes, and gives up on one that stands still. */
final class Progress {

    private static final Duration TOLD_EVERY = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final PrintWriter to;
    private final String step;
    private final long of;
    private final long began = System.nanoTime();
    private long told = began;
    private long advanced = began;
    private long last;

    Progress(PrintWriter to, String step, long of) {
        this.to = to;
        this.step = step;
        this.of = of;
    }

    /**
     * Takes note that so much is done.
     *
     * @throws KafkaException if that has been so for too long
     */
    void at(long done) {
        long now = System.nanoTime();
        boolean completed = done >= of && last < of;
        if (done > last) {
            last = done;
            advanced = now;
        } else if (now - advanced > PATIENCE.toNanos()) {
            throw new KafkaException("%s: nothing has moved for %d s, at %,d of %,d. The log above may say why."
                    .formatted(step, PATIENCE.toSeconds(), done, of));
        }
        if (completed || now - told >= TOLD_EVERY.toNanos()) {
            told = now;
            to.println(String.format(
                    Locale.ROOT, "  %s: %,d of %,d, %,.0f/s", step, done, of, done * 1e9 / (now - began)));
            to.flush();
        }
    }

    /** Waits until all is done, asking seldom enough not to be part of what is measured. */
    void await(LongSupplier asked) throws InterruptedException {
        long done;
        while ((done = asked.getAsLong()) < of) {
            at(done);
            Thread.sleep(50);
        }
        at(done);
    }
}
