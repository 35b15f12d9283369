package fi.lupa.campaign.definition;

import static fi.lupa.campaign.People.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.campaign.OpenDoor;
import fi.lupa.campaign.People;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.policy.PolicyFile;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.Channel;
import fi.lupa.event.Purpose;
import fi.lupa.event.TransferBasis;
import fi.lupa.schemas.topic.Topics;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The marketer's door over HTTP: a campaign with all it needs, or everything it lacks. */
class CampaignsDoorTest {

    private static final String SUMMER = "/v1/campaigns/summer";
    private static final String DEFINITION = """
            {
              "name": " Summer sale ",
              "purpose": "DIRECT_MARKETING",
              "channels": ["EMAIL", "POST", "EMAIL"],
              "processor": { "name": "Posti Oy", "country": "FI" }
            }
            """;

    private static final List<CampaignDefined> KNOWN = new CopyOnWriteArrayList<>();

    private static OpenDoor door;

    @BeforeAll
    static void open(@TempDir Path directory) {
        door = new OpenDoor(
                directory,
                (access, writer) -> routes -> new CampaignsDoor(
                                () -> KNOWN, PolicyFile.shipped().read().terms(), access, writer, OpenDoor.AT_NOON)
                        .mount(routes));
    }

    @AfterAll
    static void close() {
        door.close();
    }

    @BeforeEach
    void forget() {
        door.forget();
        KNOWN.clear();
    }

    @Test
    void aDefinitionIsWrittenAndAnsweredWhenTheRouterDecidesByIt() throws Exception {
        KNOWN.add(People.spring().setCampaignId("summer").setDefinedAt(NOON).build());

        HttpResponse<String> answer = door.asMarketer("PUT", SUMMER, DEFINITION);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(door.written).singleElement().satisfies(written -> {
            assertThat(written.topic()).isEqualTo(Topics.CAMPAIGN_DEFINITIONS);
            assertThat(written.key()).isEqualTo("summer");
        });
        CampaignDefined campaign = written();
        assertThat(campaign.getCampaignId()).isEqualTo("summer");
        assertThat(campaign.getName()).isEqualTo("Summer sale");
        assertThat(campaign.getPurpose()).isEqualTo(Purpose.DIRECT_MARKETING);
        assertThat(campaign.getChannels()).containsExactly(Channel.EMAIL, Channel.POST);
        assertThat(campaign.getProcessor().getTransferBasis()).isEqualTo(TransferBasis.NONE);
        assertThat(campaign.getValidFrom()).isEqualTo(NOON);
        assertThat(campaign.getValidUntil()).isNull();
        assertThat(campaign.getDefinedAt()).isEqualTo(NOON);
        assertThat(campaign.getDefinedBy()).isEqualTo("marketing");
        JsonNode view = Json.MAPPER.readTree(answer.body());
        assertThat(view.path("campaignId").asText()).isEqualTo("summer");
        assertThat(view.path("definedBy").asText()).isEqualTo("marketing");
    }

    @ParameterizedTest
    @CsvSource({"DIRECT_MARKETING, , 200", "SERVICE_NOTICE, , 409", "DIRECT_MARKETING, newsletter, 409"})
    void itsPurposeAndTopicStay(Purpose purpose, String topic, int status) throws Exception {
        KNOWN.add(People.spring().setCampaignId("summer").setDefinedAt(NOON).build());
        String other = DEFINITION
                .replace("DIRECT_MARKETING", purpose.name())
                .replaceFirst("\\{", topic == null ? "{" : "{\"topic\": \"" + topic + "\",");

        HttpResponse<String> answer = door.asMarketer("PUT", SUMMER, other);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(door.written).hasSize(status == 409 ? 0 : 1);
    }

    @Test
    void aTopicIsOneOfThePolicysAndWithinMarketing() throws Exception {
        String onTopic = DEFINITION.replaceFirst("\\{", "{\"topic\": \"newsletter\",");
        assertThat(door.asMarketer("PUT", SUMMER, onTopic).body()).contains("\"topic\":\"newsletter\"");
        assertThat(written().getTopic()).isEqualTo("newsletter");

        assertThat(door.asMarketer("PUT", SUMMER, onTopic.replace("newsletter", "horoscopes"))
                        .body())
                .contains("The policy names no such topic; it is one of [newsletter, offers, events].");
        assertThat(door.asMarketer("PUT", SUMMER, onTopic.replace("DIRECT_MARKETING", "SERVICE_NOTICE"))
                        .body())
                .contains("Topics are within marketing; leave it out for this purpose.");
    }

    @Test
    void aDefinitionThatTheRouterDoesNotKnowInTimeIsAcceptedAndNoMore(@TempDir Path directory) throws Exception {
        try (OpenDoor slow = new OpenDoor(
                directory,
                (access, writer) -> routes -> new CampaignsDoor(
                                () -> KNOWN, PolicyFile.shipped().read().terms(), access, writer, new Ticking())
                        .mount(routes))) {
            KNOWN.add(People.spring()
                    .setCampaignId("summer")
                    .setDefinedAt(NOON.minusMillis(1))
                    .build());

            assertThat(slow.asMarketer("PUT", SUMMER, DEFINITION).statusCode()).isEqualTo(202);
        }
    }

    /** A second goes by with every look. */
    private static final class Ticking extends Clock {

        private final AtomicInteger looks = new AtomicInteger();

        @Override
        public Instant instant() {
            return NOON.plusSeconds(looks.getAndIncrement());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void everyFaultIsAnsweredAtOnce() throws Exception {
        HttpResponse<String> answer = door.asMarketer("PUT", "/v1/campaigns/summer%20sale", """
                {
                  "name": " ",
                  "channels": [null],
                  "processor": { "name": "", "country": "Suomi", "transferBasis": "OTHER" },
                  "validFrom": "2026-06-01T00:00:00Z",
                  "validUntil": "2026-06-01T00:00:00Z"
                }
                """);

        refused(answer, 400);
        assertThat(faultsOf(answer))
                .containsExactlyInAnyOrder(
                        "id",
                        "name",
                        "purpose",
                        "channels",
                        "processor.name",
                        "processor.country",
                        "processor.transferBasis",
                        "validUntil");
        assertThat(faultsOf(door.asMarketer("PUT", SUMMER, "{}")))
                .containsExactlyInAnyOrder("name", "purpose", "channels", "processor");
    }

    /** What cannot be read hides nothing of what can. */
    @Test
    void whatIsOfTheWrongKindIsAnsweredWithAllElseThatIsWrong() throws Exception {
        HttpResponse<String> answer = door.asMarketer("PUT", SUMMER, """
                {
                  "name": " ",
                  "purpose": "SPAM",
                  "channels": ["EMAIL", "FAX"],
                  "procesor": {},
                  "processor": { "name": "Posti Oy", "country": "Suomi", "transferBasis": "NO", "town": "Turku" },
                  "validUntil": "tomorrow",
                  "caps": [{ "most": "few", "window": "a week" }, { "most": 0 }],
                  "segment": { "kinds": ["ROBOT"], "formsWithin": 30 }
                }
                """);

        refused(answer, 400);
        assertThat(faultsOf(answer))
                .containsExactlyInAnyOrder(
                        "name",
                        "purpose",
                        "channels[1]",
                        "procesor",
                        "processor.country",
                        "processor.transferBasis",
                        "processor.town",
                        "validUntil",
                        "caps[0].most",
                        "caps[0].window",
                        "caps[1]",
                        "segment.kinds[0]",
                        "segment.formsWithin");
        assertThat(answer.body())
                .contains(
                        "it is one of DIRECT_MARKETING, ",
                        "it is one of EMAIL, MOBILE, PHONE, POST.",
                        "did you mean processor?",
                        "a moment is written as",
                        "a time is written as P30D")
                .doesNotContain("SPAM", "FAX", "Turku");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-06-01T00:00:00Z, 2026-06-01T00:00:00.001Z, true",
        "2026-06-01T00:00:00Z, 2026-06-01T00:00:00Z, false",
        ", 2026-03-02T12:00:00.001Z, true",
        ", 2026-03-02T12:00:00Z, false"
    })
    void aCampaignEndsAfterItBegins(String from, String until, boolean well) throws Exception {
        KNOWN.add(People.spring().setCampaignId("summer").setDefinedAt(NOON).build());
        String validFrom = from == null ? "null" : "\"" + from + "\"";

        HttpResponse<String> answer = door.asMarketer(
                "PUT",
                SUMMER,
                DEFINITION.replaceFirst(
                        "\\{", "{\"validFrom\": %s, \"validUntil\": \"%s\",".formatted(validFrom, until)));

        assertThat(answer.statusCode()).isEqualTo(well ? 200 : 400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|cannot be read as JSON",
                "null|The body is empty.",
                "[]|cannot be read as JSON",
                "{\"chanels\": []}|did you mean channels?",
                "{\"channels\": [\"FAX\"]}|\"field\":\"channels[0]\"",
                "{\"purpose\": \"SPAM\"}|\"field\":\"purpose\""
            })
    void aBodyThatIsNoDefinitionIsRefused(String body, String says) throws Exception {
        HttpResponse<String> answer = door.asMarketer("PUT", SUMMER, body);

        refused(answer, 400);
        assertThat(answer.body()).contains(says);
    }

    @Test
    void campaignsAreShownAsTheyAreKnown() throws Exception {
        KNOWN.add(People.spring().build());

        assertThat(Json.MAPPER
                        .readTree(door.asCampaignSystem("GET", "/v1/campaigns/spring", "")
                                .body())
                        .path("name")
                        .asText())
                .isEqualTo("Spring");
        assertThat(Json.MAPPER.readTree(
                        door.asMarketer("GET", "/v1/campaigns", "").body()))
                .hasSize(1);
        assertThat(door.asMarketer("GET", "/v1/campaigns/autumn", "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void lupasOwnCampaignMayGoThroughAnotherProcessorAndStaysAServiceNotice() throws Exception {
        KNOWN.add(CampaignDefined.newBuilder(ConfirmationCampaign.byDefault())
                .setDefinedAt(NOON)
                .build());

        HttpResponse<String> advertising = door.asMarketer("PUT", "/v1/campaigns/lupa-confirmation", DEFINITION);
        refused(advertising, 400);
        assertThat(faultsOf(advertising)).containsExactly("purpose");

        HttpResponse<String> answer = door.asMarketer(
                "PUT", "/v1/campaigns/lupa-confirmation", DEFINITION.replace("DIRECT_MARKETING", "SERVICE_NOTICE"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(written().getProcessor().getName()).isEqualTo("Posti Oy");
    }

    @Test
    void nobodyElsesCampaignTakesAnIdOfLupas() throws Exception {
        HttpResponse<String> answer = door.asMarketer("PUT", "/v1/campaigns/lupa-summer", DEFINITION);
        refused(answer, 400);
        assertThat(faultsOf(answer)).containsExactly("id");

        KNOWN.add(
                People.spring().setCampaignId("lupa-summer").setDefinedAt(NOON).build());
        assertThat(door.asMarketer("PUT", "/v1/campaigns/lupa-summer", DEFINITION)
                        .statusCode())
                .as("one that was there before")
                .isEqualTo(200);
    }

    @Test
    void theConfirmationsCampaignIsDefinedOnceAndNeverOver() {
        ConfirmationCampaign.ensure(() -> KNOWN, door);
        assertThat(door.written).singleElement().satisfies(written -> {
            assertThat(written.topic()).isEqualTo(Topics.CAMPAIGN_DEFINITIONS);
            assertThat(written.key()).isEqualTo("lupa-confirmation");
        });
        CampaignDefined campaign = written();
        assertThat(campaign.getPurpose()).isEqualTo(Purpose.SERVICE_NOTICE);
        assertThat(campaign.getChannels()).containsExactly(Channel.EMAIL, Channel.MOBILE);
        assertThat(campaign.getValidFrom()).isEqualTo(Instant.EPOCH);
        assertThat(campaign.getDefinedBy()).isEqualTo("lupa");

        KNOWN.add(People.spring().setCampaignId("lupa-confirmation").build());
        ConfirmationCampaign.ensure(() -> KNOWN, door);
        assertThat(door.written).hasSize(1);

        KNOWN.clear();
        door.failsWith(ProblemException.unavailable("It could not be recorded now.", Duration.ofSeconds(5)));
        assertThatThrownBy(() -> ConfirmationCampaign.ensure(() -> KNOWN, door))
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("lupa-confirmation could not be defined");
    }

    @Test
    void onlyAMarketerDefines() throws Exception {
        refused(door.asNobody("PUT", SUMMER, DEFINITION), 401);
        refused(door.asCampaignSystem("PUT", SUMMER, DEFINITION), 403);
        refused(door.asOperator("PUT", SUMMER, DEFINITION), 403);
        refused(door.asWebsite("PUT", SUMMER, DEFINITION), 403);
        refused(door.asWebsite("GET", SUMMER, ""), 403);
        assertThat(door.asOperator("GET", "/v1/campaigns", "").statusCode()).isEqualTo(200);
    }

    @Test
    void aWriteThatFailsIsNeverAccepted() throws Exception {
        KNOWN.add(People.spring().setCampaignId("summer").setDefinedAt(NOON).build());
        door.failsWith(ProblemException.unavailable("It could not be recorded now.", Duration.ofSeconds(5)));

        HttpResponse<String> answer = door.asMarketer("PUT", SUMMER, DEFINITION);

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("5");
    }

    private static void refused(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(door.written).isEmpty();
    }

    private static List<String> faultsOf(HttpResponse<String> answer) throws Exception {
        return Json.MAPPER.readTree(answer.body()).path("faults").findValuesAsText("field");
    }

    private static CampaignDefined written() {
        return (CampaignDefined) door.written.get(0).event();
    }

    @Test
    void aCampaignMayGoSlowerThanThePolicy() throws Exception {
        KNOWN.add(People.spring().setCampaignId("summer").setDefinedAt(NOON).build());
        HttpResponse<String> answer = door.asMarketer("PUT", SUMMER, DEFINITION.replace("\"channels\"", """
                "caps": [{ "most": 2, "window": "P7D" }],
                "quietHours": [{ "channel": "EMAIL", "opens": "07:00", "closes": "22:00", "weekdaysOnly": true }],
                "channels\""""));

        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 202);
        JsonNode told = Json.MAPPER.readTree(answer.body());
        assertThat(told.at("/caps").toString()).isEqualTo("[{\"most\":2,\"window\":\"PT168H\"}]");
        assertThat(told.at("/quietHours/0/opens").asText()).isEqualTo("07:00:00");
        assertThat(told.at("/quietHours/0/weekdaysOnly").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"caps\": [{ \"most\": 0, \"window\": \"P7D\" }] | caps[0]",
                "\"caps\": [{ \"most\": 1 }] | caps[0]",
                "\"caps\": [null] | caps[0]",
                "\"caps\": [{ \"most\": 1, \"window\": \"P32D\" }] | caps[0]",
                "\"caps\": [{ \"most\": 1, \"window\": \"-P1D\" }] | caps[0]",
                "\"quietHours\": [{ \"opens\": \"07:00\", \"closes\": \"22:00\" }] | quietHours[0]",
                "\"quietHours\": [{ \"channel\": \"EMAIL\", \"opens\": \"22:00\", \"closes\": \"07:00\" }] | quietHours[0]"
            })
    void aPaceThatIsNoneIsRefused(String pace, String field) throws Exception {
        HttpResponse<String> answer =
                door.asMarketer("PUT", SUMMER, DEFINITION.replace("\"channels\"", pace + ", \"channels\""));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(Json.MAPPER.readTree(answer.body()).at("/faults/0/field").asText())
                .isEqualTo(field);
    }

    @Test
    void aServiceNoticeNeitherWaitsNorIsOneTooMany() throws Exception {
        HttpResponse<String> answer = door.asMarketer(
                "PUT",
                SUMMER,
                DEFINITION
                        .replace("DIRECT_MARKETING", "SERVICE_NOTICE")
                        .replace("\"channels\"", "\"caps\": [{ \"most\": 1, \"window\": \"P7D\" }], \"channels\""));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Json.MAPPER.readTree(answer.body()).at("/faults/0/field").asText())
                .isEqualTo("purpose");
    }
}
