package fi.lupa.campaign.routing;

import fi.lupa.event.HeldMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The messages that wait, in the order in which they may go: kept by moment and by the record they came in. */
final class HeldMessages {

    private static final int DIGITS = 15;

    private final KeyValueStore<String, HeldMessage> store;
    private long waiting;
    private String from = "";

    HeldMessages(KeyValueStore<String, HeldMessage> store) {
        this.store = store;
        try (KeyValueIterator<String, HeldMessage> all = store.all()) {
            while (all.hasNext()) {
                all.next();
                waiting++;
            }
        }
    }

    /** How many wait. */
    long waiting() {
        return waiting;
    }

    /** @param source names the record it came in, the same whenever it is read */
    void hold(HeldMessage message, Instant until, String source) {
        String key = before(until) + source;
        store.put(key, message);
        waiting++;
        if (key.compareTo(from) < 0) {
            from = key;
        }
    }

    /** Takes those out that may go by now, the first first. */
    List<KeyValue<String, HeldMessage>> due(Instant now, int most) {
        if (waiting == 0) {
            return List.of();
        }
        List<KeyValue<String, HeldMessage>> due = new ArrayList<>();
        try (KeyValueIterator<String, HeldMessage> range = store.range(from, before(now.plusMillis(1)))) {
            while (range.hasNext() && due.size() < most) {
                due.add(range.next());
            }
        }
        for (KeyValue<String, HeldMessage> one : due) {
            store.delete(one.key);
            waiting--;
            // What has gone leaves marks that every later look would have to pass.
            from = one.key;
        }
        return due;
    }

    /** Which record a message came in. */
    static String source(String key) {
        return key.substring(DIGITS + 1);
    }

    /** Sorts before everything that waits until the moment, and after all that waits until an earlier one. */
    private static String before(Instant until) {
        return String.format("%0" + DIGITS + "d/", until.toEpochMilli());
    }
}
