package fi.lupa.consent.rights;

import static fi.lupa.consent.People.AINO;
import static fi.lupa.consent.People.AINO_EMAIL;
import static fi.lupa.consent.People.AINO_PHONE;
import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.NOON;
import static fi.lupa.consent.People.POLICY;
import static fi.lupa.consent.People.aino;
import static fi.lupa.consent.People.held;
import static fi.lupa.consent.People.id;
import static fi.lupa.consent.People.visitor;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.consent.intake.OpenDoor;
import fi.lupa.consent.query.HeldFiles;
import fi.lupa.consent.query.HeldSubjects;
import fi.lupa.consent.topology.ConsentDriver;
import fi.lupa.edge.HandClock;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.event.AuditEvent;
import fi.lupa.event.RightExercised;
import fi.lupa.event.RightKind;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topics;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErasureDoorTest {

    private static final String ERASURE = "/v1/subjects/" + AINO + "/erasure";
    private static final String HOLD = "/v1/subjects/" + AINO + "/legal-hold";
    private static final String ORDER = """
            {"ground": "REQUEST_OF_THE_PERSON", "evidence": "letters/17", "identityCheck": "passport"}""";

    private final HandClock clock = new HandClock();
    private ConsentDriver stream;
    private OpenDoor door;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        stream = new ConsentDriver(directory.resolve("state"));
        HeldFiles peers = new HeldFiles(stream);
        door = new OpenDoor(directory, (access, writer) -> routes -> {
            HeldSubjects subjects = new HeldSubjects(peers, POLICY, access);
            new ErasureDoor(subjects, peers, access, writer, clock).mount(routes);
        });
        clock.at = NOON.plusSeconds(60);
    }

    @AfterEach
    void close() {
        door.close();
        stream.close();
    }

    @Test
    void anOrderIsOnDiskBeforeItIsAnsweredAndProvedOnceItIsCarriedOut() throws Exception {
        stream.sends(aino().says(Scope.EMAIL, Will.GRANT).form());
        HttpResponse<String> ordered = send("POST", ERASURE, ORDER);

        assertThat(ordered.statusCode()).isEqualTo(202);
        assertThat(ordered.headers().firstValue("Location")).contains(ERASURE);
        assertThat(json(ordered).at("/status").asText()).isEqualTo("ORDERED");
        RightExercised order = written();
        assertThat(order.getKind()).isEqualTo(RightKind.ERASED);
        assertThat(order.getRecordedBy()).isEqualTo("officer");
        assertThat(order.getGround()).isEqualTo("REQUEST_OF_THE_PERSON");
        assertThat(order.getIdentityCheck()).isEqualTo("passport");
        assertThat(door.audited).extracting(AuditEvent::getSubjectId).containsExactly(AINO);
        assertThat(send("GET", ERASURE, "").statusCode()).as("not yet").isEqualTo(404);

        stream.exercises(order);

        JsonNode proof = json(send("GET", ERASURE, ""));
        assertThat(proof.at("/status").asText()).isEqualTo("CARRIED_OUT");
        assertThat(proof.at("/alsoErased").toString()).isEqualTo("[\"" + AINO_PHONE + "\"]");
        assertThat(proof.at("/stopsLeft/0/scope").asText()).isEqualTo("EMAIL");
        assertThat(proof.at("/stopsLeft/0/contactPointId").asText()).isEqualTo(AINO_EMAIL);
        assertThat(proof.at("/lastCopiesExpireAt").asText())
                .isEqualTo(clock.at.plus(Duration.ofDays(30)).toString());
        assertThat(proof.toString()).doesNotContain("aino", "Virtanen", "example.fi", "40123");
    }

    @Test
    void askedTwiceItAnswersWithTheProofAndOrdersNothing() throws Exception {
        stream.sends(aino().form());
        String id = json(send("POST", ERASURE, ORDER)).at("/erasureId").asText();
        stream.exercises(written());

        HttpResponse<String> again = send("POST", ERASURE, ORDER);

        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(json(again).at("/erasureId").asText()).isEqualTo(id);
        assertThat(door.written).hasSize(1);
    }

    @Test
    void aLegalHoldForbidsItAndTheRefusalIsKept() throws Exception {
        stream.sends(aino().form());
        assertThat(send("PUT", HOLD, "{\"ground\": \"a claim\", \"evidence\": \"court/1\"}")
                        .statusCode())
                .isEqualTo(202);
        stream.exercises(written());

        HttpResponse<String> refused = send("POST", ERASURE, ORDER);

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(json(refused).at("/detail").asText()).contains("a claim");
        assertThat(written().getKind()).isEqualTo(RightKind.ERASURE_REFUSED);
        stream.exercises(written());
        assertThat(json(send("GET", ERASURE, "")).at("/status").asText()).isEqualTo("REFUSED");

        clock.at = clock.at.plusSeconds(1);
        assertThat(send("DELETE", HOLD, "{\"ground\": \"settled\", \"evidence\": \"court/2\"}")
                        .statusCode())
                .isEqualTo(202);
        stream.exercises(written());
        assertThat(send("POST", ERASURE, ORDER).statusCode()).isEqualTo(202);
    }

    /** A claim against somebody known by an address binds whom the address is found to be. */
    @Test
    void aHoldOnOneNameBindsThemAllAndIsReleasedWithThem() throws Exception {
        stream.sends(aino().form());
        stream.exercises(held(AINO_PHONE));

        assertThat(send("POST", ERASURE, ORDER).statusCode()).isEqualTo(409);

        door.written.clear();
        assertThat(send("DELETE", HOLD, "{\"ground\": \"settled\", \"evidence\": \"court/2\"}")
                        .statusCode())
                .isEqualTo(202);
        assertThat(door.written).extracting(OpenDoor.Written::key).containsExactlyInAnyOrder(AINO, AINO_PHONE);
        door.written.forEach(written -> stream.exercises((RightExercised) written.event()));
        assertThat(send("POST", ERASURE, ORDER).statusCode()).isEqualTo(202);
    }

    /** While it binds, another customer gives the address, too. */
    @Test
    void aHoldIsReleasedWhereItWasSet() throws Exception {
        stream.sends(visitor("C-1", "aino@example.fi", null)
                .at(NOON.minusSeconds(60))
                .form());
        String customer = id(IDS.contactPoints().customerId("C-1"));
        String hold = "/v1/subjects/" + customer + "/legal-hold";
        assertThat(send("PUT", hold, "{\"ground\": \"a dispute\", \"evidence\": \"court/2\"}")
                        .statusCode())
                .isEqualTo(202);
        door.written.forEach(written -> stream.exercises((RightExercised) written.event()));
        door.written.clear();
        stream.sends(visitor("C-2", "aino@example.fi", null).form());

        assertThat(send("DELETE", hold, "{\"ground\": \"settled\", \"evidence\": \"court/3\"}")
                        .statusCode())
                .isEqualTo(202);

        assertThat(door.written).extracting(OpenDoor.Written::key).containsExactlyInAnyOrder(customer, AINO);
    }

    /** Both gave the number, and he first. */
    @Test
    void aHoldOnAnotherWhoGaveTheSameNumberBindsNobodyElse() throws Exception {
        stream.sends(visitor(null, "eero@example.fi", "+358401234567")
                .at(NOON.minusSeconds(60))
                .form());
        stream.sends(aino().form());
        stream.exercises(held(AINO_PHONE));

        send("DELETE", HOLD, "{\"ground\": \"settled\", \"evidence\": \"court/2\"}");
        assertThat(door.written).extracting(OpenDoor.Written::key).containsExactly(AINO);
        door.written.clear();

        assertThat(send("POST", ERASURE, ORDER).statusCode()).isEqualTo(202);
        assertThat(((RightExercised) door.written.get(0).event()).getKind()).isEqualTo(RightKind.ERASED);
    }

    /** Whom of them it was about nobody knows: once the two are parted it binds both. */
    @Test
    void aHoldIsSetUnderEveryName() throws Exception {
        stream.sends(aino().form());

        assertThat(send("PUT", HOLD, "{\"ground\": \"a claim\", \"evidence\": \"court/1\"}")
                        .statusCode())
                .isEqualTo(202);

        assertThat(door.written).extracting(OpenDoor.Written::key).contains(AINO, AINO_PHONE);
        assertThat(door.written).allSatisfy(written -> assertThat(((RightExercised) written.event()).getKind())
                .isEqualTo(RightKind.HELD));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                               | ground",
                "{\"ground\": \"END_OF_CUSTOMERSHIP\"}                            | evidence",
                "{\"ground\": \"END_OF_CUSTOMERSHIP\", \"evidence\": \" \"}       | evidence",
                "{\"ground\": \"REQUEST_OF_THE_PERSON\", \"evidence\": \"a/1\"}   | identityCheck",
                "{\"ground\": \"NO_SUCH\", \"evidence\": \"a/1\"}                 | ground",
                "{\"ground\": \"END_OF_CUSTOMERSHIP\", \"reason\": \"a/1\"}       | reason"
            })
    void aFaultyOrderIsRefusedWithEveryFault(String body, String field) throws Exception {
        stream.sends(aino().form());

        HttpResponse<String> refused = send("POST", ERASURE, body);

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("\"" + field + "\"");
        assertThat(door.written).isEmpty();
    }

    /** A family's address is in both of their files, and a dispute of the one is no affair of the other's. */
    @Test
    void aHoldDoesNotBindWhoOnlySharesAnAddress() throws Exception {
        stream.sends(visitor("C-1", "aino@example.fi", null).form());
        stream.sends(visitor("C-2", "aino@example.fi", null).form());
        String first = id(IDS.contactPoints().customerId("C-1"));
        String second = id(IDS.contactPoints().customerId("C-2"));
        String hold = "/v1/subjects/" + first + "/legal-hold";

        assertThat(send("PUT", hold, "{\"ground\": \"a claim\", \"evidence\": \"court/1\"}")
                        .statusCode())
                .isEqualTo(202);

        assertThat(door.written).extracting(OpenDoor.Written::key).containsExactly(first);
        stream.exercises((RightExercised) door.written.get(0).event());
        assertThat(send("POST", "/v1/subjects/" + second + "/erasure", ORDER).statusCode())
                .isEqualTo(202);
        assertThat(send("POST", "/v1/subjects/" + first + "/erasure", ORDER).statusCode())
                .isEqualTo(409);
    }

    /** Set and released at once, it is not left under a name that was not heard of in between. */
    @Test
    void aHoldIsReleasedUnderEveryNameThoughItIsNotFoldedYet() throws Exception {
        stream.sends(aino().form());
        send("PUT", HOLD, "{\"ground\": \"a claim\", \"evidence\": \"court/1\"}");
        clock.at = clock.at.plusSeconds(1);
        send("DELETE", HOLD, "{\"ground\": \"settled\", \"evidence\": \"court/2\"}");

        door.written.forEach(written -> stream.exercises((RightExercised) written.event()));

        assertThat(send("POST", ERASURE, ORDER).statusCode()).isEqualTo(202);
    }

    /** On the page it cannot be left out; a form that does leave it out did not come from there. */
    @Test
    void aFormSaysThatItWasChecked() throws Exception {
        stream.sends(aino().form());
        String form = "ground=END_OF_CUSTOMERSHIP&evidence=letters%2F17";

        HttpResponse<String> unsure = sendForm(form);
        assertThat(unsure.statusCode()).isEqualTo(400);
        assertThat(unsure.body()).contains("\"_sure\"");
        assertThat(door.written).isEmpty();
        assertThat(sendForm(form + "&_sure=yes").statusCode()).isEqualTo(202);
    }

    private HttpResponse<String> sendForm(String form) throws Exception {
        return door.send(
                "POST",
                ERASURE,
                form,
                "Authorization",
                "Bearer dpo-key",
                "Content-Type",
                "application/x-www-form-urlencoded");
    }

    @Test
    void nobodyKnownIsNobodyErased() throws Exception {
        assertThat(send("POST", ERASURE, ORDER).statusCode()).isEqualTo(404);
        assertThat(send("GET", ERASURE, "").statusCode()).isEqualTo(404);
        assertThat(send("PUT", HOLD, "{\"ground\": \"a claim\", \"evidence\": \"court/1\"}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(door.written).isEmpty();
    }

    @Test
    void whoIsSomebodyElseIsErasedAsThatOne() throws Exception {
        stream.sends(aino().form());

        HttpResponse<String> elsewhere = send("POST", "/v1/subjects/" + AINO_PHONE + "/erasure", ORDER);

        assertThat(elsewhere.statusCode()).isEqualTo(307);
        assertThat(elsewhere.headers().firstValue("Location")).contains(ERASURE);
        assertThat(door.written).isEmpty();
    }

    @Test
    void whatCannotBeWrittenIsNotAnsweredAsDone() throws Exception {
        stream.sends(aino().form());
        door.outcome = CompletableFuture.failedFuture(ProblemException.unavailable("now", Duration.ofSeconds(5)));
        assertThat(send("POST", ERASURE, ORDER).statusCode()).isEqualTo(503);

        door.auditOutcome = CompletableFuture.failedFuture(ProblemException.unavailable("now", Duration.ofSeconds(5)));
        int before = door.written.size();
        assertThat(send("POST", ERASURE, ORDER).statusCode()).isEqualTo(503);
        assertThat(door.written).as("who did it could not be recorded").hasSize(before);
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return door.send(method, path, body, "Authorization", "Bearer dpo-key", "Content-Type", "application/json");
    }

    private RightExercised written() {
        List<OpenDoor.Written> all = door.written;
        OpenDoor.Written last = all.get(all.size() - 1);
        assertThat(last.topic()).isEqualTo(Topics.SUBJECT_RIGHTS);
        assertThat(last.key()).isEqualTo(AINO);
        return (RightExercised) last.event();
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        return Json.MAPPER.readTree(answer.body());
    }
}
