package fi.lupa.consent.rights;

import static fi.lupa.consent.People.AINO_EMAIL;
import static fi.lupa.consent.People.AINO_PHONE;
import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.MASTER;
import static fi.lupa.consent.People.NOON;
import static fi.lupa.consent.People.POLICY;
import static fi.lupa.consent.People.TOKENS;
import static fi.lupa.consent.People.aino;
import static fi.lupa.consent.People.held;
import static fi.lupa.consent.People.id;
import static fi.lupa.consent.People.visitor;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.consent.controller.Controller;
import fi.lupa.consent.intake.OpenDoor;
import fi.lupa.consent.query.Files;
import fi.lupa.consent.query.HeldFiles;
import fi.lupa.consent.query.HeldSubjects;
import fi.lupa.consent.topology.ConsentDriver;
import fi.lupa.edge.HandClock;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.event.AuditEvent;
import fi.lupa.event.AuditOutcome;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.ClearedPersonalData;
import fi.lupa.event.ContactMade;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.MessagePersonalData;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.Processor;
import fi.lupa.event.Purpose;
import fi.lupa.event.Reason;
import fi.lupa.event.RightExercised;
import fi.lupa.event.RightKind;
import fi.lupa.event.Scope;
import fi.lupa.event.TransferBasis;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topics;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessReportDoorTest {

    private static final String CUSTOMER = id(IDS.contactPoints().customerId("C-1"));
    private static final String REPORT = "/v1/subjects/" + CUSTOMER + "/access-report";
    private static final String CHECK = "{\"identityCheck\": \"passport at the desk\", \"evidence\": \"letters/17\"}";

    private static final Controller SHOP = new Controller(
            "Esimerkkikauppa Oy",
            "1234567-1",
            new Controller.Address("Esimerkkikatu 1", "00100", "Helsinki", "FI"),
            "asiakaspalvelu@example.com",
            null,
            null,
            new TreeMap<>(Map.of("fi", "https://www.example.com/fi/tietosuoja")),
            "2026-01",
            List.of("FI"),
            new TreeMap<>(Map.of("en", List.of("Until the customership ends."))),
            List.of(new Controller.Processor(
                    "Painotalo Oy", "FI", null, new TreeMap<>(Map.of("en", "printing letters")))));

    private final HandClock clock = new HandClock();
    private ConsentDriver stream;
    private HeldFiles peers;
    private DrivenCopies copies;
    private OpenDoor door;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        stream = new ConsentDriver(directory.resolve("state"));
        peers = new HeldFiles(stream);
        copies = new DrivenCopies(stream);
        door = new OpenDoor(
                directory,
                (access, writer) -> routes -> new AccessReportDoor(
                                new HeldSubjects(peers, POLICY, access),
                                peers,
                                new Files(peers, POLICY, TOKENS),
                                copies,
                                MASTER,
                                POLICY,
                                Optional.of(SHOP),
                                access,
                                writer,
                                clock)
                        .mount(routes));
        clock.at = NOON.plusSeconds(60);
    }

    @AfterEach
    void close() {
        door.close();
        stream.close();
    }

    @Test
    void everythingUnderEveryNameIsInIt() throws Exception {
        ainoIsCustomer();
        messages();

        HttpResponse<String> given = send("POST", REPORT, CHECK);

        assertThat(given.statusCode()).as(given.body()).isEqualTo(200);
        JsonNode report = json(given);
        assertThat(report.fieldNames()).toIterable().containsAll(AccessReport.SECTIONS);
        JsonNode person = report.at("/person");
        assertThat(person.at("/customerId").asText()).isEqualTo("C-1");
        assertThat(person.at("/name/value").asText()).isEqualTo("Aino Virtanen");
        assertThat(person.at("/contactPoints").findValuesAsText("value"))
                .containsExactlyInAnyOrder(
                        "aino@example.fi", "+358401234567", "MANNERHEIMINTIE 1\n00100\nHELSINKI\nFI");
        assertThat(report.at("/alsoKnownAs").toString()).contains(AINO_EMAIL, AINO_PHONE);
        assertThat(report.at("/forms")).as("one under each name that she used").hasSize(2);
        assertThat(report.at("/forms").findValuesAsText("subjectId")).containsExactly(AINO_EMAIL, CUSTOMER);
        assertThat(report.at("/forms/1/sender/name").asText()).isEqualTo("Aino Virtanen");
        assertThat(report.at("/forms/1/sender/address/street").asText()).isEqualTo("Mannerheimintie 1");
        assertThat(report.at("/statements").findValuesAsText("wording")).contains("GRANT EMAIL", "PROHIBIT PHONE");
        assertThat(report.at("/inForce").findValuesAsText("status")).contains("GRANTED", "PROHIBITED");
        assertThat(report.at("/links").findValuesAsText("ground")).containsOnly("CUSTOMER_NUMBER");
        assertThat(report.at("/messages/asked/0/parameters/hobby").asText()).isEqualTo("bookbinding");
        assertThat(report.at("/messages/cleared/1/contactPoint").asText()).isEqualTo("aino@example.fi");
        assertThat(report.at("/messages/cleared/0/contactPoint").asText()).isEqualTo("aino@example.fi");
        assertThat(report.at("/messages/cleared").findValuesAsText("messageId"))
                .as("once, with its words, and what is older without them")
                .containsExactly("m-before", "m-1");
        assertThat(report.at("/messages/cleared/0/template").isNull()).isTrue();
        assertThat(report.at("/messages/suppressed/0/reasons").toString())
                .isEqualTo("[\"CHANNEL_PROHIBITED\",\"ESSENTIAL_ONLY\"]");
        assertThat(report.at("/processors").toString())
                .contains("Postittaja Oy", "US", "STANDARD_CONTRACTUAL_CLAUSES", "Spring", "Painotalo Oy", "printing");
        assertThat(report.at("/copies").findValuesAsText("topic"))
                .contains("forms.submitted", "campaign.cleared.email");
        RightExercised recorded = (RightExercised) door.written.get(0).event();
        assertThat(recorded.getKind()).isEqualTo(RightKind.ACCESS_GIVEN);
        assertThat(recorded.getIdentityCheck()).isEqualTo("passport at the desk");
        assertThat(recorded.getShown()).isEqualTo(AccessReport.SECTIONS);
        assertThat(report.at("/rights").findValuesAsText("kind")).containsExactly("ACCESS_GIVEN");
        assertThat(door.audited).extracting(AuditEvent::getSubjectId).containsExactly(CUSTOMER);
        assertThat(given.body()).as("links that act for her stay with her").doesNotContain("confirm/secret");
    }

    @Test
    void itIsShownAgainForAnHourToWhoeverGaveIt() throws Exception {
        ainoIsCustomer();
        HttpResponse<String> before = send("GET", REPORT, "");
        assertThat(before.statusCode()).isEqualTo(403);
        assertThat(before.body()).contains("POST").doesNotContain("Virtanen");
        assertThat(door.audited.get(0).getOutcome()).isEqualTo(AuditOutcome.REFUSED);

        send("POST", REPORT, CHECK);
        folds();

        assertThat(send("GET", REPORT, "").statusCode()).isEqualTo(200);
        assertThat(json(send("GET", REPORT, "")).at("/rights/0/kind").asText()).isEqualTo("ACCESS_GIVEN");
        clock.at = clock.at.plus(Duration.ofHours(1));
        assertThat(send("GET", REPORT, "").statusCode()).isEqualTo(403);
    }

    @Test
    void whatAnotherGaveIsNotOnesOwn() throws Exception {
        ainoIsCustomer();
        send("POST", REPORT, CHECK);
        RightExercised given = (RightExercised) door.written.get(0).event();
        stream.exercises(
                RightExercised.newBuilder(given).setRecordedBy("another").build());

        assertThat(send("GET", REPORT, "").statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "fi, Kaikki sinusta tallennetut tiedot",
        "sv, Allt som finns lagrat om dig",
        "en, Everything stored about you"
    })
    void itIsAPageToPrint(String language, String title) throws Exception {
        ainoIsCustomer();
        messages();
        stream.sends(visitor("C-1", null, null).at(NOON.minusSeconds(1)).form());
        FormSubmitted wily = aino().at(NOON.minusSeconds(2)).form();
        wily.getPersonal().put("name", "<script>alert(1)</script>");
        stream.sends(wily);

        HttpResponse<String> page = door.send(
                "POST",
                REPORT + "?lang=" + language,
                CHECK,
                "Authorization",
                "Bearer dpo-key",
                "Content-Type",
                "application/json",
                "Accept",
                "text/html");

        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'");
        assertThat(page.body())
                .contains(
                        "<html lang=\"" + language + "\">", title, "Aino Virtanen", "Postittaja Oy", "aino@example.fi")
                .contains("&lt;script&gt;")
                .doesNotContain("<script")
                .doesNotContain(">null", "null<");
    }

    @Test
    void aRefusalNamesItsGroundAndIsKept() throws Exception {
        ainoIsCustomer();

        HttpResponse<String> refused =
                send("POST", REPORT, "{\"refusedBecause\": \"identity not proved\", \"evidence\": \"letters/18\"}");

        assertThat(refused.statusCode()).isEqualTo(200);
        assertThat(json(refused).at("/refusedBecause").asText()).isEqualTo("identity not proved");
        assertThat(refused.body()).doesNotContain("Virtanen");
        RightExercised recorded = (RightExercised) door.written.get(0).event();
        assertThat(recorded.getKind()).isEqualTo(RightKind.ACCESS_REFUSED);
        assertThat(recorded.getShown()).isEmpty();
        folds();
        assertThat(send("GET", REPORT, "").statusCode()).isEqualTo(403);
    }

    @Test
    void underTheIdOfSomethingElseNothingIsRecorded() throws Exception {
        ainoIsCustomer();
        RightExercised held = held(CUSTOMER);
        stream.exercises(held);

        HttpResponse<String> refused = send(
                "POST",
                REPORT,
                "{\"eventId\": \"%s\", \"identityCheck\": \"passport\", \"evidence\": \"a/1\"}"
                        .formatted(held.getEventId()));

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(door.written).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                      | identityCheck",
                "{\"identityCheck\": \"passport\"}                       | evidence",
                "{\"identityCheck\": \" \", \"evidence\": \"a/1\"}       | identityCheck",
                "{\"refusedBecause\": \" \", \"evidence\": \"a/1\"}      | refusedBecause",
                "{\"refusedBecause\": \"x\"}                             | evidence",
                "{\"identity\": \"passport\", \"evidence\": \"a/1\"}     | identity"
            })
    void aFaultyCheckIsRefused(String body, String field) throws Exception {
        ainoIsCustomer();

        HttpResponse<String> refused = send("POST", REPORT, body);

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("\"" + field + "\"");
        assertThat(door.written).isEmpty();
    }

    @Test
    void whatCannotBeReadInTimeIsNotGiven() throws Exception {
        ainoIsCustomer();
        copies.failure = ProblemException.unavailable("not in time", Duration.ofSeconds(30));

        HttpResponse<String> late = send("POST", REPORT, CHECK);

        assertThat(late.statusCode()).isEqualTo(503);
        assertThat(late.body()).doesNotContain("Virtanen");
        assertThat(door.written).as("nor recorded as given").isEmpty();
    }

    @Test
    void whatCannotBeRecordedIsNotGiven() throws Exception {
        ainoIsCustomer();
        door.outcome = CompletableFuture.failedFuture(ProblemException.unavailable("now", Duration.ofSeconds(5)));
        HttpResponse<String> unwritten = send("POST", REPORT, CHECK);
        assertThat(unwritten.statusCode()).isEqualTo(503);
        assertThat(unwritten.body()).doesNotContain("Virtanen");

        door.outcome = CompletableFuture.completedFuture(null);
        door.auditOutcome = CompletableFuture.failedFuture(ProblemException.unavailable("now", Duration.ofSeconds(5)));
        assertThat(send("POST", REPORT, CHECK).statusCode()).isEqualTo(503);
    }

    @Test
    void whileAnotherInstanceDoesNotAnswerNothingIsGiven() throws Exception {
        ainoIsCustomer();
        peers.heldElsewhere.put(AINO_EMAIL, new HostInfo("127.0.0.1", door.url().getPort()));

        HttpResponse<String> moving = send("POST", REPORT, CHECK);

        assertThat(moving.statusCode()).isEqualTo(503);
        assertThat(door.written).isEmpty();
    }

    @Test
    void whoIsUnknownOrErasedHasNothingToBeShown() throws Exception {
        assertThat(send("POST", REPORT, CHECK).statusCode()).isEqualTo(404);
        ainoIsCustomer();
        String elsewhere = "/v1/subjects/" + AINO_PHONE + "/access-report";
        assertThat(send("POST", elsewhere, CHECK).headers().firstValue("Location"))
                .contains(REPORT);
        stream.exercises(RightExercised.newBuilder()
                .setEventId(UUID.randomUUID())
                .setSubjectId(CUSTOMER)
                .setKind(RightKind.ERASED)
                .setRecordedAt(clock.at)
                .setRecordedBy("officer")
                .build());

        HttpResponse<String> erased = send("POST", REPORT, CHECK);

        assertThat(erased.statusCode()).isEqualTo(410);
        assertThat(erased.body()).contains("2026-03-02");
        assertThat(door.written).isEmpty();
    }

    @Test
    void whoCameBackSeesWhatIsStoredSince() throws Exception {
        ainoIsCustomer();
        stream.exercises(RightExercised.newBuilder()
                .setEventId(UUID.randomUUID())
                .setSubjectId(CUSTOMER)
                .setKind(RightKind.ERASED)
                .setRecordedAt(NOON.minusSeconds(30))
                .setRecordedBy("officer")
                .build());
        stream.sends(
                visitor("C-1", "aino@example.fi", null).at(NOON.minusSeconds(5)).form());

        JsonNode report = json(send("POST", REPORT, CHECK));

        assertThat(report.at("/forms")).hasSize(1);
        assertThat(report.toString()).doesNotContain("Virtanen");
        assertThat(report.at("/stops/0/statement/door").asText()).isEqualTo("ERASURE");
        assertThat(door.send("GET", REPORT, "", "Authorization", "Bearer dpo-key", "Accept", "text/html")
                        .statusCode())
                .isEqualTo(403);
    }

    private void ainoIsCustomer() {
        stream.sends(visitor(null, "aino@example.fi", null)
                .says(Scope.EMAIL, Will.GRANT)
                .at(NOON.minusSeconds(90))
                .form());
        FormSubmitted form = aino().says(Scope.PHONE, Will.PROHIBIT)
                .at(NOON.minusSeconds(60))
                .form();
        form.getPersonal().put("customerId", "C-1");
        stream.sends(form);
    }

    private static ContactMade contact(String messageId, String name, Instant at) {
        return ContactMade.newBuilder()
                .setMessageId(messageId)
                .setCampaignId("spring")
                .setPurpose(Purpose.DIRECT_MARKETING)
                .setChannel(Channel.EMAIL)
                .setSubjectId(name)
                .setContactPointId(AINO_EMAIL)
                .setClearedAt(at)
                .build();
    }

    /** One of Spring's cleared, one held back; and one of another's. */
    private void messages() {
        stream.contacts(contact("m-before", AINO_EMAIL, NOON.minusSeconds(3_600)));
        stream.contacts(contact("m-1", CUSTOMER, NOON));
        copies.has(
                Topics.CAMPAIGN_DEFINITIONS,
                "spring",
                CampaignDefined.newBuilder()
                        .setCampaignId("spring")
                        .setName("Spring")
                        .setPurpose(Purpose.DIRECT_MARKETING)
                        .setChannels(List.of(Channel.EMAIL))
                        .setProcessor(new Processor("Postittaja Oy", "US", TransferBasis.STANDARD_CONTRACTUAL_CLAUSES))
                        .setValidFrom(NOON)
                        .setDefinedAt(NOON)
                        .setDefinedBy("marketing")
                        .build());
        copies.has(
                Topics.CAMPAIGN_MESSAGES,
                AINO_EMAIL,
                CampaignMessage.newBuilder()
                        .setMessageId("m-1")
                        .setCampaignId("spring")
                        .setChannel(Channel.EMAIL)
                        .setPersonal(MessagePersonalData.newBuilder()
                                .setEmail("aino@example.fi")
                                .setParameters(Map.of("hobby", "bookbinding"))
                                .build())
                        .setRequestedAt(NOON)
                        .build());
        copies.has(
                Topics.CAMPAIGN_MESSAGES,
                CUSTOMER,
                CampaignMessage.newBuilder()
                        .setMessageId("m-0")
                        .setCampaignId("lupa-confirmation")
                        .setChannel(Channel.EMAIL)
                        .setPersonal(MessagePersonalData.newBuilder()
                                .setParameters(Map.of("confirmUrl", "https://lupa.example.fi/confirm/secret"))
                                .build())
                        .setRequestedAt(NOON.plusSeconds(1))
                        .build());
        copies.has(
                Topics.cleared(fi.lupa.permission.Channel.EMAIL),
                CUSTOMER,
                MessageCleared.newBuilder()
                        .setMessageId("m-1")
                        .setCampaignId("spring")
                        .setChannel(Channel.EMAIL)
                        .setPurpose(Purpose.DIRECT_MARKETING)
                        .setSubjectId(CUSTOMER)
                        .setContactPointId(AINO_EMAIL)
                        .setPersonal(ClearedPersonalData.newBuilder()
                                .setContactPoint("aino@example.fi")
                                .build())
                        .setDecidedAt(NOON)
                        .setPolicyVersion("lupa-2026-4")
                        .setConsentRevision(1)
                        .setNotAfter(NOON.plusSeconds(60))
                        .build());
        for (String subject : List.of(CUSTOMER, "EerosIdInTwentyTwoChar")) {
            copies.has(
                    Topics.CAMPAIGN_SUPPRESSED,
                    subject,
                    MessageSuppressed.newBuilder()
                            .setMessageId("m-2")
                            .setCampaignId("spring")
                            .setChannel(Channel.PHONE)
                            .setSubjectId(subject)
                            .setReasons(List.of(Reason.CHANNEL_PROHIBITED, Reason.ESSENTIAL_ONLY))
                            .setDecidedAt(NOON)
                            .setPolicyVersion("lupa-2026-4")
                            .build());
        }
    }

    private void folds() {
        stream.exercises(
                (RightExercised) door.written.get(door.written.size() - 1).event());
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return door.send(method, path, body, "Authorization", "Bearer dpo-key", "Content-Type", "application/json");
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        return Json.MAPPER.readTree(answer.body());
    }
}
