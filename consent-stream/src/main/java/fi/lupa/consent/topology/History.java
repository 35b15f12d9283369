package fi.lupa.consent.topology;

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

    void said(ConsentChanged changed) {
        store.put(changed.getSubjectId() + SAID + changed.getEventId(), changed);
    }

    /** Takes out what a subject had said by the time of an erasure. What binds them as an address or number stays. */
    void forget(String subjectId, Instant erasedAt) {
        saidBy(subjectId).stream()
                .filter(said -> !said.getRecordedAt().isAfter(erasedAt))
                .forEach(said -> store.delete(subjectId + SAID + said.getEventId()));
    }

    void stopped(ConsentChanged stop) {
        store.put(stop.getContactPointId() + STOPPED + stop.getEventId(), stop);
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
