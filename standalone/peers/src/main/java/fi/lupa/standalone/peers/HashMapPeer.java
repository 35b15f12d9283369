package fi.lupa.standalone.peers;

import fi.lupa.standalone.bench.Peer;
import fi.lupa.standalone.peers.HandWritten.Table;
import java.time.Clock;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The least that a program can do by hand: a consumer, a map of its own, a transactional producer. A restart reads all anew. */
public final class HashMapPeer implements Peer {

    @Override
    public String title() {
        return "consumer with a HashMap";
    }

    @Override
    public Running start(Task task) {
        Map<String, byte[]> stops = new ConcurrentHashMap<>();
        return HandWritten.start(
                "hash-map", task, new Deciding(task, Clock.systemUTC()), number -> new InMemory(stops));
    }

    private static final class InMemory implements HandWritten.Tables {

        private final Map<Table, Map<String, byte[]>> tables = new EnumMap<>(Table.class);

        /** @param stops of all threads, since an address may be anybody's */
        InMemory(Map<String, byte[]> stops) {
            tables.put(Table.STATES, new HashMap<>());
            tables.put(Table.STOPS, stops);
            tables.put(Table.CONTACTS, new HashMap<>());
        }

        @Override
        public void put(Table table, Map<String, byte[]> rows) {
            tables.get(table).putAll(rows);
        }

        @Override
        public Map<String, byte[]> of(Table table, Collection<String> keys) {
            return tables.get(table);
        }

        @Override
        public void close() {}
    }
}
