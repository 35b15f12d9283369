package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.DPO;
import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fi.lupa.edge.service.RunningService;
import fi.lupa.event.Collection;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.Door;
import fi.lupa.event.FormPersonalData;
import fi.lupa.event.FormStatement;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.FormType;
import fi.lupa.event.LinkGround;
import fi.lupa.event.Scope;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.SubjectLinked;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.TestInstallation.Raw;
import fi.lupa.standalone.replay.ReplayCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code lupa replay as-of}: the table says of everybody what the API answers for each. */
class AsOfIT {

    private static final Instant FIRST = Instant.parse("2025-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("2026-01-01T00:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    private final Random random = new Random(28);
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void theTableSaysOfEverybodyWhatTheApiAnswersForEach() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("as-of", folder)) {
            RunningService consent = lupa.consentStream();
            lupa.writeAll(
                    Topics.FORMS_INBOX,
                    IntStream.range(0, 60).mapToObj(i -> new Raw("any", lupa.bytes(Topics.FORMS_INBOX, form()))));
            // On a slow machine the fold may pause for longer than what is taken for its end.
            awaitTrue(() -> states(lupa).size() > 20);
            settled(lupa);
            List<ConsentState> everybody = List.copyOf(states(lupa).values());
            assertThat(everybody).hasSizeGreaterThan(20);
            merge(lupa, everybody);
            say(lupa, everybody);
            ConsentState gone = everybody.stream()
                    .filter(state ->
                            state.getSameAs() == null && state.getClaimedBy().isEmpty())
                    .findFirst()
                    .orElseThrow();
            awaitTrue(() ->
                    Http.postJson(consent.url().resolve("/v1/subjects/" + gone.getSubjectId() + "/erasure"), DPO, """
                                    {"ground": "REQUEST_OF_THE_PERSON", "evidence": "letters/1", "identityCheck": "passport"}""")
                                    .status()
                            == 202);
            settled(lupa);

            Instant middle = Instant.parse("2025-07-01T00:00:00Z");
            compare(lupa, consent, gone.getSubjectId(), LAST, null);
            compare(lupa, consent, gone.getSubjectId(), middle, null);
            compare(lupa, consent, gone.getSubjectId(), middle, middle);
            compare(lupa, consent, gone.getSubjectId(), LAST, middle.minus(Duration.ofDays(60)));

            assertThat(asOf(lupa, "--at=2025-06-01", "--to=" + folder.resolve("table.parquet")))
                    .isZero();
            assertThat(folder.resolve("table.parquet")).isNotEmptyFile();
            assertThat(asOf(lupa, "--at=2025-06-01", "--to=" + folder.resolve("table.parquet")))
                    .as("it is there")
                    .isEqualTo(2);
            assertThat(asOf(lupa, "--at=yesterday")).isEqualTo(2);
            assertThat(err.toString())
                    .contains("--at is \"yesterday\"; write it as 2026-03-01")
                    .contains("--to is missing");
            assertThat(Files.list(folder).map(Path::toString)).noneMatch(file -> file.endsWith(".events"));
        }
    }

    private void compare(TestInstallation lupa, RunningService consent, String gone, Instant at, Instant known)
            throws IOException {
        Path file = folder.resolve(UUID.randomUUID() + ".ndjson");
        List<String> options = new ArrayList<>(List.of("--at=" + at, "--to=" + file));
        if (known != null) {
            options.add("--known=" + known);
        }
        assertThat(asOf(lupa, options.toArray(String[]::new)))
                .as(err.toString())
                .isZero();
        Map<String, JsonNode> table = new HashMap<>();
        for (String line : Files.readAllLines(file)) {
            JsonNode row = JSON.readTree(line);
            assertThat(table.put(row.at("/subjectId").asText(), row)).isNull();
        }
        assertThat(table.remove(gone).toString()).contains("\"erased\":true").doesNotContain("GRANTED", "kind\":\"P");
        int compared = 0;
        int before = 0;
        for (ConsentState state : states(lupa).values()) {
            if (state.getSameAs() != null || !state.getClaimedBy().isEmpty()) {
                assertThat(table).doesNotContainKey(state.getSubjectId());
                continue;
            }
            JsonNode answer = Http.get(
                            consent.url()
                                    .resolve("/v1/subjects/" + state.getSubjectId() + "/consents?at=" + at
                                            + (known == null ? "" : "&known=" + known)),
                            lupa.keys.operator())
                    .body();
            JsonNode row = table.remove(state.getSubjectId());
            if (row == null) {
                assertThat(answer.at("/statements")).isEmpty();
                assertThat(answer.at("/contactPoints")).isEmpty();
                before++;
            } else {
                assertThat(ofTable(row)).isEqualTo(ofApi(answer));
                compared++;
            }
        }
        assertThat(table).isEmpty();
        assertThat(compared)
                .as("%d, and %d not heard of by %s".formatted(compared, before, at))
                .isPositive();
    }

    private static Map<String, String> ofApi(JsonNode answer) {
        Map<String, String> said = new TreeMap<>();
        for (String field : List.of("kind", "customership", "registeredAt", "essentialOnly")) {
            said.put(field, answer.get(field).asText());
        }
        for (JsonNode scope : answer.get("scopes")) {
            said.put(scope.get("scope").asText(), ofApiStanding(scope));
        }
        for (JsonNode topic : answer.get("topics")) {
            said.put("topic " + topic.get("topic").asText(), ofApiStanding(topic));
        }
        for (JsonNode point : answer.get("contactPoints")) {
            said.put(
                    "point " + point.get("id").asText(),
                    point.get("kind").asText() + point.get("since").asText());
        }
        return said;
    }

    private static String ofApiStanding(JsonNode scope) {
        return String.join(
                " ",
                scope.get("status").asText(),
                scope.get("since").asText(),
                scope.at("/because/door").asText(),
                scope.at("/because/eventId").asText());
    }

    private static Map<String, String> ofTable(JsonNode row) {
        Map<String, String> said = new TreeMap<>();
        for (String field : List.of("kind", "customership", "essentialOnly")) {
            said.put(field, row.get(field).asText());
        }
        said.put("registeredAt", moment(row.get("registeredAt")));
        for (Scope scope : Scope.values()) {
            said.put(scope.name(), ofTableStanding(row.get(scope.name())));
        }
        for (JsonNode topic : row.get("topics")) {
            said.put("topic " + topic.get("topic").asText(), ofTableStanding(topic));
        }
        for (JsonNode point : row.get("contactPoints")) {
            said.put("point " + point.get("id").asText(), point.get("kind").asText() + moment(point.get("since")));
        }
        return said;
    }

    private static String ofTableStanding(JsonNode scope) {
        boolean silent = scope.get("eventId").isNull();
        return String.join(
                " ",
                scope.get("status").asText(),
                moment(scope.get("since")),
                silent ? "" : scope.get("door").asText(),
                silent ? "" : scope.get("eventId").asText());
    }

    private static String moment(JsonNode written) {
        return written.isNull()
                ? "null"
                : Instant.parse(written.asText().replace(' ', 'T').replace("+00", "Z"))
                        .toString();
    }

    private int asOf(TestInstallation lupa, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "as-of",
                "--bootstrap-servers=" + lupa.brokers(),
                "--schema-registry-url=" + Infrastructure.registryUrl(),
                "--topic-prefix=" + lupa.prefix()));
        arguments.addAll(List.of(options));
        return new CommandLine(new ReplayCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    /** Some give a customer number, some an address alone, some share one. */
    private FormSubmitted form() {
        Instant at = moment();
        String email = "p" + random.nextInt(45) + "@example.com";
        return FormSubmitted.newBuilder()
                .setEventId(UUID.randomUUID())
                .setOccurredAt(at)
                .setReceivedAt(at.plusSeconds(random.nextInt(1_000)))
                .setFormId("registration")
                .setFormType(FormType.REGISTRATION)
                .setSite("example.com")
                .setSubjectKind(random.nextInt(5) == 0 ? SubjectKind.ORGANISATION : SubjectKind.PERSON)
                .setCollection(Collection.WEB_FORM)
                .setPersonal(FormPersonalData.newBuilder()
                        .setCustomerId(random.nextBoolean() ? "C-" + random.nextInt(25) : null)
                        .setEmail(email)
                        .setPhone(random.nextInt(6) == 0 ? "+35840123450" + random.nextInt(10) : null)
                        .build())
                .setStatements(List.of(FormStatement.newBuilder()
                        .setScope(Scope.EMAIL)
                        .setWill(random.nextBoolean() ? Will.GRANT : Will.REFUSE)
                        .build()))
                .build();
    }

    private void merge(TestInstallation lupa, List<ConsentState> everybody) {
        List<ConsentState> alone =
                everybody.stream().filter(state -> state.getSameAs() == null).toList();
        for (int i = 0; i < 3; i++) {
            Instant at = moment();
            String subjectId = any(alone).getSubjectId();
            lupa.write(
                    Topics.SUBJECT_LINKS,
                    subjectId,
                    SubjectLinked.newBuilder()
                            .setEventId(UUID.randomUUID())
                            .setSubjectId(subjectId)
                            .setSameAs(any(alone).getSubjectId())
                            .setGround(LinkGround.OPERATOR)
                            .setOccurredAt(at)
                            .setRecordedAt(at)
                            .build());
        }
    }

    /** Whatever may be said, also twice, also of statements that were mistakes. */
    private void say(TestInstallation lupa, List<ConsentState> everybody) {
        List<Raw> all = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            ConsentState state = any(everybody);
            Instant at = moment();
            Scope scope = any(List.of(Scope.values()));
            boolean topic = scope == Scope.MARKETING_USE && random.nextBoolean();
            boolean mistake = random.nextInt(8) == 0 && !state.getStatements().isEmpty();
            String point =
                    topic || random.nextBoolean() || state.getContactPoints().isEmpty()
                            ? null
                            : any(state.getContactPoints()).getId();
            ConsentChanged said = ConsentChanged.newBuilder()
                    .setEventId(UUID.randomUUID())
                    .setSubjectId(state.getSubjectId())
                    .setScope(scope)
                    .setTopic(topic ? "newsletter" : null)
                    .setWill(
                            mistake
                                    ? Will.INVALIDATE
                                    : any(List.of(Will.GRANT, Will.CONFIRM, Will.WITHDRAW, Will.PROHIBIT, Will.LIFT)))
                    .setAbout(mistake ? any(state.getStatements()).getEventId() : null)
                    .setContactPointId(point)
                    .setOccurredAt(at)
                    .setRecordedAt(at.plus(Duration.ofDays(random.nextInt(30))))
                    .setDoor(any(List.of(Door.LETTER, Door.PREFERENCE_PAGE, Door.IMPORT)))
                    .setValidUntil(random.nextInt(6) == 0 ? at.plus(Duration.ofDays(60)) : null)
                    .build();
            for (int times = random.nextInt(5) == 0 ? 2 : 1; times > 0; times--) {
                all.add(new Raw(said.getSubjectId(), lupa.bytes(Topics.CONSENT_CHANGES, said)));
            }
        }
        lupa.writeAll(Topics.CONSENT_CHANGES, all.stream());
    }

    private Instant moment() {
        return FIRST.plusSeconds(random.nextInt((int) ChronoUnit.SECONDS.between(FIRST, LAST)));
    }

    private <T> T any(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    private static Map<String, ConsentState> states(TestInstallation lupa) {
        Map<String, ConsentState> newest = new LinkedHashMap<>();
        lupa.read(Topics.CONSENT_STATE).forEach(record -> newest.put(record.key(), record.value()));
        newest.values().removeIf(state -> state == null);
        return newest;
    }

    private static void settled(TestInstallation lupa) throws InterruptedException {
        long before;
        do {
            before = lupa.end(Topics.CONSENT_STATE) + lupa.end(Topics.SUBJECT_NOTES);
            Thread.sleep(3_000);
        } while (lupa.end(Topics.CONSENT_STATE) + lupa.end(Topics.SUBJECT_NOTES) != before);
    }
}
