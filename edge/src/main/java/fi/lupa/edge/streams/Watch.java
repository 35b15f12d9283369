package fi.lupa.edge.streams;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks Kafka something again and again, on a thread of its own, until it is closed. */
public final class Watch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    private final String what;
    private final Look look;
    private final Runnable failed;
    private final Thread thread;

    /** One question. */
    @FunctionalInterface
    public interface Look {

        /** Tells how long to wait before the next. */
        Duration look() throws ExecutionException, InterruptedException;
    }

    private Watch(String what, Look look, Runnable failed) {
        this.what = what;
        this.look = look;
        this.failed = failed;
        this.thread = new Thread(this::lookOn, what);
    }

    /**
     * Begins at once.
     *
     * @param what names the thread, and the question where it is logged that it has no answer
     * @param failed what is done when Kafka did not answer; it is asked again a second later
     */
    public static Watch start(String what, Look look, Runnable failed) {
        Watch watch = new Watch(what, look, failed);
        watch.thread.setDaemon(true);
        watch.thread.start();
        return watch;
    }

    private void lookOn() {
        try {
            while (true) {
                Thread.sleep(lookOnce().toMillis());
            }
        } catch (InterruptedException e) {
            // It was closed.
        }
    }

    private Duration lookOnce() throws InterruptedException {
        try {
            return look.look();
        } catch (ExecutionException | KafkaException | IllegalStateException e) {
            LOG.atWarn()
                    .addKeyValue("question", what)
                    .addKeyValue("failure", e.getClass().getSimpleName())
                    .log("Kafka did not answer how far things are; it is asked again");
            failed.run();
            return Duration.ofSeconds(1);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
