package fi.lupa.consent.topology;

import fi.lupa.consent.state.RecordedAgain;
import fi.lupa.consent.state.RecordedAgain.Words;
import fi.lupa.event.ConsentChanged;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Every statement ever said by a subject, and every no ever said for an address or number: only an erasure takes out. */
public final class History {

    private static final String SAID = "/said/";
    private static final String STOPPED = "/stopped/";

    private final KeyValueStore<String, ConsentChanged> store;

    History(KeyValueStore<String, ConsentChanged> store) {
        this.store = store;
    }

    /**
     * A statement that is kept.
     *
     * @param statement the one that counts, of those recorded under its id
     * @param replaces whether another was kept, and folded, in its place before
     */
    record Kept(ConsentChanged statement, boolean replaces) {}

    Kept said(ConsentChanged changed) {
        return keep(changed.getSubjectId() + SAID, changed);
    }

    private Kept keep(String prefix, ConsentChanged changed) {
        String key = prefix + changed.getEventId();
        ConsentChanged before = store.get(key);
        if (before != null && !Words.of(before).equals(Words.of(changed))) {
            // One id for two statements, as of one letter: neither may take the other's place.
            key += "/" + Words.of(changed).suffix();
            before = store.get(key);
        }
        ConsentChanged counts = before == null ? changed : RecordedAgain.of(before, changed);
        store.put(key, counts);
        return new Kept(counts, before != null && counts != before);
    }

    /** Takes out what a subject had said by the time of an erasure. What binds them as an address or number stays. */
    void forget(String subjectId, Instant erasedAt) {
        List<String> forgotten = new ArrayList<>();
        try (KeyValueIterator<String, ConsentChanged> said =
                store.prefixScan(subjectId + SAID, new StringSerializer())) {
            said.forEachRemaining(entry -> {
                if (!entry.value.getRecordedAt().isAfter(erasedAt)) {
                    forgotten.add(entry.key);
                }
            });
        }
        forgotten.forEach(store::delete);
    }

    /** Keeps a no to an address or number, as {@link #said} does. */
    Kept stopped(ConsentChanged stop) {
        return keep(stop.getContactPointId() + STOPPED, stop);
    }

    List<ConsentChanged> saidBy(String subjectId) {
        return all(store, subjectId + SAID);
    }

    List<ConsentChanged> stopsOf(String contactPointId) {
        return all(store, contactPointId + STOPPED);
    }

    /** What a subject said, in no order. */
    public static List<ConsentChanged> saidBy(ReadOnlyKeyValueStore<String, ConsentChanged> store, String subjectId) {
        return all(store, subjectId + SAID);
    }

    /** One statement of a subject; null where there is none of this id. */
    public static ConsentChanged said(
            ReadOnlyKeyValueStore<String, ConsentChanged> store, String subjectId, UUID eventId) {
        return store.get(subjectId + SAID + eventId);
    }

    private static List<ConsentChanged> all(ReadOnlyKeyValueStore<String, ConsentChanged> store, String prefix) {
        List<ConsentChanged> all = new ArrayList<>();
        try (KeyValueIterator<String, ConsentChanged> found = store.prefixScan(prefix, new StringSerializer())) {
            found.forEachRemaining(entry -> all.add(entry.value));
        }
        return all;
    }
}
