package fi.lupa.consent.rights;

import static fi.lupa.consent.People.AINO;
import static fi.lupa.consent.People.AINO_EMAIL;
import static fi.lupa.consent.People.AINO_PHONE;
import static fi.lupa.consent.People.AINO_POSTAL;
import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.MASTER;
import static fi.lupa.consent.People.NOON;
import static fi.lupa.consent.People.POLICY;
import static fi.lupa.consent.People.aino;
import static fi.lupa.consent.People.ainoWrites;
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
import fi.lupa.event.Collection;
import fi.lupa.event.ConsentState;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.KnownContactPoint;
import fi.lupa.event.RightExercised;
import fi.lupa.event.RightKind;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topics;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RectificationDoorTest {

    private static final String CUSTOMER = id(IDS.contactPoints().customerId("C-1"));
    private static final String PROOF = "\"evidence\": \"letters/17\", \"identityCheck\": \"passport\"";

    private final HandClock clock = new HandClock();
    private ConsentDriver stream;
    private OpenDoor door;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        stream = new ConsentDriver(directory.resolve("state"));
        HeldFiles peers = new HeldFiles(stream);
        door = new OpenDoor(
                directory,
                (access, writer) -> routes -> new RectificationDoor(
                                new HeldSubjects(peers, POLICY, access), MASTER, IDS, access, writer, clock)
                        .mount(routes));
    }

    @AfterEach
    void close() {
        door.close();
        stream.close();
    }

    @Test
    void whatIsCorrectedGoesTheWayOfAFormAndWhatIsWrongIsRemoved() throws Exception {
        customer();
        String right = id(IDS.contactPoints().phone("0507654321"));
        UUID request = UUID.randomUUID();

        HttpResponse<String> answer = send(
                CUSTOMER,
                "{\"name\": \"Aino Mäkinen\", \"phone\": \"050 765 4321\", \"language\": \"sv\", \"remove\": [\"%s\"], \"requestId\": \"%s\", %s}"
                        .formatted(AINO_PHONE, request, PROOF));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(json(answer).at("/corrected").toString()).isEqualTo("[\"name\",\"phone\",\"language\"]");
        assertThat(json(answer).at("/removed/0").asText()).isEqualTo(AINO_PHONE);
        FormSubmitted form = (FormSubmitted) door.written.get(0).event();
        assertThat(door.written.get(0).topic()).isEqualTo(Topics.FORMS_INBOX);
        assertThat(door.written.get(0).key()).isEqualTo(CUSTOMER);
        assertThat(form.getFormId()).isEqualTo("lupa-rectification");
        assertThat(form.getCollection()).isEqualTo(Collection.STAFF);
        assertThat(form.getPersonal().getCustomerId()).isEqualTo("C-1");
        assertThat(form.getEventId())
                .hasToString(json(answer).at("/formEventId").asText());
        assertThat(door.written.stream().skip(1).map(written -> (RightExercised) written.event()))
                .allSatisfy(right1 -> {
                    assertThat(right1.getKind()).isEqualTo(RightKind.RECTIFIED);
                    assertThat(right1.getRequestId()).isEqualTo(request);
                    assertThat(right1.getIdentityCheck()).isEqualTo("passport");
                    assertThat(right1.getEvidence()).isEqualTo("letters/17");
                    assertThat(right1.toString()).doesNotContain("Mäkinen", "7654321");
                })
                .extracting(RightExercised::getContactPointId)
                .containsExactly(AINO_PHONE, null);
        assertThat(door.audited).extracting(AuditEvent::getSubjectId).containsExactly(CUSTOMER);
        assertThat(answer.body()).doesNotContain("Mäkinen", "7654321");

        folds();

        ConsentState state = stream.state(CUSTOMER);
        assertThat(state.getPersonal().getName().getValue()).isEqualTo("Aino Mäkinen");
        assertThat(state.getLanguage().getValue()).isEqualTo("sv");
        assertThat(state.getPersonal().getContactPoints()).containsOnlyKeys(AINO_EMAIL, AINO_POSTAL, right);
        assertThat(stream.values(Topics.DEAD_LETTERS)).isEmpty();
    }

    @Test
    void aSubjectKnownByItsAddressIsFoundAgainByIt() throws Exception {
        stream.sends(aino().at(NOON.minusSeconds(60)).form());

        assertThat(send(AINO, "{\"name\": \"Aino Mäkinen\", %s}".formatted(PROOF))
                        .statusCode())
                .isEqualTo(202);
        folds();

        assertThat(stream.state(AINO).getPersonal().getName().getValue()).isEqualTo("Aino Mäkinen");
        assertThat(stream.state(AINO).getPersonal().getContactPoints()).containsKey(AINO_PHONE);
    }

    @Test
    void whatIsOnlyRemovedNeedsNoForm() throws Exception {
        customer();

        HttpResponse<String> answer =
                send(CUSTOMER, "{\"remove\": [\"%1$s\", \"%1$s\"], %2$s}".formatted(AINO_PHONE, PROOF));

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(json(answer).at("/formEventId").isNull()).isTrue();
        assertThat(door.written).hasSize(1);
    }

    /** It is somebody else's, who is heard of by it. */
    @Test
    void whoseNumberItReallyIsDoesNotBringItBack() throws Exception {
        customer();
        clock.at = NOON.minusSeconds(30);
        send(CUSTOMER, "{\"remove\": [\"%s\"], %s}".formatted(AINO_PHONE, PROOF));
        folds();

        stream.sends(visitor(null, null, "+358401234567").at(NOON).form());

        assertThat(stream.state(CUSTOMER).getContactPoints())
                .extracting(KnownContactPoint::getId)
                .containsExactlyInAnyOrder(AINO_EMAIL, AINO_POSTAL);
        assertThat(stream.state(CUSTOMER).getPersonal().getContactPoints()).containsOnlyKeys(AINO_EMAIL, AINO_POSTAL);

        stream.sends(visitor("C-1", null, "+358401234567").at(NOON).form());

        assertThat(stream.state(CUSTOMER).getContactPoints())
                .as("given again by herself, it is back")
                .extracting(KnownContactPoint::getId)
                .contains(AINO_PHONE);
    }

    @Test
    void sentAgainUnderItsOwnIdItIsTheSame() throws Exception {
        customer();
        String body = "{\"eventId\": \"%s\", \"name\": \"Aino Mäkinen\", \"remove\": [\"%s\"], %s}"
                .formatted(UUID.randomUUID(), AINO_PHONE, PROOF);

        send(CUSTOMER, body);
        List<UUID> first = ids();
        door.written.clear();
        send(CUSTOMER, body);

        assertThat(ids()).isEqualTo(first).doesNotHaveDuplicates();
    }

    @Test
    void underTheIdOfSomethingElseNothingIsCorrected() throws Exception {
        customer();
        RightExercised held = held(CUSTOMER);
        stream.exercises(held);

        HttpResponse<String> refused = send(
                CUSTOMER, "{\"eventId\": \"%s\", \"name\": \"Aino Mäkinen\", %s}".formatted(held.getEventId(), PROOF));

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(door.written).isEmpty();
    }

    @Test
    void ifOneOfSeveralWritesFailsItSaysWhich() throws Exception {
        customer();
        door.outcome = CompletableFuture.failedFuture(ProblemException.unavailable("now", Duration.ofSeconds(5)));

        HttpResponse<String> failed =
                send(CUSTOMER, "{\"name\": \"Aino Mäkinen\", \"remove\": [\"%s\"], %s}".formatted(AINO_PHONE, PROOF));

        assertThat(failed.statusCode()).isEqualTo(503);
        assertThat(json(failed).at("/errors").toString() + json(failed)).contains("name", AINO_PHONE);
        assertThat(failed.body()).doesNotContain("Mäkinen");

        door.auditOutcome = door.outcome;
        int before = door.written.size();
        assertThat(send(CUSTOMER, "{\"name\": \"Aino\", %s}".formatted(PROOF)).statusCode())
                .isEqualTo(503);
        assertThat(door.written).hasSize(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{PROOF}                                                              | corrected",
                "{\"name\": \" \", PROOF}                                             | name",
                "{\"email\": \"aino\", PROOF}                                         | email",
                "{\"phone\": \"12\", PROOF}                                           | phone",
                "{\"address\": {\"street\": \"Mannerheimintie 1\"}, PROOF}            | address",
                "{\"language\": \"suomi\", PROOF}                                     | language",
                "{\"remove\": [\"nothing of hers\"], PROOF}                           | remove",
                "{\"remove\": [\"AINO_CUSTOMER\"], PROOF}                             | remove",
                "{\"name\": \"Aino\", \"identityCheck\": \"passport\"}                | evidence",
                "{\"name\": \"Aino\", \"evidence\": \"letters/17\"}                   | identityCheck",
                "{\"nmae\": \"Aino\", PROOF}                                          | nmae",
                "{\"customerId\": \"C-9\", PROOF}                                     | customerId"
            })
    void aFaultyCorrectionIsRefused(String body, String says) throws Exception {
        customer();

        HttpResponse<String> refused =
                send(CUSTOMER, body.replace("PROOF", PROOF).replace("AINO_CUSTOMER", CUSTOMER));

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(refused.body()).contains(says);
        assertThat(door.written).isEmpty();
    }

    @Test
    void whatASubjectIsKnownByIsNotExchanged() throws Exception {
        stream.sends(aino().form());

        HttpResponse<String> refused = send(
                AINO,
                "{\"email\": \"aino.makinen@example.fi\", \"remove\": [\"%s\"], %s}".formatted(AINO_EMAIL, PROOF));

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("same-as").doesNotContain("makinen");
        stream.sends(visitor(null, null, "0507654321").form());
        String number = id(IDS.contactPoints().phone("0507654321"));
        assertThat(send(number, "{\"phone\": \"0401112223\", %s}".formatted(PROOF))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void whoOnlySaidSomethingHasNothingToCorrect() throws Exception {
        stream.says(ainoWrites(Scope.EMAIL, Will.PROHIBIT).build());

        HttpResponse<String> refused = send(AINO, "{\"name\": \"Aino\", %s}".formatted(PROOF));

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("POST /v1/consents");
    }

    @Test
    void whoIsUnknownIsNotFoundAndWhoIsSomebodyElseIsCorrectedThere() throws Exception {
        assertThat(send(AINO, "{\"name\": \"Aino\", %s}".formatted(PROOF)).statusCode())
                .isEqualTo(404);
        stream.sends(aino().form());
        assertThat(send(AINO_PHONE, "{\"name\": \"Aino\", %s}".formatted(PROOF)).statusCode())
                .isEqualTo(307);
        assertThat(door.written).isEmpty();
    }

    private void customer() {
        FormSubmitted form = aino().at(NOON.minusSeconds(60)).form();
        form.getPersonal().put("customerId", "C-1");
        stream.sends(form);
    }

    private void folds() {
        door.written.forEach(written -> {
            if (written.event() instanceof FormSubmitted form) {
                stream.sends(form);
            } else {
                stream.exercises((RightExercised) written.event());
            }
        });
    }

    private List<UUID> ids() {
        return door.written.stream()
                .map(written -> written.event() instanceof FormSubmitted form
                        ? form.getEventId()
                        : ((RightExercised) written.event()).getEventId())
                .toList();
    }

    private HttpResponse<String> send(String subjectId, String body) throws Exception {
        return door.send(
                "POST",
                "/v1/subjects/" + subjectId + "/rectification",
                body,
                "Authorization",
                "Bearer dpo-key",
                "Content-Type",
                "application/json");
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        return Json.MAPPER.readTree(answer.body());
    }
}
