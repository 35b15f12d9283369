package fi.lupa.standalone.imports;

import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactPointStop;
import fi.lupa.permission.Consents;
import fi.lupa.permission.Statement;
import fi.lupa.schemas.mapping.Statements;
import fi.lupa.schemas.mapping.Subjects;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What has been said here by those whom a list names, and nobody else. */
final class Known {

    private final Set<String> wanted = new HashSet<>();
    private final Map<String, Consents> said = new HashMap<>();
    private final Map<String, Consents> stops = new HashMap<>();
    private final Set<String> ofSeveral = new HashSet<>();
    private final Map<String, String> sameAs = new HashMap<>();
    private final Set<String> unreadableSubjects = new HashSet<>();
    private final Set<String> unreadableStops = new HashSet<>();

    /** Asks for what is known of these. */
    void want(Collection<String> ids) {
        wanted.addAll(ids);
    }

    boolean wants(String id) {
        return wanted.contains(id);
    }

    void take(ConsentState state) {
        String id = state.getSubjectId();
        unreadableSubjects.remove(id);
        said.put(id, Subjects.consents(state));
        if (state.getClaimedBy().isEmpty()) {
            ofSeveral.remove(id);
        } else {
            ofSeveral.add(id);
        }
        if (state.getSameAs() == null) {
            sameAs.remove(id);
        } else {
            sameAs.put(id, state.getSameAs());
        }
    }

    void take(ContactPointStop stop) {
        unreadableStops.remove(stop.getContactPointId());
        stops.put(
                stop.getContactPointId(),
                Consents.of(stop.getStops().stream().map(Statements::of).toList()));
    }

    /** Nothing is known of them any more. */
    void forgetSubject(String id) {
        unreadableSubjects.remove(id);
        said.remove(id);
        ofSeveral.remove(id);
        sameAs.remove(id);
    }

    void forgetStops(String id) {
        unreadableStops.remove(id);
        stops.remove(id);
    }

    /** The newest that is recorded of them cannot be read. */
    void cannotReadSubject(String id) {
        unreadableSubjects.add(id);
    }

    void cannotReadStops(String id) {
        unreadableStops.add(id);
    }

    /**
     * Asks for those that stand for others of whom something is known.
     *
     * @return whether there are any not asked for before
     */
    boolean wantTheSame() {
        return wanted.addAll(sameAs.values());
    }

    /**
     * What any of these has said, and those that stand for them, with the stops of each as an address or number. Of those that stand
     * for several, or for somebody else than any of these, it counts as what several said.
     *
     * @param about whom it is asked for
     */
    Consents of(String about, Collection<String> ids) {
        Consents all = Consents.none();
        Set<String> itsOwn = withTheSame(List.of(about));
        for (String id : ids) {
            Set<String> same = withTheSame(List.of(id));
            boolean anothers = same.stream().noneMatch(each -> itsOwn.contains(each) || isOneItself(each, ids));
            for (String each : same) {
                Consents here = said.getOrDefault(each, Consents.none());
                boolean shared = anothers || (ofSeveral.contains(each) && !each.equals(about));
                all = join(all.join(shared ? here.ofSeveral() : here), stops.get(each));
            }
        }
        return all;
    }

    private boolean isOneItself(String id, Collection<String> ids) {
        return ids.contains(id) && !sameAs.containsKey(id);
    }

    boolean unreadable(Collection<String> ids) {
        return withTheSame(ids).stream()
                .anyMatch(id -> unreadableSubjects.contains(id) || unreadableStops.contains(id));
    }

    /** Takes note of what will be recorded. */
    void learn(String id, Statement statement) {
        said.put(id, said.getOrDefault(id, Consents.none()).with(statement));
    }

    private Set<String> withTheSame(Collection<String> ids) {
        Set<String> all = new HashSet<>();
        Deque<String> left = new ArrayDeque<>(ids);
        while (!left.isEmpty()) {
            String id = left.pop();
            if (all.add(id) && sameAs.containsKey(id)) {
                left.push(sameAs.get(id));
            }
        }
        return all;
    }

    private static Consents join(Consents one, Consents other) {
        return other == null ? one : one.join(other);
    }
}
