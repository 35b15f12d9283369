package fi.lupa.campaign.routing;

import fi.lupa.event.ContactPointStop;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Rules out that an address or number was stopped; the thread that keeps the stops tells it of each, and every task asks. */
final class Stopped {

    private ReadOnlyKeyValueStore<String, ContactPointStop> stops;
    private volatile KeyFilter filter;

    /** @param stops as far as they are known; what comes is added */
    void begin(ReadOnlyKeyValueStore<String, ContactPointStop> stops) {
        this.stops = stops;
        readAll();
    }

    void add(String contactPointId) {
        if (!filter.add(contactPointId)) {
            readAll();
        }
    }

    boolean rulesOut(String contactPointId) {
        KeyFilter known = filter;
        return known != null && known.rulesOut(contactPointId);
    }

    private void readAll() {
        KeyFilter all = new KeyFilter(stops.approximateNumEntries());
        try (KeyValueIterator<String, ContactPointStop> each = stops.all()) {
            each.forEachRemaining(stop -> all.add(stop.key));
        }
        filter = all;
    }
}
