package fi.lupa.campaign;

import static fi.lupa.campaign.People.IDS;
import static fi.lupa.campaign.People.spring;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.campaign.audience.AudiencesDoor;
import fi.lupa.campaign.audience.LaunchesDoor;
import fi.lupa.campaign.decision.DecisionsDoor;
import fi.lupa.campaign.definition.CampaignsDoor;
import fi.lupa.campaign.desk.DeskDoor;
import fi.lupa.campaign.desk.FiguresDoor;
import fi.lupa.campaign.message.MessagesDoor;
import fi.lupa.campaign.routing.AudienceSizes;
import fi.lupa.campaign.routing.KnownCampaigns;
import fi.lupa.campaign.routing.Recipients;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.policy.PolicyFile;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.AuditOutcome;
import io.javalin.config.JavalinState;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.InputStream;
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
            PUT /v1/campaigns/{id}                   | marketer
            GET /v1/campaigns/{id}                   | marketer, campaign, operator
            GET /v1/campaigns                        | marketer, campaign, operator
            GET /v1/campaigns/{id}/preview           | marketer
            POST /v1/campaigns/{id}/launch           | marketer
            GET /v1/campaigns/{id}/launch            | marketer, campaign, analyst, operator
            GET /v1/campaigns/{id}/figures           | marketer, campaign, analyst, operator
            GET /v1/campaigns/{id}/contacts          | marketer, campaign, analyst
            POST /v1/campaigns/{id}/messages         | campaign
            GET /v1/audiences                        | marketer, campaign, analyst
            GET /v1/audiences/{channel}              | campaign
            POST /v1/audiences/exports/{id}/recheck  | campaign
            GET /desk                                | marketer, customer-service, dpo, analyst, operator
            GET /desk/campaigns/{id}                 | marketer, analyst, operator
            GET /desk/campaigns/{id}/contacts        | marketer, analyst
            POST /v1/decisions                       | campaign, customer-service, dpo
            """;

    private static OpenDoor door;

    @BeforeAll
    static void open(@TempDir Path directory) throws Exception {
        door = new OpenDoor(directory, (access, writer) -> routes -> mount(access, writer, routes));
    }

    @AfterAll
    static void close() {
        door.close();
    }

    private static void mount(Access access, EventWriter writer, RoutesConfig routes) {
        KnownCampaigns campaigns = () -> List.of(spring().build());
        new CampaignsDoor(campaigns, PolicyFile.shipped().read().terms(), access, writer, OpenDoor.AT_NOON)
                .mount(routes);
        AudienceSizes sizes = new AudienceSizes(new SimpleMeterRegistry());
        Peers moving = new Moving();
        new AudiencesDoor(
                        access,
                        People.DECISIONS,
                        sizes,
                        campaigns,
                        moving,
                        writer,
                        (keys, topics, since) -> CompletableFuture.failedFuture(Peers.moving()),
                        OpenDoor.AT_NOON)
                .mount(routes);
        new LaunchesDoor(access, People.DECISIONS, sizes, campaigns, moving, writer, OpenDoor.AT_NOON).mount(routes);
        new DeskDoor(access, People.DECISIONS, sizes, campaigns, moving, OpenDoor.AT_NOON).mount(routes);
        new FiguresDoor(access, campaigns, moving, OpenDoor.AT_NOON).mount(routes);
        new MessagesDoor(campaigns, access, IDS, writer, OpenDoor.AT_NOON).mount(routes);
        new DecisionsDoor(
                        access,
                        People.DECISIONS,
                        People.LINKS,
                        campaigns,
                        new Recipients(IDS),
                        IDS,
                        moving,
                        OpenDoor.AT_NOON)
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

    @Test
    void aKeyToOneCampaignIsForNoOther() throws Exception {
        String about = "{\"campaignId\":\"%s\",\"channel\":\"EMAIL\",\"recipients\":[{\"email\":\"aino@example.fi\"}]}";

        assertThat(door.as("spring", "POST", "/v1/decisions", about.formatted("spring"))
                        .statusCode())
                .isEqualTo(503);
        assertThat(door.as("spring", "POST", "/v1/decisions", about.formatted("autumn"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(door.as("campaign", "POST", "/v1/decisions", about.formatted("autumn"))
                        .statusCode())
                .isEqualTo(503);
        assertThat(door.as("spring", "POST", "/v1/campaigns/spring/messages", "{}")
                        .statusCode())
                .isEqualTo(400);
        // Not even whether there is such a campaign.
        assertThat(door.as("spring", "POST", "/v1/campaigns/autumn/messages", "{}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(door.as("campaign", "POST", "/v1/campaigns/autumn/messages", "{}")
                        .statusCode())
                .isEqualTo(404);
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
        String path = call[1].replace("exports/{id}", "exports/0193558a-0000-7000-8000-000000000000")
                .replace("{id}", "spring")
                .replace("{channel}", "email");
        return door.as(role, call[0], path, call[0].equals("GET") ? "" : "{}").statusCode();
    }
}
