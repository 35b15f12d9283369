package fi.lupa.consent.rights;

import static fi.lupa.consent.People.AINO;
import static fi.lupa.consent.People.AINO_PHONE;
import static fi.lupa.consent.People.NOON;
import static fi.lupa.consent.People.POLICY;
import static fi.lupa.consent.People.aino;
import static fi.lupa.consent.People.visitor;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.consent.People;
import fi.lupa.consent.intake.OpenDoor;
import fi.lupa.consent.query.HeldFiles;
import fi.lupa.consent.query.HeldSubjects;
import fi.lupa.consent.topology.ConsentDriver;
import fi.lupa.edge.HandClock;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.http.Negotiation;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.event.RightExercised;
import fi.lupa.event.RightKind;
import fi.lupa.schemas.topic.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestsDoorTest {

    private static final String REQUESTS = "/v1/subjects/" + AINO + "/requests";
    private static final String ACCESS = "{\"right\": \"ACCESS\", \"evidence\": \"letters/17\"}";
    private static final String DONE = "{\"outcome\": \"DONE\", \"evidence\": \"letters/30\"}";
    private static final String EXTENSION = "{\"ground\": \"many requests at once\"}";

    private final HandClock clock = new HandClock();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private ConsentDriver stream;
    private OpenDoor door;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        stream = new ConsentDriver(directory.resolve("state"));
        HeldFiles peers = new HeldFiles(stream);
        door = new OpenDoor(directory, (access, writer) -> routes -> {
            HeldSubjects subjects = new HeldSubjects(peers, POLICY, access);
            RequestsDoor requests = new RequestsDoor(subjects, peers, access, writer, clock);
            requests.measure(meters);
            requests.mount(routes);
        });
        stream.sends(aino().form());
    }

    @AfterEach
    void close() {
        door.close();
        stream.close();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-31T09:30:00Z, 2026-02-28T09:30:00Z, 2026-04-30T08:30:00Z",
        "2024-01-31T00:00:00Z, 2024-02-29T00:00:00Z, 2024-04-29T23:00:00Z",
        "2026-12-15T23:59:59Z, 2027-01-15T23:59:59Z, 2027-03-15T23:59:59Z"
    })
    void aRequestIsDueAMonthAfterItWasReceivedAndExtendedThree(Instant received, Instant due, Instant extended)
            throws Exception {
        clock.at = received.plusSeconds(60);
        JsonNode opened =
                open("\"right\": \"ACCESS\", \"receivedAt\": \"%s\", \"evidence\": \"letters/17\"".formatted(received));

        assertThat(opened.at("/due").asText()).isEqualTo(due.toString());
        assertThat(opened.at("/overdue").asBoolean()).isFalse();

        clock.at = due;
        HttpResponse<String> longer = send("POST", path(opened, "extension"), EXTENSION);
        assertThat(longer.statusCode()).isEqualTo(202);
        assertThat(json(longer).at("/due").asText()).isEqualTo(extended.toString());
        assertThat(json(longer).at("/extendedBecause").asText()).isEqualTo("many requests at once");
        folds();

        HttpResponse<String> twice = send("POST", path(opened, "extension"), EXTENSION);
        assertThat(twice.statusCode()).isEqualTo(409);
        assertThat(detail(twice)).contains("once");
    }

    @Test
    void whatIsOverdueIsMarkedAndCannotBeExtendedAnyMore() throws Exception {
        JsonNode opened = open("\"right\": \"ACCESS\", \"evidence\": \"letters/17\"");
        clock.at = NOON.plus(Duration.ofDays(40));

        assertThat(json(send("GET", REQUESTS, "")).at("/requests/0/overdue").asBoolean())
                .isTrue();
        HttpResponse<String> refused = send("POST", path(opened, "extension"), EXTENSION);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(detail(refused)).contains("2026-04-02");
        assertThat(meters.get("lupa.requests.overdue").gauge().value()).isOne();
    }

    @Test
    void aClosedRequestIsClosed() throws Exception {
        JsonNode opened = open("\"right\": \"ERASURE\", \"evidence\": \"letters/17\"");
        assertThat(meters.get("lupa.requests.open").gauge().value()).isOne();

        HttpResponse<String> refused = send(
                "POST",
                path(opened, "closing"),
                "{\"outcome\": \"REFUSED\", \"ground\": \"accounting act\", \"evidence\": \"letters/30\"}");
        assertThat(refused.statusCode()).isEqualTo(202);
        folds();

        JsonNode request = json(send("GET", REQUESTS, "")).at("/requests/0");
        assertThat(request.at("/outcome").asText()).isEqualTo("REFUSED");
        assertThat(request.at("/closedBecause").asText()).isEqualTo("accounting act");
        assertThat(request.at("/closedBy").asText()).isEqualTo("officer");
        HttpResponse<String> twice = send("POST", path(opened, "closing"), DONE);
        assertThat(twice.statusCode()).isEqualTo(409);
        assertThat(detail(twice)).contains("REFUSED");
        assertThat(send("POST", path(opened, "extension"), EXTENSION).statusCode())
                .isEqualTo(409);
        assertThat(meters.get("lupa.requests.open").gauge().value()).isZero();
    }

    @Test
    void sentAgainUnderItsOwnIdNothingIsWrittenTwice() throws Exception {
        UUID id = UUID.randomUUID();
        String again = "{\"eventId\": \"%s\", \"right\": \"ACCESS\", \"evidence\": \"letters/17\"}".formatted(id);
        JsonNode first = json(send("POST", REQUESTS, again));
        folds();
        clock.at = NOON.plusSeconds(60);
        JsonNode second = json(send("POST", REQUESTS, again));
        assertThat(second).isEqualTo(first);
        assertThat(door.written).hasSize(1);

        UUID closing = UUID.randomUUID();
        String close = "{\"eventId\": \"%s\", \"outcome\": \"DONE\", \"evidence\": \"a/1\"}".formatted(closing);
        send("POST", path(first, "closing"), close);
        folds();
        assertThat(send("POST", path(first, "closing"), close).statusCode()).isEqualTo(202);
        assertThat(door.written).hasSize(2);
        assertThat(send("POST", REQUESTS, again.replace(id.toString(), closing.toString()))
                        .statusCode())
                .as("another's id")
                .isEqualTo(409);
    }

    @Test
    void twoClosingsThatCrossedComeToTheFirst() throws Exception {
        JsonNode opened = open("\"right\": \"ACCESS\", \"evidence\": \"letters/17\"");
        send("POST", path(opened, "closing"), DONE);
        clock.at = NOON.plusSeconds(1);
        send("POST", path(opened, "closing"), "{\"outcome\": \"REFUSED\", \"ground\": \"x\", \"evidence\": \"a/1\"}");
        stream.exercises((RightExercised) door.written.get(2).event());
        stream.exercises((RightExercised) door.written.get(1).event());

        assertThat(json(send("GET", REQUESTS, "")).at("/requests/0/outcome").asText())
                .isEqualTo("DONE");
    }

    @Test
    void aRequestMadeUnderAnotherNameIsAmongThePersons() throws Exception {
        stream.exercises(RightExercised.newBuilder()
                .setEventId(UUID.randomUUID())
                .setSubjectId(AINO_PHONE)
                .setKind(RightKind.REQUEST_OPENED)
                .setRecordedAt(NOON)
                .setRecordedBy("officer")
                .setRight(fi.lupa.event.RequestedRight.OBJECTION)
                .build());

        JsonNode all = json(send("GET", REQUESTS, ""));

        assertThat(all.at("/requests/0/subjectId").asText()).isEqualTo(AINO_PHONE);
        assertThat(all.at("/done/0/kind").asText()).isEqualTo("REQUEST_OPENED");
        HttpResponse<String> elsewhere = send("GET", "/v1/subjects/" + AINO_PHONE + "/requests", "");
        assertThat(elsewhere.statusCode()).isEqualTo(307);
        assertThat(elsewhere.headers().firstValue("Location")).contains(REQUESTS);
        String alone = "/v1/subjects/" + AINO_PHONE + "/requests?alone=true";
        assertThat(json(send("GET", alone, "")).at("/requests")).hasSize(1);
    }

    @Test
    void aRequestIsClosedAlsoAfterThePersonIsErased() throws Exception {
        JsonNode opened = open("\"right\": \"ERASURE\", \"evidence\": \"letters/17\"");
        stream.exercises(RightExercised.newBuilder()
                .setEventId(UUID.randomUUID())
                .setSubjectId(AINO)
                .setKind(RightKind.ERASED)
                .setRecordedAt(NOON.plusSeconds(1))
                .setRecordedBy("officer")
                .build());

        assertThat(send("POST", path(opened, "closing"), DONE).statusCode()).isEqualTo(202);
        assertThat(send("GET", REQUESTS, "").statusCode()).isEqualTo(200);
    }

    @Test
    void everybodysRequestsComeByPagesTheFirstDueFirst() throws Exception {
        for (int i = 0; i < 5; i++) {
            String email = "visitor" + i + "@example.fi";
            stream.sends(visitor(null, email, null).form());
            String id = People.id(People.IDS.contactPoints().email(email));
            clock.at = NOON.plus(Duration.ofDays(1));
            send(
                    "POST",
                    "/v1/subjects/" + id + "/requests",
                    "{\"right\": \"ACCESS\", \"evidence\": \"a/1\", \"receivedAt\": \"%s\"}"
                            .formatted(NOON.minus(Duration.ofDays(i % 3))));
            folds();
        }
        JsonNode first = json(send("GET", "/v1/requests?open=true&limit=2", ""));
        JsonNode second = json(send(
                "GET",
                "/v1/requests?open=true&limit=2&after=" + first.at("/next").asText(),
                ""));
        JsonNode third = json(send(
                "GET",
                "/v1/requests?open=true&limit=2&after=" + second.at("/next").asText(),
                ""));

        List<String> due = List.of(first, second, third).stream()
                .flatMap(page -> page.at("/requests").findValuesAsText("due").stream())
                .toList();
        assertThat(due).hasSize(5).isSorted();
        assertThat(third.at("/next").isNull()).isTrue();

        send("POST", path(first.at("/requests/0"), "closing"), DONE);
        folds();
        assertThat(json(send("GET", "/v1/requests?open=true", "")).at("/requests"))
                .hasSize(4);
        assertThat(json(send("GET", "/v1/requests", "")).at("/requests")).hasSize(5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                                                     | right",
                "{\"right\": \"OTHER\", \"evidence\": \"a/1\"}                                          | right",
                "{\"right\": \"PEACE\", \"evidence\": \"a/1\"}                                          | right",
                "{\"right\": \"ACCESS\"}                                                                | evidence",
                "{\"right\": \"ACCESS\", \"evidence\": \" \"}                                           | evidence",
                "{\"right\": \"ACCESS\", \"evidence\": \"a\", \"receivedAt\": \"2026-03-02T12:06:00Z\"} | receivedAt",
                "{\"right\": \"ACCESS\", \"evidence\": \"a\", \"receivedAt\": \"1901-01-01T00:00:00Z\"} | receivedAt",
                "{\"right\": \"ACCESS\", \"evidence\": \"a\", \"receivedAt\": \"yesterday\"}            | receivedAt",
                "{\"right\": \"ACCESS\", \"evidence\": \"a\", \"eventId\": \"1\"}                       | eventId",
                "{\"right\": \"ACCESS\", \"evidence\": \"a\", \"name\": \"Aino\"}                       | name"
            })
    void aFaultyRequestIsRefused(String body, String field) throws Exception {
        HttpResponse<String> refused = send("POST", REQUESTS, body);

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("\"" + field + "\"");
        assertThat(door.written).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "extension | {}                                                    | ground",
                "extension | {\"ground\": \" \"}                                   | ground",
                "closing   | {}                                                    | outcome",
                "closing   | {\"outcome\": \"OTHER\", \"evidence\": \"a/1\"}       | outcome",
                "closing   | {\"outcome\": \"DONE\"}                               | evidence",
                "closing   | {\"outcome\": \"REFUSED\", \"evidence\": \"a/1\"}     | ground"
            })
    void aFaultyAnswerIsRefused(String what, String body, String field) throws Exception {
        JsonNode opened = open("\"right\": \"ACCESS\", \"evidence\": \"letters/17\"");

        HttpResponse<String> refused = send("POST", path(opened, what), body);

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("\"" + field + "\"");
        assertThat(door.written).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"limit=0", "limit=1001", "limit=x", "after=x", "after=2026-03-02T12:00:00Z", "open=maybe", "closed=true"
    })
    void aFaultyQuestionIsRefused(String query) throws Exception {
        assertThat(send("GET", "/v1/requests?" + query, "").statusCode()).isEqualTo(400);
    }

    @Test
    void whatIsUnknownIsNotFound() throws Exception {
        String unknown = REQUESTS + "/" + UUID.randomUUID();
        assertThat(send("POST", unknown + "/closing", DONE).statusCode()).isEqualTo(404);
        assertThat(send("POST", unknown + "/extension", EXTENSION).statusCode()).isEqualTo(404);
        assertThat(send("POST", "/v1/subjects/aino@example.fi/requests", ACCESS).statusCode())
                .isEqualTo(404);
        String nobody = People.id(People.IDS.contactPoints().email("nobody@example.fi"));
        assertThat(send("GET", "/v1/subjects/" + nobody + "/requests", "").statusCode())
                .isEqualTo(404);
        assertThat(send("POST", "/v1/subjects/" + nobody + "/requests", ACCESS).statusCode())
                .as("also who is not stored may ask")
                .isEqualTo(202);
    }

    @Test
    void whatCannotBeWrittenIsNotAnsweredAsDone() throws Exception {
        door.outcome = CompletableFuture.failedFuture(ProblemException.unavailable("now", Duration.ofSeconds(5)));
        assertThat(send("POST", REQUESTS, ACCESS).statusCode()).isEqualTo(503);
        door.auditOutcome = door.outcome;
        int before = door.written.size();
        assertThat(send("POST", REQUESTS, ACCESS).statusCode()).isEqualTo(503);
        assertThat(door.written).hasSize(before);
    }

    private JsonNode open(String fields) throws Exception {
        HttpResponse<String> opened = send("POST", REQUESTS, "{" + fields + "}");
        assertThat(opened.statusCode()).as(opened.body()).isEqualTo(202);
        folds();
        return json(opened);
    }

    /** What was written last is folded. */
    private void folds() {
        OpenDoor.Written last = door.written.get(door.written.size() - 1);
        assertThat(last.topic()).isEqualTo(Topics.SUBJECT_RIGHTS);
        stream.exercises((RightExercised) last.event());
    }

    private static String path(JsonNode request, String what) {
        return "/v1/subjects/%s/requests/%s/%s"
                .formatted(
                        request.at("/subjectId").asText(),
                        request.at("/requestId").asText(),
                        what);
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return door.send(method, path, body, "Authorization", "Bearer dpo-key", "Content-Type", "application/json");
    }

    private static String detail(HttpResponse<String> refused) throws Exception {
        return json(refused).at("/detail").asText();
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        return Json.MAPPER.readTree(answer.body());
    }

    @Test
    void aMonthIsThatOfTheCalendarHere() {
        for (var due : Map.of(
                        "2026-01-31T00:30", "2026-02-28T00:30",
                        "2026-03-01T00:00", "2026-04-01T00:00",
                        "2026-03-31T01:00", "2026-04-30T01:00")
                .entrySet()) {
            assertThat(Request.monthAfter(here(due.getKey()))).isEqualTo(here(due.getValue()));
        }
    }

    private static Instant here(String local) {
        return LocalDateTime.parse(local).atZone(Negotiation.HERE).toInstant();
    }
}
