package fi.lupa.campaign.routing;

import fi.lupa.event.ContactPointStop;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Rules out that an address or number was stopped. The thread that keeps the stops tells it of each; every task asks. Fails closed:
 * before it has begun it rules out nothing.
 */
final class Stopped {

    private ReadOnlyKeyValueStore<String, ContactPointStop> stops;
    private volatile KeyFilter filter;

    /** @param stops as far as they are known; what comes later is to be added */
    void begin(ReadOnlyKeyValueStore<String, ContactPointStop> stops) {
        this.stops = stops;
        readAll();
    }

    /** Once the store has it: a filter that is full is made anew from the store. */
    void add(String contactPointId) {
        filter.add(contactPointId);
        if (filter.isFull()) {
            readAll();
        }
    }

    boolean rulesOut(String contactPointId) {
        KeyFilter known = filter;
        return known != null && known.rulesOut(contactPointId);
    }

    /** The stops of an address or number, read only where there may be some; null where there are none. */
    ContactPointStop of(String contactPointId, ReadOnlyKeyValueStore<String, ContactPointStop> stops) {
        return rulesOut(contactPointId) ? null : stops.get(contactPointId);
    }

    private void readAll() {
        KeyFilter all = new KeyFilter(stops.approximateNumEntries());
        try (KeyValueIterator<String, ContactPointStop> each = stops.all()) {
            each.forEachRemaining(stop -> all.add(stop.key));
        }
        filter = all;
    }
}
