package fi.lupa.campaign.desk;

import static fi.lupa.campaign.People.NOON;
import static fi.lupa.campaign.People.aino;
import static fi.lupa.campaign.People.spring;
import static fi.lupa.campaign.People.toAino;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.campaign.OpenDoor;
import fi.lupa.campaign.People;
import fi.lupa.campaign.routing.RouterDriver;
import fi.lupa.campaign.routing.Tallies;
import fi.lupa.edge.http.Json;
import fi.lupa.event.Channel;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What became of a campaign's messages, as the router itself counted them. */
class FiguresDoorTest {

    private static final Instant EVENING = Instant.parse("2026-03-02T19:00:00Z");
    private static final Instant MORNING = Instant.parse("2026-03-03T07:00:00Z");

    private RouterDriver router;
    private OpenDoor door;

    @BeforeEach
    void open(@TempDir Path directory) {
        router = new RouterDriver(directory.resolve("state"));
        router.knows(spring().build());
        router.knows(aino().consentsToEmailAndMobile().state());
        door = new OpenDoor(
                directory,
                (access, writer) -> routes -> new FiguresDoor(
                                access, () -> List.of(spring().build()), router.peers(), router.clock())
                        .mount(routes));
    }

    @AfterEach
    void close() {
        door.close();
        router.close();
    }

    @Test
    void everyMessageIsCountedOnceByChannelReasonAndHour() throws Exception {
        sends("m-1", Channel.EMAIL);
        sends("m-1", Channel.EMAIL);
        sends("m-2", Channel.MOBILE);
        router.routes(toAino(Channel.EMAIL).setCampaignId("nobody-s").build());

        JsonNode figures = figures();

        assertThat(figures.path("addressed").asInt()).isEqualTo(3);
        assertThat(figures.path("channels").toString())
                .isEqualTo("[{\"channel\":\"EMAIL\",\"cleared\":1,\"waiting\":0,\"suppressed\":{\"DUPLICATE\":1}},"
                        + "{\"channel\":\"MOBILE\",\"cleared\":1,\"waiting\":0,\"suppressed\":{}}]");
        assertThat(figures.path("hours").toString())
                .isEqualTo("[{\"from\":\"2026-03-02T12:00:00Z\",\"cleared\":2,\"suppressed\":1}]");
    }

    @Test
    void whatWaitsIsCountedAsWaitingAndLaterAsWhatBecameOfIt() throws Exception {
        router.at(EVENING);
        sends("m-1", Channel.PHONE);
        sends("m-1", Channel.PHONE);
        assertThat(figures().path("waiting").asInt()).isEqualTo(2);
        assertThat(figures().path("addressed").asInt()).isEqualTo(2);

        router.at(MORNING);

        JsonNode figures = figures();
        assertThat(figures.path("waiting").asInt()).isZero();
        assertThat(figures.path("cleared").asInt()).isEqualTo(1);
        assertThat(figures.path("suppressed").asInt()).isEqualTo(1);
        assertThat(figures.path("hours").path(0).path("from").asText()).isEqualTo("2026-03-03T07:00:00Z");
    }

    @Test
    void theHoursAreForgottenInTimeAndTheSumsAreNot() throws Exception {
        sends("m-1", Channel.EMAIL);

        router.at(NOON.plus(Tallies.HOURS_KEPT).plus(Duration.ofHours(2)));

        assertThat(figures().path("hours")).isEmpty();
        assertThat(figures().path("cleared").asInt()).isEqualTo(1);
    }

    @Test
    void aCampaignWithoutMessagesHasNone() throws Exception {
        assertThat(figures().path("addressed").asInt()).isZero();
        assertThat(door.asMarketer("GET", "/v1/campaigns/summer/figures", "").statusCode())
                .isEqualTo(404);
    }

    private void sends(String messageId, Channel channel) {
        router.routes(toAino(channel).setMessageId(messageId).build());
    }

    private JsonNode figures() throws Exception {
        HttpResponse<String> answer = door.asMarketer("GET", "/v1/campaigns/" + People.SPRING + "/figures", "");
        assertThat(answer.statusCode()).isEqualTo(200);
        return Json.MAPPER.readTree(answer.body());
    }
}
