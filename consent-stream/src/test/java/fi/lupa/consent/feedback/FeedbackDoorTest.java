package fi.lupa.consent.feedback;

import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.NOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.consent.intake.OpenDoor;
import fi.lupa.edge.http.Json;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Door;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topics;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes back stops the address or number it was sent to, and nothing else does. */
class FeedbackDoorTest {

    private static final String AINO = IDS.id(IDS.contactPoints().email("aino@example.fi"));
    private static final String AINOS_PHONE = IDS.id(IDS.contactPoints().phone("+358401234567"));

    private OpenDoor door;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        door = new OpenDoor(
                directory,
                (access, writer) -> routes -> new FeedbackDoor(access, IDS, writer, OpenDoor.AT_NOON).mount(routes));
    }

    @AfterEach
    void close() {
        door.close();
    }

    @ParameterizedTest
    @CsvSource({
        "HARD_BOUNCE, EMAIL, Aino@Example.fi, , HARD_BOUNCE",
        "COMPLAINT, EMAIL, aino@example.fi, , COMPLAINT",
        "UNSUBSCRIBE, MOBILE, , 040 1234567, UNSUBSCRIBE_LINK",
        "HARD_BOUNCE, PHONE, , +358401234567, HARD_BOUNCE"
    })
    void itStopsTheAddressOrNumberOnTheChannel(String kind, String channel, String email, String phone, Door by)
            throws Exception {
        HttpResponse<String> answer = post("/v1/feedback", """
                {"id": "b-1", "kind": "%s", "channel": "%s", "email": %s, "phone": %s, "occurredAt": "2026-03-01T10:00:00Z"}
                """.formatted(kind, channel, quoted(email), quoted(phone)));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo("{\"recorded\":1,\"ignored\":0}");
        ConsentChanged stop = only();
        assertThat(stop.getSubjectId()).isEqualTo(email == null ? AINOS_PHONE : AINO);
        assertThat(stop.getContactPointId()).isEqualTo(stop.getSubjectId());
        assertThat(stop.getScope()).isEqualTo(Scope.valueOf(channel));
        assertThat(stop.getWill()).isEqualTo(Will.PROHIBIT);
        assertThat(stop.getDoor()).isEqualTo(by);
        assertThat(stop.getOccurredAt()).isEqualTo(Instant.parse("2026-03-01T10:00:00Z"));
        assertThat(stop.getRecordedBy()).isEqualTo("campaigns");
        assertThat(stop.getEvidence()).isEqualTo("b-1");
    }

    @Test
    void toldTwiceItIsOneStop() throws Exception {
        String bounce =
                "{\"id\": \"b-1\", \"kind\": \"HARD_BOUNCE\", \"channel\": \"EMAIL\", \"email\": \"aino@example.fi\"}";
        post("/v1/feedback", bounce);
        post("/v1/feedback", bounce);
        post("/v1/feedback", bounce.replace("b-1", "b-2"));

        assertThat(stops()).extracting(ConsentChanged::getEventId).hasSize(3);
        assertThat(stops().stream().map(ConsentChanged::getEventId).distinct()).hasSize(2);
    }

    /** A number is reached by calls and by messages, and each is stopped by itself. */
    @Test
    void underOneIdTwoChannelsAreTwoStops() throws Exception {
        String stop =
                "{\"id\": \"b-1\", \"kind\": \"UNSUBSCRIBE\", \"channel\": \"PHONE\", \"phone\": \"+358401234567\"}";
        post("/v1/feedback", stop);
        post("/v1/feedback", stop.replace("PHONE", "MOBILE"));

        assertThat(stops().stream().map(ConsentChanged::getEventId).distinct()).hasSize(2);
    }

    @Test
    void manyAreTakenTogetherOrNotAtAll() throws Exception {
        HttpResponse<String> answer = post("/v1/feedback", """
                {"kind": "HARD_BOUNCE", "channel": "EMAIL", "email": "aino@example.fi"}
                {"kind": "COMPLAINT", "channel": "EMAIL", "email": "aino"}
                {"channel": "MOBILE", "email": "aino@example.fi", "id": "a b", "occurredAt": "2026-03-02T12:05:01Z"}
                {"kind": "COMPLAINT"}
                """);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Json.MAPPER.readTree(answer.body()).at("/faults").findValuesAsText("field"))
                .containsExactly("[1].email", "[2].kind", "[2].phone", "[2].id", "[2].occurredAt", "[3].channel");
        assertThat(answer.body()).doesNotContain("aino");
        assertThat(door.written).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "null", "[]", "{\"kind\": \"SOFT_BOUNCE\"}", "{\"kind\": 0}", "bounce", "{\"mail\": \"x\"}"})
    void whatCannotBeReadIsRefused(String body) throws Exception {
        assertThat(post("/v1/feedback", body).statusCode()).isEqualTo(400);
        assertThat(door.written).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Bounce    | bounce    | bouncedRecipients    | bounceType            | Permanent | HARD_BOUNCE",
                "Bounce    | bounce    | bouncedRecipients    | bounceType            | Transient |",
                "Complaint | complaint | complainedRecipients | complaintFeedbackType | abuse     | COMPLAINT",
                "Complaint | complaint | complainedRecipients | complaintFeedbackType | not-spam  |",
                "Delivery  | delivery  | recipients           | smtpResponse          | 250       |"
            })
    void amazonTellsOverItsNotifications(String type, String part, String recipients, String word, String of, Door by)
            throws Exception {
        for (String field : List.of("notificationType", "eventType")) {
            String message = """
                    {"%s": "%s", "mail": {"messageId": "m-1"},
                     "%s": {"%s": "%s", "timestamp": "2026-03-01T10:00:00.250Z", "feedbackId": "f-1",
                            "%s": [{"emailAddress": "aino@example.fi"}]}}""".formatted(field, type, part, word, of, recipients);
            String body = Json.MAPPER.writeValueAsString(Map.of("Type", "Notification", "Message", message));

            tells("ses", body, by, Instant.parse("2026-03-01T10:00:00.250Z"));
            tells("ses", message, by, Instant.parse("2026-03-01T10:00:00.250Z")); // raw message delivery
        }
    }

    @Test
    void amazonAsksFirstWhetherItMay() throws Exception {
        HttpResponse<String> answer = post(
                "/v1/feedback/ses",
                "{\"Type\": \"SubscriptionConfirmation\", \"SubscribeURL\": \"https://sns.eu-north-1.amazonaws.com/?Action=ConfirmSubscription\"}");

        assertThat(answer.body()).isEqualTo("{\"recorded\":0,\"ignored\":0}");
        assertThat(door.written).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "bounce, bounce, HARD_BOUNCE",
        "bounce, blocked, ",
        "spamreport, , COMPLAINT",
        "unsubscribe, , UNSUBSCRIBE_LINK",
        "group_unsubscribe, , UNSUBSCRIBE_LINK",
        "open, , ",
        "deferred, , "
    })
    void sendGridTellsManyAtOnce(String event, String type, Door by) throws Exception {
        tells("sendgrid", """
                [{"event": "processed", "email": "aino@example.fi"},
                 {"event": "%s", "type": %s, "email": "aino@example.fi", "timestamp": 1772359200, "sg_event_id": "f-1"}]
                """.formatted(event, quoted(type)), by, Instant.parse("2026-03-01T10:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource({
        "failed, permanent, bounce, HARD_BOUNCE",
        "failed, permanent, suppress-bounce, HARD_BOUNCE",
        "failed, permanent, generic, ",
        "failed, temporary, bounce, ",
        "complained, , , COMPLAINT",
        "unsubscribed, , , UNSUBSCRIBE_LINK",
        "delivered, , , "
    })
    void mailgunTellsOneByOne(String event, String severity, String reason, Door by) throws Exception {
        tells(
                "mailgun",
                """
                {"signature": {"timestamp": "1772359200", "token": "t", "signature": "s"},
                 "event-data": {"event": "%s", "severity": %s, "reason": %s, "id": "f-1", "timestamp": 1772359200.25,
                                "recipient": "aino@example.fi"}}
                """.formatted(event, quoted(severity), quoted(reason)),
                by,
                Instant.parse("2026-03-01T10:00:00.250Z"));
    }

    @Test
    void anUnknownKindOrChannelIsAnsweredWithThoseThereAre() throws Exception {
        HttpResponse<String> answer = post("/v1/feedback", """
                {"kind": "SPAM", "channel": "EMAIL", "email": "aino@example.fi"}
                {"kind": "COMPLAINT", "channel": "FAX"}
                """);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains(
                        "\"field\":\"[0].kind\"",
                        "it is one of HARD_BOUNCE, COMPLAINT, UNSUBSCRIBE.",
                        "\"field\":\"[1].channel\"",
                        "it is one of EMAIL, MOBILE, PHONE.");
        assertThat(door.written).isEmpty();
    }

    @Test
    void aProvidersWordOfAnAddressThatIsNoneIsCountedAndNotAskedForAgain() throws Exception {
        HttpResponse<String> answer = post(
                "/v1/feedback/sendgrid",
                "[{\"event\": \"spamreport\", \"email\": \"nobody\"}, {\"event\": \"spamreport\"}]");

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo("{\"recorded\":0,\"ignored\":2}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ses", "sendgrid", "mailgun"})
    void aProviderThatSendsSomethingElseStopsNobody(String provider) throws Exception {
        for (String body : List.of(
                "{}",
                "[]",
                "[1]",
                "null",
                "{\"Type\": \"Notification\", \"Message\": \"{}\"}",
                "{\"event-data\": 7}")) {
            assertThat(post("/v1/feedback/" + provider, body).statusCode())
                    .as(body)
                    .isEqualTo(202);
        }
        assertThat(post("/v1/feedback/" + provider, "bounce=1").statusCode()).isEqualTo(400);
        assertThat(door.written).isEmpty();
    }

    @Test
    void aWebhookKnowsAddressesOnlyAndShowsItsKeyAsThePassword() throws Exception {
        String event = "[{\"event\": \"spamreport\", \"email\": \"aino@example.fi\"}]";
        assertThat(basic("lupa:campaign-key", event).statusCode()).isEqualTo(202);
        assertThat(basic("lupa:site-key", event).statusCode()).isEqualTo(403);
        assertThat(basic("campaign-key:", event).statusCode()).isEqualTo(401);
        assertThat(basic("lupa:nobodys", event).statusCode()).isEqualTo(401);
        assertThat(only().getDoor()).isEqualTo(Door.COMPLAINT);
        assertThat(only().getOccurredAt()).isEqualTo(NOON);
    }

    private HttpResponse<String> basic(String pair, String body) throws Exception {
        return door.send(
                "POST",
                "/v1/feedback/sendgrid",
                body,
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
    }

    private void tells(String provider, String body, Door by, Instant at) throws Exception {
        door.written.clear();
        HttpResponse<String> answer = post("/v1/feedback/" + provider, body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        if (by == null) {
            assertThat(door.written).isEmpty();
            return;
        }
        assertThat(only().getContactPointId()).isEqualTo(AINO);
        assertThat(only().getScope()).isEqualTo(Scope.EMAIL);
        assertThat(only().getDoor()).isEqualTo(by);
        assertThat(only().getOccurredAt()).isEqualTo(at);
        assertThat(only().getEvidence()).isEqualTo("f-1");
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return door.send(
                "POST", path, body, "Authorization", "Bearer campaign-key", "Content-Type", "application/json");
    }

    private ConsentChanged only() {
        assertThat(stops()).hasSize(1);
        return stops().get(0);
    }

    private List<ConsentChanged> stops() {
        return door.written.stream()
                .filter(written -> written.topic().equals(Topics.CONSENT_CHANGES))
                .map(written -> (ConsentChanged) written.event())
                .toList();
    }

    private static String quoted(String text) {
        return text == null ? "null" : "\"" + text + "\"";
    }
}
