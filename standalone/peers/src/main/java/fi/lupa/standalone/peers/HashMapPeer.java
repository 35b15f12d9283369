package fi.lupa.standalone.peers;

import fi.lupa.standalone.bench.Peer;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The least that a program can do by hand: a consumer, a map of its own, a transactional producer. A restart reads all anew. */
public final class HashMapPeer implements Peer {

    @Override
    public String title() {
        return "consumer with a HashMap";
    }

    @Override
    public Running start(Task task) {
        return HandWritten.start("hash-map", task, new Deciding(task, Clock.systemUTC()), number -> new InMemory());
    }

    private static final class InMemory implements HandWritten.States {

        private final Map<String, byte[]> all = new HashMap<>();

        @Override
        public void put(Map<String, byte[]> states) {
            all.putAll(states);
        }

        @Override
        public Map<String, byte[]> of(List<String> subjectIds) {
            return all;
        }

        @Override
        public void close() {}
    }
}
