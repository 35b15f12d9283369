package fi.lupa.consent.topology;

import fi.lupa.event.ContactMade;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** What was cleared for each subject, by subject and moment: only an erasure takes out. */
public final class Contacts {

    /** Of the moment in a key. */
    private static final int MILLIS_DIGITS = 15;

    private Contacts() {}

    static void put(KeyValueStore<String, ContactMade> store, String subjectId, ContactMade made) {
        store.put(key(subjectId, made), made);
    }

    static void forget(KeyValueStore<String, ContactMade> store, String subjectId) {
        of(store, subjectId).forEach(made -> store.delete(key(subjectId, made)));
    }

    /** What was cleared for a subject, oldest first. */
    public static List<ContactMade> of(ReadOnlyKeyValueStore<String, ContactMade> store, String subjectId) {
        List<ContactMade> all = new ArrayList<>();
        try (KeyValueIterator<String, ContactMade> found = store.prefixScan(subjectId + "/", new StringSerializer())) {
            found.forEachRemaining(entry -> all.add(entry.value));
        }
        return all;
    }

    private static String key(String subjectId, ContactMade made) {
        String millis = Long.toString(made.getClearedAt().toEpochMilli());
        String inOrder = "0".repeat(Math.max(0, MILLIS_DIGITS - millis.length())) + millis;
        return subjectId + "/" + inOrder + "/" + made.getCampaignId() + "/" + made.getMessageId();
    }
}
