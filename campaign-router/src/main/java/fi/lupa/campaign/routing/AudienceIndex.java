package fi.lupa.campaign.routing;

import fi.lupa.permission.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Who is reached at an address or number, and who is to be decided about again when. It only ever says whom to look at: one
 * entry too many costs a look, and what is lost comes back when everybody is looked at after a start.
 */
final class AudienceIndex {

    private static final byte[] NOTHING = {};

    private final KeyValueStore<String, byte[]> store;

    AudienceIndex(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    /** @param changes when the subject is to be decided about again; null for never */
    void put(Subject subject, Instant changes) {
        subject.contactPoints().forEach(point -> store.put(point(point.id()) + subject.id(), NOTHING));
        if (changes != null) {
            store.put(moment(changes.toEpochMilli()) + subject.id(), NOTHING);
        }
    }

    /** Everybody who has been known by the address or number. */
    List<String> reachedAt(String contactPointId) {
        String prefix = point(contactPointId);
        return subjects(keys(prefix, prefix + Character.MAX_VALUE, Integer.MAX_VALUE));
    }

    /** Takes those out whose moment has come, the first first. */
    List<String> due(Instant now, int most) {
        List<String> due = keys(moment(0), moment(now.toEpochMilli() + 1), most);
        due.forEach(store::delete);
        return subjects(due);
    }

    private List<String> keys(String from, String to, int most) {
        List<String> keys = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> range = store.range(from, to)) {
            while (range.hasNext() && keys.size() < most) {
                keys.add(range.next().key);
            }
        }
        return keys;
    }

    private static List<String> subjects(List<String> keys) {
        return keys.stream().map(key -> key.substring(key.lastIndexOf('/') + 1)).toList();
    }

    private static String point(String contactPointId) {
        return "p/" + contactPointId + "/";
    }

    private static String moment(long epochMilli) {
        return String.format("t/%015d/", epochMilli);
    }
}
