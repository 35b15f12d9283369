package fi.lupa.edge.access;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.edge.keys.Role;
import fi.lupa.event.AuditOutcome;
import io.javalin.config.JavalinState;
import io.javalin.config.RoutesConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who may do what at a service: for every call, the roles that it opens to. A call that is not listed fails a test. */
public abstract class RolesChecks {

    private static final String NOBODY_IN_PARTICULAR = "everybody";

    private final List<Row> rows;

    /** @param table on each line a call, a bar, and its roles, or everybody */
    protected RolesChecks(String table) {
        this.rows = table.lines()
                .map(line -> line.split("\\|", -1))
                .map(cells -> new Row(cells[0].strip(), Set.of(cells[1].strip().split(",\\s*", -1))))
                .toList();
    }

    private record Row(String call, Set<String> roles) {}

    /** Mounts the service's doors; nobody calls them. */
    protected abstract void mount(RoutesConfig routes);

    /**
     * Calls the service.
     *
     * @param path as it is listed
     * @param role as it is written; one that is none has no key
     * @return the answer's status
     */
    protected abstract int call(String method, String path, String role) throws Exception;

    /** How the last call that was audited ended. */
    protected abstract AuditOutcome lastOutcome();

    @TestFactory
    Stream<DynamicTest> aCallOpensToItsRolesAndToNoOther() {
        return rows.stream().flatMap(row -> Arrays.stream(Role.values())
                .map(Role::written)
                .map(role -> DynamicTest.dynamicTest(row.call() + " as " + role, () -> {
                    int status = call(row, role);
                    if (row.roles().contains(role) || row.roles().contains(NOBODY_IN_PARTICULAR)) {
                        assertThat(status).isNotIn(401, 403, 404, 405);
                    } else {
                        assertThat(status).isEqualTo(403);
                        assertThat(lastOutcome()).isEqualTo(AuditOutcome.REFUSED);
                    }
                })));
    }

    @TestFactory
    Stream<DynamicTest> aStrangerIsLetInWhereEverybodyIs() {
        return rows.stream()
                .map(row -> DynamicTest.dynamicTest(row.call(), () -> {
                    if (row.roles().contains(NOBODY_IN_PARTICULAR)) {
                        assertThat(call(row, "nobody")).isNotIn(401, 403, 405);
                    } else {
                        assertThat(call(row, "nobody")).isEqualTo(401);
                    }
                }));
    }

    @Test
    void everyCallIsListed() {
        JavalinState state = new JavalinState();
        mount(new RoutesConfig(state));
        Set<String> mounted = state.internalRouter.allHttpHandlers().stream()
                .map(handler -> handler.endpoint.method.name() + " " + handler.endpoint.path)
                .collect(Collectors.toCollection(TreeSet::new));

        Set<String> listed = rows.stream()
                .map(row -> row.call().replaceAll("\\?.*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(listed).isEqualTo(mounted);
    }

    private int call(Row row, String role) throws Exception {
        String[] call = row.call().split(" ", -1);
        return call(call[0], call[1], role);
    }
}
