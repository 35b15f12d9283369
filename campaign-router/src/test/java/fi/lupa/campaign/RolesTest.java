package fi.lupa.campaign;

import static fi.lupa.campaign.People.IDS;
import static fi.lupa.campaign.People.spring;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.campaign.audience.AudiencesDoor;
import fi.lupa.campaign.audience.LaunchesDoor;
import fi.lupa.campaign.definition.CampaignsDoor;
import fi.lupa.campaign.desk.DeskDoor;
import fi.lupa.campaign.desk.FiguresDoor;
import fi.lupa.campaign.message.DecisionsDoor;
import fi.lupa.campaign.message.MessagesDoor;
import fi.lupa.campaign.routing.AudienceSizes;
import fi.lupa.campaign.routing.KnownCampaigns;
import fi.lupa.campaign.routing.Recipients;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.access.RolesChecks;
import fi.lupa.edge.kafka.Copies;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.policy.PolicyFile;
import fi.lupa.edge.streams.Moving;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.AuditOutcome;
import io.javalin.config.RoutesConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what at this service: for every call, the roles that it opens to. */
class RolesTest extends RolesChecks {
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
        Copies nothing = (keys, topics, since) -> CompletableFuture.failedFuture(Peers.moving());
        new AudiencesDoor(access, People.DECISIONS, sizes, campaigns, moving, writer, nothing, OpenDoor.AT_NOON)
                .mount(routes);
        new LaunchesDoor(access, People.DECISIONS, sizes, campaigns, moving, writer, nothing, OpenDoor.AT_NOON)
                .mount(routes);
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

    RolesTest() {
        super(TABLE);
    }

    @Override
    protected void mount(RoutesConfig routes) {
        mount(null, null, routes);
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

    @Override
    protected int call(String method, String listed, String role) throws Exception {
        String path = listed.replace("exports/{id}", "exports/0193558a-0000-7000-8000-000000000000")
                .replace("{id}", "spring")
                .replace("{channel}", "email");
        return door.as(role, method, path, method.equals("GET") ? "" : "{}").statusCode();
    }

    @Override
    protected AuditOutcome lastOutcome() {
        return door.audited.get(door.audited.size() - 1).getOutcome();
    }
}
