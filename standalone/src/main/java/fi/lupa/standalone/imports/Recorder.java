package fi.lupa.standalone.imports;

import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.imports.Row.Consent;
import fi.lupa.standalone.imports.Row.Said;
import fi.lupa.standalone.imports.Row.Stop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/** Writes what is new, many at a time, and stops at the first that cannot be recorded. */
final class Recorder {

    private static final int AT_ONCE = 1_000;

    private final EventWriter writer;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final AtomicLong recorded = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Recorder(EventWriter writer) {
        this.writer = writer;
    }

    /** @throws KafkaException with a sentence if this or an earlier one could not be recorded */
    @SuppressWarnings("FutureReturnValueIgnored") // the callback tells the same
    void record(Said said) {
        acquire(1);
        send(said).whenComplete((written, failed) -> {
            if (failed == null) {
                recorded.incrementAndGet();
            } else {
                failure.compareAndSet(null, failed);
            }
            free.release();
        });
    }

    private CompletableFuture<RecordMetadata> send(Said said) {
        return said instanceof Stop stop
                ? writer.send(Topics.CONSENT_CHANGES, stop.changed().getSubjectId(), stop.changed())
                : writer.send(Topics.FORMS_INBOX, ((Consent) said).key(), ((Consent) said).form());
    }

    /** Returns when all are recorded on every in-sync replica. */
    void finish() {
        acquire(AT_ONCE);
        free.release(AT_ONCE);
        throwFailure();
    }

    long recorded() {
        return recorded.get();
    }

    private void acquire(int permits) {
        throwFailure();
        try {
            free.acquire(permits);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Interrupted while recording.", e);
        }
    }

    private void throwFailure() {
        if (failure.get() != null) {
            throw new KafkaException("Not everything could be recorded; look at the brokers.", failure.get());
        }
    }
}
