package fi.lupa.consent;

import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.POLICY;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.consent.confirmation.ConfirmDoor;
import fi.lupa.consent.confirmation.Confirmations;
import fi.lupa.consent.console.ConsoleDoor;
import fi.lupa.consent.feedback.FeedbackDoor;
import fi.lupa.consent.intake.ConsentsDoor;
import fi.lupa.consent.intake.FormDeclarations;
import fi.lupa.consent.intake.FormsDoor;
import fi.lupa.consent.intake.OpenDoor;
import fi.lupa.consent.intake.SameAsDoor;
import fi.lupa.consent.query.Files;
import fi.lupa.consent.query.HeldSubjects;
import fi.lupa.consent.query.Histories;
import fi.lupa.consent.query.SubjectsDoor;
import fi.lupa.consent.rights.AccessReportDoor;
import fi.lupa.consent.rights.ErasureDoor;
import fi.lupa.consent.rights.RectificationDoor;
import fi.lupa.consent.rights.RequestsDoor;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.http.RateLimit;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.AuditOutcome;
import io.javalin.config.JavalinState;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what at this service: for every call, the roles that it opens to. A call that is not listed here fails a test. */
class RolesTest {
    private static final String NOBODY_IN_PARTICULAR = "everybody";

    private static final String TABLE = """
            POST /v1/forms/{formId}                                   | site
            OPTIONS /v1/forms/{formId}                                | everybody
            GET /v1/forms/submissions/{eventId}                       | site, customer-service, dpo, operator
            GET /v1/subjects?email=aino@example.fi                    | customer-service, dpo, operator
            GET /v1/subjects/{id}/consents                            | campaign, customer-service, dpo, operator
            GET /v1/subjects/{id}/consents?at=2026-01-01T00:00:00Z    | customer-service, dpo, operator
            GET /v1/subjects/{id}/consents?known=2026-01-01T00:00:00Z | customer-service, dpo, operator
            GET /v1/subjects/{id}/history                             | customer-service, dpo, operator
            GET /v1/subjects/{id}/history?alone=true                  | customer-service, dpo, operator
            GET /v1/subjects/{id}/contacts                            | customer-service, dpo, operator
            GET /v1/subjects/{id}/contacts?alone=true                 | customer-service, dpo, operator
            POST /v1/consents                                         | customer-service, dpo, operator
            POST /v1/feedback                                         | campaign
            POST /v1/feedback/ses                                     | campaign
            POST /v1/feedback/sendgrid                                | campaign
            POST /v1/feedback/mailgun                                 | campaign
            PUT /v1/subjects/{id}/same-as/{other}                     | customer-service, dpo, operator
            DELETE /v1/subjects/{id}/same-as/{other}                  | customer-service, dpo, operator
            POST /v1/subjects/{id}/erasure                            | dpo
            GET /v1/subjects/{id}/erasure                             | dpo
            PUT /v1/subjects/{id}/legal-hold                          | dpo
            DELETE /v1/subjects/{id}/legal-hold                       | dpo
            POST /v1/subjects/{id}/requests                           | customer-service, dpo
            GET /v1/subjects/{id}/requests                            | customer-service, dpo
            POST /v1/subjects/{id}/requests/{requestId}/extension     | dpo
            POST /v1/subjects/{id}/requests/{requestId}/closing       | dpo
            GET /v1/requests                                          | customer-service, dpo
            POST /v1/subjects/{id}/access-report                      | dpo
            GET /v1/subjects/{id}/access-report                       | dpo
            POST /v1/subjects/{id}/rectification                      | dpo
            GET /confirm/{token}                                      | everybody
            POST /confirm/{token}                                     | everybody
            GET /console                                              | marketer, customer-service, dpo, analyst, operator
            POST /console/search                                      | customer-service, dpo
            GET /console/subjects/{id}                                | customer-service, dpo
            POST /console/subjects/{id}/same-as/{other}               | customer-service, dpo, operator
            POST /console/subjects/{id}/other-than/{other}            | customer-service, dpo, operator
            POST /console/subjects/{id}/legal-hold                    | dpo
            POST /console/subjects/{id}/legal-hold/release            | dpo
            """;

    private static final FormDeclarations FORMS = forms();

    private static OpenDoor door;

    @BeforeAll
    static void open(@TempDir Path directory) throws Exception {
        door = new OpenDoor(directory, (access, writer) -> routes -> mount(access, writer, routes));
    }

    @AfterAll
    static void close() {
        door.close();
    }

    private static FormDeclarations forms() {
        try {
            return FormDeclarations.load(
                    Path.of(RolesTest.class.getResource("/forms.yaml").toURI()), Set.of("newsletter"));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void mount(Access access, EventWriter writer, RoutesConfig routes) {
        Peers peers = new Moving();
        RateLimit limit = new RateLimit(0, OpenDoor.AT_NOON);
        Confirmations confirmations =
                new Confirmations(URI.create("http://127.0.0.1"), POLICY.terms().confirmWithin());
        new FormsDoor(FORMS, access, IDS, writer, People.RECEIPTS, limit, OpenDoor.AT_NOON).mount(routes);
        new ConsentsDoor(access, IDS, writer, peers, new Histories(peers), People.RECEIPTS, Set.of(), OpenDoor.AT_NOON)
                .mount(routes);
        new FeedbackDoor(access, IDS, writer, OpenDoor.AT_NOON).mount(routes);
        new SameAsDoor(access, writer, OpenDoor.AT_NOON).mount(routes);
        new SubjectsDoor(peers, IDS, access, OpenDoor.AT_NOON, POLICY).mount(routes);
        new ConfirmDoor(confirmations, peers, id -> null, writer, People.RECEIPTS, limit, OpenDoor.AT_NOON)
                .mount(routes);
        HeldSubjects subjects = new HeldSubjects(peers, POLICY);
        Files files = new Files(peers, POLICY, People.TOKENS);
        new ErasureDoor(subjects, access, writer, OpenDoor.AT_NOON).mount(routes);
        RequestsDoor requests = new RequestsDoor(subjects, peers, access, writer, OpenDoor.AT_NOON);
        requests.mount(routes);
        new RectificationDoor(subjects, People.MASTER, IDS, access, writer, OpenDoor.AT_NOON).mount(routes);
        new AccessReportDoor(
                        subjects,
                        peers,
                        files,
                        null,
                        People.MASTER,
                        POLICY,
                        Optional.empty(),
                        access,
                        writer,
                        OpenDoor.AT_NOON)
                .mount(routes);
        new ConsoleDoor(access, subjects, peers, files, People.MASTER, requests, IDS, POLICY, OpenDoor.AT_NOON)
                .mount(routes);
    }

    /** Whoever is let in finds out that the state is on the move: nothing else is asked here. */
    private record Moving() implements Peers {
        @Override
        public Optional<HostInfo> otherHolderOf(String store, String key) {
            throw Peers.moving();
        }

        @Override
        public List<HostInfo> othersWith(String store) {
            throw Peers.moving();
        }

        @Override
        public <S, R> R read(String store, QueryableStoreType<S> type, Function<S, R> reading) {
            throw Peers.moving();
        }

        @Override
        public CompletableFuture<HttpResponse<byte[]>> ask(Context ctx, HostInfo holder, byte[] body) {
            throw Peers.moving();
        }

        @Override
        public CompletableFuture<HttpResponse<InputStream>> open(Context ctx, HostInfo holder, String pathAndQuery) {
            throw new UnsupportedOperationException("nothing is read while it comes");
        }

        @Override
        public CompletableFuture<HttpResponse<byte[]>> get(Context ctx, HostInfo holder, String pathAndQuery) {
            throw Peers.moving();
        }
    }

    @TestFactory
    Stream<DynamicTest> aCallOpensToItsRolesAndToNoOther() {
        return rows().flatMap(row -> Arrays.stream(Role.values())
                .map(Role::written)
                .map(role -> DynamicTest.dynamicTest(row.call() + " as " + role, () -> {
                    int status = call(row, role);
                    if (row.roles().contains(role) || row.roles().contains(NOBODY_IN_PARTICULAR)) {
                        assertThat(status).isNotIn(401, 403, 404, 405);
                    } else {
                        assertThat(status).isEqualTo(403);
                        assertThat(door.audited.get(door.audited.size() - 1).getOutcome())
                                .isEqualTo(AuditOutcome.REFUSED);
                    }
                })));
    }

    @TestFactory
    Stream<DynamicTest> aStrangerIsLetInWhereEverybodyIs() {
        return rows().map(row -> DynamicTest.dynamicTest(row.call(), () -> {
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
        mount(null, null, new RoutesConfig(state));
        Set<String> mounted = state.internalRouter.allHttpHandlers().stream()
                .map(handler -> handler.endpoint.method.name() + " " + handler.endpoint.path)
                .collect(Collectors.toCollection(TreeSet::new));

        Set<String> listed =
                rows().map(row -> row.call().replaceAll("\\?.*", "")).collect(Collectors.toCollection(TreeSet::new));
        assertThat(listed).isEqualTo(mounted);
    }

    private record Row(String call, Set<String> roles) {}

    private static Stream<Row> rows() {
        return TABLE.lines()
                .map(line -> line.split("\\|", -1))
                .map(cells -> new Row(cells[0].strip(), Set.of(cells[1].strip().split(",\\s*", -1))));
    }

    private static int call(Row row, String role) throws Exception {
        String[] call = row.call().split(" ", -1);
        String path = call[1].replace("{id}", "AinosIdInTwentyTwoChar")
                .replace("{other}", "EerosIdInTwentyTwoChar")
                .replace("{formId}", "newsletter")
                .replace("{eventId}", "6f2d1f0e-7a43-4b6b-9d39-0a4ac5d9d001")
                .replace("{requestId}", "6f2d1f0e-7a43-4b6b-9d39-0a4ac5d9d002")
                .replace("{token}", "a".repeat(43));
        return door.send(
                        call[0],
                        path,
                        call[0].equals("GET") ? "" : "{\"evidence\":\"calls/7\"}",
                        "Content-Type",
                        "application/json",
                        "Authorization",
                        "Bearer " + role + "-key")
                .statusCode();
    }
}
