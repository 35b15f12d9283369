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
import fi.lupa.event.ContactMade;
import fi.lupa.schemas.topic.Topics;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
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
    void aContactIsTheOneWhoseItWasAndOfThisCampaign() throws Exception {
        sends("m-1", Channel.EMAIL);
        router.at(NOON.plusSeconds(60));
        sends("m-2", Channel.MOBILE);
        sends("m-2", Channel.MOBILE);
        ContactMade made = router.values(Topics.CAMPAIGN_CONTACTS).get(0);
        router.put(Topics.CAMPAIGN_NOTES, "whom-it-counts-for-as-well", made);
        router.put(
                Topics.CAMPAIGN_NOTES,
                People.AINO,
                ContactMade.newBuilder(made).setCampaignId("summer").build());

        assertThat(contacts("")).isEqualTo("""
                clearedAt,channel,messageId,subjectId\r
                2026-03-02T12:00:00Z,EMAIL,m-1,%1$s\r
                2026-03-02T12:01:00Z,MOBILE,m-2,%1$s\r
                """.formatted(People.AINO));
        assertThat(contacts("?since=2026-03-02T12:01:00Z")).contains("m-2").doesNotContain("m-1");
        assertThat(contacts("?since=2026-03-02T12:01:01Z")).isEqualTo("clearedAt,channel,messageId,subjectId\r\n");
        assertThat(door.audited).hasSize(3);
    }

    @Test
    void theNewestContactsAreToldOfMany() throws Exception {
        for (int i = 0; i < 150; i++) {
            router.at(NOON.plus(Duration.ofMinutes(i)));
            router.routes(toAino(Channel.EMAIL).setMessageId("m-" + i).build());
        }

        Contacts contacts = Contacts.here(
                router.peers(),
                Figures.here(router.peers(), People.SPRING, router.clock().instant()));

        assertThat(contacts.newest())
                .extracting(Contacts.Contact::messageId)
                .containsExactlyElementsOf(IntStream.iterate(149, i -> i >= 50, i -> i - 1)
                        .mapToObj(i -> "m-" + i)
                        .toList());
        assertThat(contacts.with(contacts).newest()).hasSize(Contacts.MOST);
    }

    @Test
    void aMomentThatIsNoneIsRefused() throws Exception {
        HttpResponse<String> answer =
                door.asMarketer("GET", "/v1/campaigns/" + People.SPRING + "/contacts?since=yesterday", "");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("since");
    }

    /** Else whoever misspells it has everything, and takes it for the part that was asked for. */
    @Test
    void aParameterThatIsNoneIsRefused() throws Exception {
        HttpResponse<String> answer =
                door.asMarketer("GET", "/v1/campaigns/" + People.SPRING + "/contacts?sicne=2026-03-02T12:00:00Z", "");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("sicne", "There is no such parameter; there is only since.");
    }

    @Test
    void aCampaignWithoutMessagesHasNone() throws Exception {
        assertThat(figures().path("addressed").asInt()).isZero();
        assertThat(door.asMarketer("GET", "/v1/campaigns/summer/figures", "").statusCode())
                .isEqualTo(404);
    }

    private String contacts(String query) throws Exception {
        HttpResponse<String> answer =
                door.asMarketer("GET", "/v1/campaigns/" + People.SPRING + "/contacts" + query, "");
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
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
