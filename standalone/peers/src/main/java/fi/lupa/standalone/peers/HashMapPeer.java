package fi.lupa.standalone.peers;

import fi.lupa.event.ConsentState;
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
        Deciding deciding = new Deciding(task, Clock.systemUTC());
        return HandWritten.start("hash-map", task, deciding, number -> new InMemory(deciding));
    }

    private static final class InMemory implements HandWritten.Permits {

        private final Deciding deciding;
        private final Map<String, Permit> permits = new HashMap<>();

        InMemory(Deciding deciding) {
            this.deciding = deciding;
        }

        @Override
        public void put(List<ConsentState> states) {
            states.forEach(state -> permits.put(state.getSubjectId(), deciding.permit(state)));
        }

        @Override
        public Map<String, Permit> of(List<String> subjectIds) {
            return permits;
        }

        @Override
        public void close() {}
    }
}
