package fi.lupa.consent.intake;

import static fi.lupa.consent.People.AINO;
import static fi.lupa.consent.People.AINO_EMAIL;
import static fi.lupa.consent.People.AINO_PHONE;
import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.consent.People;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.event.AuditOutcome;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Door;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topics;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator's door over HTTP: what came by letter or phone, with its evidence, or not at all. */
class ConsentsDoorTest {

    private static final Set<String> TOPICS = Set.of("newsletter");

    private static OpenDoor door;

    @BeforeAll
    static void open(@TempDir Path directory) throws IOException {
        door = new OpenDoor(
                directory,
                (access, writer) -> routes -> new ConsentsDoor(
                                access, IDS, writer, null, null, People.RECEIPTS, TOPICS, OpenDoor.AT_NOON)
                        .mount(routes));
    }

    @AfterAll
    static void close() {
        door.close();
    }

    @BeforeEach
    void forget() {
        door.written.clear();
        door.audited.clear();
        door.auditOutcome = CompletableFuture.completedFuture(null);
        door.outcome = CompletableFuture.completedFuture(null);
    }

    @Test
    void aLetterIsRecordedWithItsEvidenceAndItsRecorder() throws Exception {
        HttpResponse<String> answer = post("""
                {
                  "eventId": "7b1d6a52-2f0b-4c56-8a10-5f2f4a1d9e00",
                  "email": " Aino@EXAMPLE.fi ",
                  "scope": "POST",
                  "will": "PROHIBIT",
                  "occurredAt": "2026-02-20T10:00:00.123456Z",
                  "door": "LETTER",
                  "noticeVersion": "2023-07-01",
                  "wording": "Ei enää mainoksia",
                  "evidence": "archive 2026/17"
                }
                """);

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.headers().firstValue("Location")).contains("/v1/subjects/" + AINO + "/consents");
        assertThat(door.written).singleElement().satisfies(written -> {
            assertThat(written.topic()).isEqualTo(Topics.CONSENT_CHANGES);
            assertThat(written.key()).isEqualTo(AINO);
        });
        ConsentChanged changed = written();
        assertThat(changed.getEventId()).hasToString("7b1d6a52-2f0b-4c56-8a10-5f2f4a1d9e00");
        assertThat(changed.getSubjectId()).isEqualTo(AINO);
        assertThat(changed.getScope()).isEqualTo(Scope.POST);
        assertThat(changed.getWill()).isEqualTo(Will.PROHIBIT);
        assertThat(changed.getContactPointId()).isNull();
        assertThat(changed.getOccurredAt()).isEqualTo("2026-02-20T10:00:00.123Z");
        assertThat(changed.getRecordedAt()).isEqualTo(NOON);
        assertThat(changed.getDoor()).isEqualTo(Door.LETTER);
        assertThat(changed.getRecordedBy()).isEqualTo("customer-service");
        assertThat(changed.getNoticeVersion()).isEqualTo("2023-07-01");
        assertThat(changed.getWording()).isEqualTo("Ei enää mainoksia");
        assertThat(changed.getEvidence()).isEqualTo("archive 2026/17");
        assertThat(changed.getAwaitsConfirmation()).isFalse();
        JsonNode recorded = Json.MAPPER.readTree(answer.body());
        assertThat(recorded.path("subjectId").asText()).isEqualTo(AINO);
        assertThat(recorded.path("occurredAt").asText()).isEqualTo("2026-02-20T10:00:00.123Z");
        assertThat(recorded.path("recordedBy").asText()).isEqualTo("customer-service");
        assertThat(answer.body()).doesNotContain("aino");
    }

    @Test
    void aTopicWithinMarketingIsRefusedAlone() throws Exception {
        HttpResponse<String> answer = post("""
                {
                  "email": "aino@example.fi",
                  "scope": "MARKETING_USE",
                  "topic": "newsletter",
                  "will": "PROHIBIT",
                  "door": "PHONE_CALL",
                  "evidence": "call 12"
                }
                """);

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(written().getTopic()).isEqualTo("newsletter");
        assertThat(Json.MAPPER.readTree(answer.body()).path("topic").asText()).isEqualTo("newsletter");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, newsletter, 'Topics are within MARKETING_USE; name that scope, or leave the topic out.'",
        "MARKETING_USE, horoscopes, The policy names no such topic; it is one of [newsletter]."
    })
    void aTopicIsOneOfThePolicysWithinMarketing(String scope, String topic, String why) throws Exception {
        HttpResponse<String> answer = post("""
                { "email": "aino@example.fi", "scope": "%s", "topic": "%s", "will": "PROHIBIT", "door": "PHONE_CALL",
                  "evidence": "call 12" }
                """.formatted(scope, topic));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(why);
        assertThat(door.written).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"subjectId\": \" AinosIdInTwentyTwoChar \"|AinosIdInTwentyTwoChar",
                "\"subjectId\": \"AinosIdInTwentyTwoChar\", \"customerId\": \"C-1\"|AinosIdInTwentyTwoChar",
                "\"customerId\": \"C-1\", \"email\": \"aino@example.fi\"|customer",
                "\"email\": \"aino@example.fi\", \"phone\": \"0401234567\"|email",
                "\"phone\": \"0401234567\"|phone"
            })
    void theSubjectIsTheOneNamedOrTheStrongestIdentifiers(String who, String subject) throws Exception {
        post("{%s, \"scope\": \"PHONE\", \"will\": \"PROHIBIT\", \"door\": \"COMPLAINT\"}".formatted(who));

        assertThat(written().getSubjectId())
                .isEqualTo(
                        switch (subject) {
                            case "customer" -> People.id(IDS.contactPoints().customerId("C-1"));
                            case "email" -> AINO_EMAIL;
                            case "phone" -> AINO_PHONE;
                            default -> subject;
                        });
        assertThat(written().getOccurredAt()).isEqualTo(NOON);
    }

    @ParameterizedTest
    @CsvSource({
        "EMAIL, GRANT, LETTER, email",
        "EMAIL, CONFIRM, LETTER, email",
        "EMAIL, REFUSE, LETTER, email",
        "EMAIL, WITHDRAW, LETTER,",
        "EMAIL, PROHIBIT, PHONE_CALL,",
        "EMAIL, WITHDRAW, UNSUBSCRIBE_LINK, email",
        "EMAIL, PROHIBIT, HARD_BOUNCE, email",
        "MOBILE, GRANT, LETTER, phone",
        "MOBILE, PROHIBIT, LETTER,",
        "PHONE, GRANT, LETTER, phone",
        "PHONE, PROHIBIT, PROHIBITION_REGISTER, phone",
        "POST, LIFT, LETTER,",
        "MARKETING_USE, GRANT, IMPORT,"
    })
    void whatIsSaidOfOneAddressOrNumberIsBoundToIt(Scope scope, Will will, Door came, String boundTo) throws Exception {
        post("""
                {"email": "aino@example.fi", "phone": "0401234567", "scope": "%s", "will": "%s", "door": "%s",
                 "evidence": "archive 2026/17"}
                """.formatted(scope, will, came));

        assertThat(written().getContactPointId())
                .isEqualTo(boundTo == null ? null : boundTo.equals("email") ? AINO_EMAIL : AINO_PHONE);
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void anOperatorNamesOnlyTheDoorsThatDoNotRecordForThemselves(Door named) throws Exception {
        boolean taken =
                switch (named) {
                    case LETTER, PHONE_CALL, IMPORT, PROHIBITION_REGISTER, UNSUBSCRIBE_LINK, COMPLAINT, HARD_BOUNCE ->
                        true;
                    default -> false;
                };

        HttpResponse<String> answer =
                post(prohibitsPost("\"door\": \"%s\", \"evidence\": \"archive 2026/17\"".formatted(named)));

        assertThat(answer.statusCode()).isEqualTo(taken ? 202 : 400);
    }

    @ParameterizedTest
    @CsvSource({"LETTER, 400", "PHONE_CALL, 400", "IMPORT, 202", "COMPLAINT, 202"})
    void paperAndVoiceNeedTheirEvidence(Door named, int status) throws Exception {
        assertThat(post(prohibitsPost("\"door\": \"%s\", \"evidence\": \" \"".formatted(named)))
                        .statusCode())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-02T12:05:00Z, 202",
        "2026-03-02T12:05:00.001Z, 400",
        "1970-01-01T00:00:00Z, 202",
        "1969-12-31T23:59:59Z, 400",
        "-1000000000-01-01T00:00:00Z, 400",
        "yesterday, 400"
    })
    void occurredAtIsAMomentSince1970AndAtMostFiveMinutesAhead(String when, int status) throws Exception {
        assertThat(post(prohibitsPost("\"door\": \"IMPORT\", \"occurredAt\": \"%s\"".formatted(when)))
                        .statusCode())
                .isEqualTo(status);
        if (status == 202) {
            assertThat(written().getOccurredAt()).isBeforeOrEqualTo(NOON);
        }
    }

    @Test
    void everyFaultIsAnsweredAtOnce() throws Exception {
        HttpResponse<String> answer = post("""
                {"customerId": "%s", "email": "aino at example.fi", "phone": "040 12", "will": "GRANT",
                 "door": "FORM", "occurredAt": "2027-01-01T00:00:00Z"}
                """.formatted("x".repeat(129)));

        assertThat(Json.MAPPER.readTree(answer.body()).path("faults").findValuesAsText("field"))
                .containsExactlyInAnyOrder("customerId", "email", "phone", "scope", "door", "occurredAt");
        refused(answer, 400, "faults; correct them");
        assertThat(answer.body()).doesNotContain("aino");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|cannot be read as JSON",
                "null|The body is empty.",
                "{|cannot be read as JSON",
                "[]|cannot be read as JSON",
                "{}|Say whose statement it is",
                "{\"subjectId\": \" \"}|Say whose statement it is",
                "{\"subjectId\": \"aino@example.fi\"}|Lupa gives no such id",
                "{\"subjectId\": \"0401234567\", \"email\": \"aino@example.fi\"}|Lupa gives no such id",
                "{\"subjectID\": \"AinosIdInTwentyTwoChar\"}|did you mean subjectId?",
                "{\"will\": \"FORBID\"}|not of the kind that is expected here",
                "{\"eventId\": \"1\"}|not of the kind that is expected here",
                "{\"phone\": \"0401234567\", \"scope\": \"EMAIL\", \"will\": \"GRANT\"}|say for which",
                "{\"subjectId\": \"AinosIdInTwentyTwoChar\", \"scope\": \"MOBILE\", \"will\": \"GRANT\"}|say for which"
            })
    void aBodyThatIsNoStatementIsRefused(String body, String says) throws Exception {
        refused(post(body), 400, says);
    }

    /** A form of the console knows no null, and writes moments by the clocks of the page; it is led on to the person. */
    @Test
    void aFormOfThePageSaysTheSame() throws Exception {
        HttpResponse<String> led = door.send(
                "POST",
                "/v1/consents",
                "_csrf=x&subjectId=AinosIdInTwentyTwoChar&scope=POST&will=PROHIBIT&door=LETTER&evidence=letters%2F7&email="
                        + "&occurredAt=2026-03-01T13%3A59",
                "Content-Type",
                "application/x-www-form-urlencoded",
                "Accept",
                "text/html",
                "Authorization",
                "Bearer operator-key");

        ConsentChanged said = (ConsentChanged) door.written.get(0).event();
        assertThat(said.getOccurredAt()).isEqualTo(Instant.parse("2026-03-01T11:59:00Z"));
        assertThat(led.statusCode()).isEqualTo(303);
        assertThat(led.headers().firstValue("Location"))
                .contains("/console/subjects/AinosIdInTwentyTwoChar?recorded=" + said.getEventId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "multipart/form-data; boundary=x"})
    void aBodyOfAnotherKindIsRefused(String type) throws Exception {
        refused(
                door.send("POST", "/v1/consents", "{}", "Content-Type", type, "Authorization", "Bearer operator-key"),
                415,
                "application/json");
    }

    @Test
    void aBodyOfTenMegabytesIsRefused() throws Exception {
        refused(post("{\"wording\": \"" + "x".repeat(10 * 1024 * 1024) + "\"}"), 413, "longer than");
    }

    @ParameterizedTest
    @CsvSource({"nobodys-key, 401", "site-key, 403", "campaign-key, 403"})
    void onlyAnOperatorRecords(String key, int status) throws Exception {
        refused(
                door.send(
                        "POST",
                        "/v1/consents",
                        prohibitsPost("\"door\": \"IMPORT\""),
                        "Content-Type",
                        "application/json",
                        "Authorization",
                        "Bearer " + key),
                status,
                status == 401 ? "A valid key or token is needed" : "may not do this");
    }

    @Test
    void itIsRecordedWhoRecordsOfWhomBeforeAnythingIs() throws Exception {
        assertThat(post(prohibitsPost("\"door\": \"IMPORT\"")).statusCode()).isEqualTo(202);

        assertThat(door.audited).singleElement().satisfies(event -> {
            assertThat(event.getSubjectId()).isEqualTo("AinosIdInTwentyTwoChar");
            assertThat(event.getPrincipal()).isEqualTo("customer-service");
            assertThat(event.getRoles()).containsExactly("operator");
            assertThat(event.getAction()).isEqualTo("POST /v1/consents");
            assertThat(event.getOutcome()).isEqualTo(AuditOutcome.ALLOWED);
        });

        door.written.clear();
        door.auditOutcome = CompletableFuture.failedFuture(
                ProblemException.unavailable("It could not be recorded now.", Duration.ofSeconds(5)));
        assertThat(post(prohibitsPost("\"door\": \"IMPORT\"")).statusCode()).isEqualTo(503);
        assertThat(door.written).isEmpty();
    }

    @Test
    void aWriteThatFailsIsNeverAccepted() throws Exception {
        door.outcome = CompletableFuture.failedFuture(
                ProblemException.unavailable("It could not be recorded now.", Duration.ofSeconds(5)));

        HttpResponse<String> answer = post(prohibitsPost("\"door\": \"IMPORT\""));

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("5");
        assertThat(answer.headers().firstValue("Location")).isEmpty();
    }

    private static HttpResponse<String> post(String body) throws Exception {
        return door.send(
                "POST",
                "/v1/consents",
                body,
                "Content-Type",
                "application/json",
                "Authorization",
                "Bearer operator-key");
    }

    private static String prohibitsPost(String more) {
        return "{\"subjectId\": \"AinosIdInTwentyTwoChar\", \"scope\": \"POST\", \"will\": \"PROHIBIT\", " + more + "}";
    }

    private static void refused(HttpResponse<String> answer, int status, String says) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.body()).contains(says);
        assertThat(door.written).isEmpty();
    }

    private static ConsentChanged written() {
        assertThat(door.written).hasSize(1);
        return (ConsentChanged) door.written.get(0).event();
    }
}
