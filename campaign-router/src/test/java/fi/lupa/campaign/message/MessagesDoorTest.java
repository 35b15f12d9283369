package fi.lupa.campaign.message;

import static fi.lupa.campaign.People.AINO;
import static fi.lupa.campaign.People.AINO_EMAIL;
import static fi.lupa.campaign.People.AINO_PHONE;
import static fi.lupa.campaign.People.IDS;
import static fi.lupa.campaign.People.NOON;
import static fi.lupa.campaign.People.spring;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.campaign.OpenDoor;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.schemas.topic.Topics;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The campaign system's door over HTTP: all messages of a body are taken, or none and why. */
class MessagesDoorTest {

    private static final String SPRING = "/v1/campaigns/spring/messages";

    private static OpenDoor door;

    @BeforeAll
    static void open(@TempDir Path directory) {
        door = new OpenDoor(
                directory,
                (access, writer) -> routes -> new MessagesDoor(
                                () -> List.of(spring().build()), access, IDS, writer, OpenDoor.AT_NOON)
                        .mount(routes));
    }

    @AfterAll
    static void close() {
        door.close();
    }

    @BeforeEach
    void forget() {
        door.forget();
    }

    @Test
    void aMessageIsWrittenUnderItsRecipientAndAnsweredWithItsId() throws Exception {
        HttpResponse<String> answer = post("""
                {
                  "messageId": "m-1",
                  "channel": "EMAIL",
                  "recipient": { "customerId": "C-1", "email": "aino@example.fi" },
                  "template": "spring-letter",
                  "parameters": { "first_name": "Aino", "points": 42 },
                  "expiresAt": "2026-03-03T12:00:00Z"
                }
                """);

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo("{\"messageIds\":[\"m-1\"]}");
        assertThat(door.written).singleElement().satisfies(written -> {
            assertThat(written.topic()).isEqualTo(Topics.CAMPAIGN_MESSAGES);
            assertThat(written.key()).isEqualTo(AINO);
        });
        CampaignMessage message = messages().get(0);
        assertThat(message.getCampaignId()).isEqualTo("spring");
        assertThat(message.getChannel()).isEqualTo(Channel.EMAIL);
        assertThat(message.getSubjectId()).isEqualTo(AINO);
        assertThat(message.getPersonal().getEmail()).isEqualTo("aino@example.fi");
        assertThat(message.getPersonal().getParameters()).isEqualTo(Map.of("first_name", "Aino", "points", "42"));
        assertThat(message.getTemplate()).isEqualTo("spring-letter");
        assertThat(message.getExpiresAt()).isEqualTo("2026-03-03T12:00:00Z");
        assertThat(message.getRequestedAt()).isEqualTo(NOON);
    }

    /** They carry no link to stop them, and their template leads where a parameter says. */
    @Test
    void nobodySendsAsLupa() throws Exception {
        HttpResponse<String> answer = door.asCampaignSystem(
                "POST",
                "/v1/campaigns/lupa-confirmation/messages",
                "{\"channel\": \"EMAIL\", \"recipient\": {\"email\": \"aino@example.fi\"}, \"template\": \"confirm\"}");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(door.written).isEmpty();
    }

    /** It would be a key in the clear, for ever. */
    @Test
    void anAddressIsNoId() throws Exception {
        HttpResponse<String> answer =
                post("{\"channel\": \"EMAIL\", \"recipient\": {\"subjectId\": \"aino@example.fi\"}}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains("recipient.subjectId", "22 characters")
                .doesNotContain("aino");
        assertThat(door.written).isEmpty();
    }

    @Test
    void manyMessagesStandOnALineEach() throws Exception {
        HttpResponse<String> answer = post("""
                {"channel": "EMAIL", "recipient": {"subjectId": " EerosIdInTwentyTwoChar "}}
                {"channel": "POST", "recipient": {"email": "aino@example.fi"}}

                {"channel": "PHONE", "recipient": {"phone": "040 123 4567"}}
                """);

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(messages())
                .extracting(CampaignMessage::getSubjectId)
                .containsExactly("EerosIdInTwentyTwoChar", AINO_EMAIL, AINO_PHONE);
        List<String> ids = new ArrayList<>();
        Json.MAPPER.readTree(answer.body()).path("messageIds").forEach(id -> ids.add(id.asText()));
        assertThat(ids)
                .doesNotHaveDuplicates()
                .isEqualTo(
                        messages().stream().map(CampaignMessage::getMessageId).toList());
    }

    @Test
    void everyFaultOfEveryMessageIsAnsweredAtOnceAndNoneIsTaken() throws Exception {
        HttpResponse<String> answer = post("""
                {"channel": "EMAIL", "recipient": {"subjectId": "EerosIdInTwentyTwoChar"}}
                {"messageId": "m 1", "recipient": {"email": "aino at example.fi", "phone": "040 12"}}
                {"channel": "EMAIL", "parameters": {"first_name": null}}
                {"channel": "EMAIL", "recipient": {}}
                """);

        refused(answer, 400, "faults; correct them");
        assertThat(Json.MAPPER.readTree(answer.body()).path("faults").findValuesAsText("field"))
                .containsExactly(
                        "[1].channel",
                        "[1].messageId",
                        "[1].recipient.email",
                        "[1].recipient.phone",
                        "[2].parameters",
                        "[2].recipient",
                        "[3].recipient");
        assertThat(answer.body()).doesNotContain("aino");
    }

    @Test
    void everyLineThatCannotBeReadIsNamed() throws Exception {
        HttpResponse<String> answer = post("""
                {"channel": "EMAIL", "recipient": {"subjectId": "EerosIdInTwentyTwoChar"}}
                {"channel": "EMAIL", "recipient": {"subjectId": "EerosIdInTwentyTwoChar"}
                {"channel": "FAX", "recipient": {"subjectId": "EerosIdInTwentyTwoChar"}, "expiresAt": "soon"}
                {"channel": "POST"
                {"channel": "POST"}
                """);

        refused(answer, 400, "cannot be read; a message is a JSON object");
        assertThat(Json.MAPPER.readTree(answer.body()).path("faults").findValuesAsText("field"))
                .containsExactly("[1]", "[2].channel", "[2].expiresAt", "[3]", "[4].recipient");
    }

    @Test
    void whatIsNoJsonEndsTheReadingWhereNoLineBegins() throws Exception {
        HttpResponse<String> answer = post("{\"channel\": \"\"} {\"channel\": \"FAX\"} {\"channel\"");

        assertThat(Json.MAPPER.readTree(answer.body()).path("faults").findValuesAsText("field"))
                .containsExactly("[0].channel", "[1].channel", "[1].recipient", "[2]");
    }

    @Test
    void theFaultsOfASingleMessageHaveNoIndex() throws Exception {
        assertThat(Json.MAPPER
                        .readTree(post("{\"messageId\": \"\"}").body())
                        .path("faults")
                        .findValuesAsText("field"))
                .containsExactly("channel", "messageId", "recipient");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|The body is empty.",
                "' '|The body is empty.",
                "null|\"field\":\"[0]\"",
                "[]|\"field\":\"[0]\"",
                "[{\"channel\": \"POST\", \"recipient\": {\"subjectId\": \"EerosIdInTwentyTwoChar\"}}] {}|\"field\":\"[0]\"",
                "{\"channel\": \"POST\", \"recipient\": {\"subjectId\": \"EerosIdInTwentyTwoChar\"}} null|\"field\":\"[1]\"",
                "{\"channel\": \"POST\", \"recipient\": {\"subjectId\": \"EerosIdInTwentyTwoChar\"}} {|\"field\":\"[1]\"",
                "{\"channel\": \"POST\", \"recipient\": {\"subjectId\": \"EerosIdInTwentyTwoChar\"}} 7|\"field\":\"[1]\"",
                "{\"purpose\": \"SERVICE_NOTICE\"}|\"field\":\"purpose\"",
                "{\"channel\": \"\"}|\"field\":\"channel\"",
                "{\"channel\": \"FAX\"}|it is one of EMAIL, MOBILE, PHONE, POST."
            })
    void aBodyThatIsNoMessageIsRefused(String body, String says) throws Exception {
        refused(post(body), 400, says);
    }

    @Test
    void anUnknownCampaignSendsNothing() throws Exception {
        refused(
                door.asCampaignSystem(
                        "POST",
                        "/v1/campaigns/autumn/messages",
                        "{\"channel\": \"POST\", \"recipient\": {\"subjectId\": \"EerosIdInTwentyTwoChar\"}}"),
                404,
                "No campaign of this id is defined.");
    }

    @Test
    void onlyACampaignSystemSends() throws Exception {
        String body = "{\"channel\": \"POST\", \"recipient\": {\"subjectId\": \"EerosIdInTwentyTwoChar\"}}";
        refused(door.asNobody("POST", SPRING, body), 401, "A valid key or token is needed");
        refused(door.asMarketer("POST", SPRING, body), 403, "may not do this");
        refused(door.asOperator("POST", SPRING, body), 403, "has the role operator and may not do this");
        refused(door.asWebsite("POST", SPRING, body), 403, "may not do this");
    }

    @Test
    void aMessageWhoseOutcomeWouldNotFitIsRefused() throws Exception {
        String most = "x".repeat(Topics.LARGEST_MESSAGE - 2_000);
        String said =
                "{\"channel\": \"POST\", \"recipient\": {\"subjectId\": \"EerosIdInTwentyTwoChar\"}, \"template\": \"%s\"}";
        refused(post(said.formatted(most + "x".repeat(2_000))), 400, "This message is longer than the 500000 bytes");

        assertThat(post(said.formatted(most)).statusCode()).isEqualTo(202);
    }

    @Test
    void aBodyOfTenMegabytesIsRefused() throws Exception {
        refused(post("{\"template\": \"" + "x".repeat(10 * 1024 * 1024) + "\"}"), 413, "longer than");
    }

    @Test
    void aWriteThatFailsIsNeverAccepted() throws Exception {
        door.failsWith(ProblemException.unavailable("It could not be recorded now.", Duration.ofSeconds(5)));

        HttpResponse<String> answer =
                post("{\"channel\": \"POST\", \"recipient\": {\"subjectId\": \"EerosIdInTwentyTwoChar\"}}");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("5");
    }

    private static HttpResponse<String> post(String body) throws Exception {
        return door.asCampaignSystem("POST", SPRING, body);
    }

    private static void refused(HttpResponse<String> answer, int status, String says) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.body()).contains(says);
        assertThat(door.written).isEmpty();
    }

    private static List<CampaignMessage> messages() {
        return door.written.stream()
                .map(written -> (CampaignMessage) written.event())
                .toList();
    }
}
