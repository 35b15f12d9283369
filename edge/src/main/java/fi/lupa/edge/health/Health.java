package fi.lupa.edge.health;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * Named checks of whether the process lives, so that nobody restarts it, and whether it is ready, so that calls may come; and
 * notes of what an operator should look at meanwhile.
 */
public final class Health {
    private final ConcurrentMap<String, Supplier<Optional<String>>> readiness = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Supplier<Optional<String>>> liveness = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Supplier<Optional<String>>> notable = new ConcurrentHashMap<>();

    /** Adds a check of readiness; it answers empty when all is well, otherwise why the service is not ready. */
    public Health ready(String name, Supplier<Optional<String>> check) {
        readiness.put(name, check);
        return this;
    }

    /** Adds a check of life; it answers empty when all is well, otherwise why only a restart helps. */
    public Health live(String name, Supplier<Optional<String>> check) {
        liveness.put(name, check);
        return this;
    }

    /** Adds a check that changes neither; it answers empty when all is well, otherwise what is to be looked at. */
    public Health note(String name, Supplier<Optional<String>> check) {
        notable.put(name, check);
        return this;
    }

    /** What is to be looked at, by the name of the check. */
    public Map<String, String> notes() {
        return failing(notable);
    }

    /** Why the service is not ready, by the name of the check; empty when it is ready. */
    public Map<String, String> notReady() {
        return failing(readiness);
    }

    /** Why the process should be restarted, by the name of the check; empty when it lives. */
    public Map<String, String> notLive() {
        return failing(liveness);
    }

    private static Map<String, String> failing(Map<String, Supplier<Optional<String>>> checks) {
        Map<String, String> reasons = new TreeMap<>();
        checks.forEach((name, check) -> ask(check).ifPresent(reason -> reasons.put(name, reason)));
        return reasons;
    }

    // A check that fails is a reason: what is not known to be well is not ready.
    private static Optional<String> ask(Supplier<Optional<String>> check) {
        try {
            return check.get();
        } catch (RuntimeException e) {
            return Optional.of("The check itself failed with " + e.getClass().getSimpleName() + ".");
        }
    }
}
