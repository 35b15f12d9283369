package fi.lupa.consent.topology;

import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.edge.sealing.Seal;
import fi.lupa.event.SubjectKey;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The keys of the subjects whose records this task reads. Intake and fold are one task, so that a subject's key has one
 * writer, wherever the subject lies and however many instances there are.
 */
final class SubjectKeys {

    static final String SINK = "write-keys";

    private final MasterKey master;
    private final ProcessorContext<String, SpecificRecord> context;
    private final KeyValueStore<String, SubjectKey> store;

    /** A subject's key, and what it seals with. */
    record Key(ByteBuffer wrapped, Seal seal) {}

    SubjectKeys(MasterKey master, ProcessorContext<String, SpecificRecord> context) {
        this.master = master;
        this.context = context;
        this.store = context.getStateStore(ConsentTopology.KEYS);
    }

    /** The key of a subject; null where there is none, or no longer. */
    Key find(String subjectId) {
        SubjectKey kept = store.get(subjectId);
        return kept == null || isDestroyed(kept) ? null : key(kept);
    }

    /** The key of the record's subject, made now where there is none. */
    Key findOrMake(Record<String, ?> record) {
        String subjectId = record.key();
        SubjectKey kept = store.get(subjectId);
        if (kept == null || isDestroyed(kept)) {
            kept = new SubjectKey(
                    subjectId,
                    master.newSubjectKey(subjectId),
                    Instant.ofEpochMilli(record.timestamp()),
                    kept == null ? null : kept.getErasedAt());
            store.put(subjectId, kept);
        }
        if (kept.getCreatedAt().toEpochMilli() == record.timestamp()) {
            // Made by this record, now or before a crash, after which it may be kept and not yet told.
            context.forward(new Record<>(subjectId, kept, record.timestamp()), SINK);
        }
        return key(kept);
    }

    /** When the subject was last erased; null for never. */
    Instant erasedAt(String subjectId) {
        SubjectKey kept = store.get(subjectId);
        return kept == null ? null : kept.getErasedAt();
    }

    /**
     * Destroys the key, and with it whatever was ever sealed with it; done again, it writes the tombstone again. A key made
     * after that erasure, for somebody who came back, stays.
     */
    void destroy(String subjectId, Instant erasedAt, long timestamp) {
        SubjectKey kept = store.get(subjectId);
        Instant before = kept == null ? null : kept.getErasedAt();
        boolean later = before == null || erasedAt.isAfter(before);
        if (later) {
            store.put(subjectId, new SubjectKey(subjectId, ByteBuffer.allocate(0), erasedAt, erasedAt));
        }
        if (later || isDestroyed(kept)) {
            context.forward(new Record<>(subjectId, null, timestamp), SINK);
        }
    }

    private static boolean isDestroyed(SubjectKey key) {
        return !key.getWrappedKey().hasRemaining();
    }

    private Key key(SubjectKey kept) {
        return new Key(kept.getWrappedKey(), master.sealOf(kept));
    }
}
