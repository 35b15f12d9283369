package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.DPO;
import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.edge.kafka.TopicSetup;
import fi.lupa.edge.service.RunningService;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Door;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import fi.lupa.schemas.registry.EventClasses;
import fi.lupa.schemas.registry.RegistryClient;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** History comes out of the topics as it lies there, of people without who they are, and every record is accounted for. */
class ReplayIT {

    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final String ORDER = """
            {"ground": "REQUEST_OF_THE_PERSON", "evidence": "letters/2026/17", "identityCheck": "passport at the desk"}""";

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void peopleComeOutAsPseudonymsTheErasedAsErasedAndToTheOfficerAlone() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("history", folder);
                Admin admin = admin(lupa)) {
            RunningService consent = lupa.consentStream();
            RunningService router = lupa.campaignRouter();
            for (String name : List.of("zoe.quercus", "eero")) {
                assertThat(Http.post(
                                        consent.url().resolve("/v1/forms/registration"),
                                        lupa.keys.site(),
                                        "application/x-www-form-urlencoded",
                                        "customer_number=CUST-%s&name=Quercus&email=%s%%40example.com&email_consent=yes"
                                                .formatted(name, name))
                                .status())
                        .isEqualTo(202);
            }
            Http.put(router.url().resolve("/v1/campaigns/spring"), lupa.keys.marketer(), """
                    {"name": "Spring", "purpose": "DIRECT_MARKETING", "channels": ["EMAIL"],
                     "processor": {"name": "Postittaja Oy", "country": "FI"}}""");
            awaitTrue(() ->
                    subject(lupa, consent, "CUST-eero") != null && subject(lupa, consent, "CUST-zoe.quercus") != null);
            awaitTrue(() -> {
                Http.postJson(
                        router.url().resolve("/v1/campaigns/spring/messages"), lupa.keys.campaign(), """
                        {"messageId": "%s", "channel": "EMAIL", "recipient": {"email": "zoe.quercus@example.com"}}""".formatted(
                                        UUID.randomUUID()));
                return lupa.end(Topics.cleared(fi.lupa.permission.Channel.EMAIL)) > 0;
            });
            String zoe = subject(lupa, consent, "CUST-zoe.quercus");
            String eero = subject(lupa, consent, "CUST-eero");
            var erasure = consent.url().resolve("/v1/subjects/" + zoe + "/erasure");
            awaitTrue(() -> Http.postJson(erasure, DPO, ORDER).status() == 202);
            awaitTrue(() -> Http.get(erasure, DPO).body().at("/status").asText().equals("CARRIED_OUT"));
            lupa.stop(router);
            lupa.stop(consent);
            var groups = admin.listGroups().all().get();

            assertThat(export(lupa, "--to=" + folder.resolve("history.duckdb")))
                    .as(err.toString())
                    .isZero();
            try (Connection history = open("history.duckdb")) {
                for (Topic<?> topic : Topics.all()) {
                    assertThat(number(
                                    history,
                                    "SELECT count(*) FROM " + topic.name().replace('.', '_')))
                            .as(topic.name())
                            .isEqualTo(lupa.read(topic).size());
                }
                assertThat(texts(
                                history,
                                "SELECT _key || ' ' || _erased FROM forms_submitted WHERE formId = 'registration'"))
                        .containsExactlyInAnyOrder(zoe + " true", eero + " false");
                assertThat(number(
                                history,
                                "SELECT count(*) FROM consent_changes WHERE subjectId = '%s' AND NOT _erased"
                                        .formatted(zoe)))
                        .isZero();
            }
            assertThat(export(lupa, "--to=" + folder.resolve("texts"), "--format=ndjson"))
                    .isZero();
            assertThat(traces(folder.resolve("texts"), "quercus", "Quercus", "eero@", "CUST-", "http://"))
                    .isEmpty();

            assertThat(export(lupa, "forms.submitted", "--open", "--to=" + folder.resolve("no.parquet")))
                    .isEqualTo(2);
            assertThat(export(
                            lupa,
                            "forms.submitted",
                            "--open",
                            "--access-key=" + lupa.keys.operator(),
                            "--keys=" + folder.resolve("keys.yaml"),
                            "--master-key=" + lupa.keys.masterKey(),
                            "--to=" + folder.resolve("no.parquet")))
                    .isEqualTo(2);
            assertThat(err.toString()).contains("not a key of the role dpo");
            assertThat(folder.resolve("no.parquet")).doesNotExist();
            long audited = lupa.end(Topics.AUDIT_EVENTS);
            assertThat(export(
                            lupa,
                            "forms.submitted",
                            "consent.state",
                            "campaign.messages",
                            "--open",
                            "--access-key=" + DPO,
                            "--keys=" + folder.resolve("keys.yaml"),
                            "--master-key=" + lupa.keys.masterKey(),
                            "--to=" + folder.resolve("opened"),
                            "--format=ndjson"))
                    .as(err.toString())
                    .isZero();
            assertThat(lupa.end(Topics.AUDIT_EVENTS)).isEqualTo(audited + 1);
            assertThat(traces(folder.resolve("opened"), "eero@example.com")).isNotEmpty();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("opened"))))
                    .isEqualTo("rwx------");
            assertThat(traces(folder.resolve("opened"), "quercus", "wrappedKey", "sealed"))
                    .isEmpty();
            assertThat(admin.listGroups().all().get()).as("no group was joined").hasSameSizeAs(groups);
        }
    }

    @Test
    void everyRecordIsARowOrAccountedFor() throws Exception {
        EventClasses.trust();
        try (TestInstallation lupa = TestInstallation.named("accounts", folder);
                Admin admin = admin(lupa)) {
            new TopicSetup(admin, lupa.prefix()).create(4, (short) 1);
            RegistryClient registry =
                    RegistryClient.shared(Map.of("schema.registry.url", Infrastructure.registryUrl()));
            Schema today = Topics.CONSENT_CHANGES.schema();
            Schema first = version(today, "door2", "topic");
            Schema third = version(today, "mood", null);
            String subject = Topics.CONSENT_CHANGES.subject(lupa.prefix());
            int firstId = registry.register(subject, first);
            registry.register(subject, today);
            int thirdId = registry.register(subject, third);

            lupa.writeAll(
                    Topics.CONSENT_CHANGES,
                    Stream.of(
                                    IntStream.range(0, 50).mapToObj(i -> raw(firstId, first, said(i), "by hand")),
                                    IntStream.range(50, 120)
                                            .mapToObj(i -> new TestInstallation.Raw(
                                                    "subject-" + i % 7, lupa.bytes(Topics.CONSENT_CHANGES, said(i)))),
                                    IntStream.range(120, 150).mapToObj(i -> raw(thirdId, third, said(i), "glad")))
                            .flatMap(one -> one));
            lupa.write(Topics.CONSENT_CHANGES, "subject-1", "no event".getBytes(UTF_8));
            aborted(lupa, said(1000));

            assertThat(export(lupa, "consent.changes", "--to=" + folder.resolve("all.duckdb")))
                    .as(err.toString())
                    .isZero();
            // One aborted record and the mark that ends its transaction are holes.
            assertThat(out.toString())
                    .containsPattern("consent.changes +153 +2 +151 +0 +1 +150")
                    .contains("Not readable", "not in the wire format", "consent.changes door2, consent.changes mood");
            try (Connection all = open("all.duckdb")) {
                assertThat(texts(all, "SELECT column_name FROM (DESCRIBE consent_changes)"))
                        .as("a field that today's schema does not know may be anything")
                        .contains("topic", "will")
                        .doesNotContain("mood", "door2");
                assertThat(texts(all, "SELECT typeof(will) FROM consent_changes LIMIT 1")
                                .get(0))
                        .startsWith("ENUM('GRANT'");
                assertThat(number(all, "SELECT count(DISTINCT eventId) FROM consent_changes"))
                        .isEqualTo(150);
                assertThat(number(all, "SELECT count(*) FROM consent_changes WHERE occurredAt = recordedAt"))
                        .isEqualTo(150);
            }

            assertThat(export(
                            lupa,
                            "consent.changes",
                            "--open",
                            "--access-key=" + DPO,
                            "--keys=" + folder.resolve("keys.yaml"),
                            "--master-key=" + lupa.keys.masterKey(),
                            "--to=" + folder.resolve("opened.duckdb")))
                    .as(err.toString())
                    .isZero();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("opened.duckdb"))))
                    .isEqualTo("rw-------");
            try (Connection opened = open("opened.duckdb")) {
                assertThat(texts(opened, "SELECT count(mood) || ' ' || count(door2) FROM consent_changes"))
                        .as("the three versions are one table")
                        .containsExactly("30 50");
            }

            assertThat(export(
                            lupa,
                            "consent.changes",
                            "--from=2026-03-02T12:01:00Z",
                            "--until=2026-03-02T12:01:10Z",
                            "--subject=subject-3",
                            "--to=" + folder.resolve("some.csv")))
                    .isZero();
            assertThat(Files.readAllLines(folder.resolve("some.csv"))).hasSize(1 + occurrences(60, 70, 3));

            assertThat(export(lupa, "consent.changes", "--until=2020-01-01", "--to=" + folder.resolve("none.parquet")))
                    .as("an empty period is an empty table")
                    .isZero();
            try (Connection none = DriverManager.getConnection("jdbc:duckdb:")) {
                assertThat(number(none, "SELECT count(*) FROM '%s'".formatted(folder.resolve("none.parquet"))))
                        .isZero();
            }
            assertThat(export(lupa, "consent.changes", "--to=" + folder.resolve("none.parquet")))
                    .as("what is there is not written over")
                    .isEqualTo(2);

            // What retention took is said.
            for (int partition = 0; partition < 4; partition++) {
                admin.deleteRecords(Map.of(
                                new TopicPartition(Topics.CONSENT_CHANGES.in(lupa.prefix()), partition),
                                RecordsToDelete.beforeOffset(2)))
                        .all()
                        .get();
            }
            assertThat(export(lupa, "consent.changes", "--to=" + folder.resolve("later.parquet")))
                    .isZero();
            assertThat(out.toString())
                    .contains(
                            "consent.changes no longer has its first 8 records; the first that is left was written at ");
        }
    }

    @Test
    void aNewConsumerIsFedFromATopicOfItsOwn() throws Exception {
        EventClasses.trust();
        try (TestInstallation lupa = TestInstallation.named("fed", folder);
                Admin admin = admin(lupa)) {
            new TopicSetup(admin, lupa.prefix()).create(4, (short) 1);
            lupa.writeAll(
                    Topics.CONSENT_CHANGES,
                    IntStream.range(0, 200)
                            .mapToObj(i -> new TestInstallation.Raw(
                                    "subject-" + i % 7, lupa.bytes(Topics.CONSENT_CHANGES, said(i)))));
            String target = "replay.statements-of-" + lupa.prefix().replace(".", "");
            assertThat(run(lupa, "feed", "consent.changes", "--to=" + lupa.prefix() + "campaign.messages"))
                    .isEqualTo(2);
            assertThat(run(lupa, "feed", "campaign.messages", "--to=" + target)).isEqualTo(2);
            assertThat(err.toString()).contains("begin with \"replay.\"", "personal data in the clear");

            long began = System.nanoTime();
            assertThat(run(
                            lupa,
                            "feed",
                            "consent.changes",
                            "--to=" + target,
                            "--from=2026-03-02T12:00:50Z",
                            "--rate=100",
                            "--progress-file=" + folder.resolve("feed")))
                    .as(err.toString())
                    .isZero();
            assertThat(System.nanoTime() - began)
                    .as("at most a hundred a second")
                    .isGreaterThan(1_400_000_000L);
            assertThat(out.toString())
                    .contains("consent.changes: 200 records read = 150 written to " + target
                            + " + 50 left out + 0 unreadable.");
            assertThat(folder.resolve("feed")).doesNotExist();
            Topic<ConsentChanged> fed =
                    new Topic<>(target, "subjectId", ConsentChanged.class, true, false, null, "replay");
            var records = lupa.read(fed, "");
            assertThat(records).hasSize(150);
            assertThat(records).allSatisfy(record -> assertThat(record.key())
                    .isEqualTo(record.value().getSubjectId()));
        }
    }

    private static int occurrences(int from, int until, int seventh) {
        return (int) IntStream.range(from, until).filter(i -> i % 7 == seventh).count();
    }

    private static ConsentChanged said(int number) {
        Instant at = NOON.plusSeconds(number);
        return ConsentChanged.newBuilder()
                .setEventId(new UUID(7, number))
                .setSubjectId("subject-" + number % 7)
                .setScope(Scope.EMAIL)
                .setWill(Will.GRANT)
                .setOccurredAt(at)
                .setRecordedAt(at)
                .setDoor(Door.FORM)
                .build();
    }

    /** Today's schema with one field more and, where it is named, another less. */
    private static Schema version(Schema today, String more, String less) {
        List<Schema.Field> fields = new ArrayList<>();
        today.getFields().stream()
                .filter(field -> !field.name().equals(less))
                .forEach(field -> fields.add(new Schema.Field(field, field.schema())));
        fields.add(new Schema.Field(
                more,
                Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING)),
                null,
                Schema.Field.NULL_DEFAULT_VALUE));
        return Schema.createRecord(today.getName(), today.getDoc(), today.getNamespace(), false, fields);
    }

    private static TestInstallation.Raw raw(int id, Schema by, ConsentChanged said, String value) {
        GenericRecord record = new GenericData.Record(by);
        for (Schema.Field each : by.getFields()) {
            Schema.Field known = said.getSchema().getField(each.name());
            Object found = known == null ? value : said.get(known.pos());
            record.put(
                    each.pos(),
                    found instanceof Instant at
                            ? (Object) at.toEpochMilli()
                            : found instanceof Enum<?> || found instanceof UUID
                                    ? generic(each.schema(), found)
                                    : found);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            bytes.write(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
            var encoder = EncoderFactory.get().binaryEncoder(bytes, null);
            new GenericDatumWriter<GenericRecord>(by).write(record, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new TestInstallation.Raw(said.getSubjectId(), bytes.toByteArray());
    }

    private static Object generic(Schema schema, Object found) {
        return found instanceof Enum<?> ? new GenericData.EnumSymbol(schema, found.toString()) : found.toString();
    }

    private static void aborted(TestInstallation lupa, ConsentChanged said) throws Exception {
        Map<String, Object> config =
                Map.of("bootstrap.servers", lupa.brokers(), "transactional.id", "aborted-" + lupa.prefix());
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(
                            Topics.CONSENT_CHANGES.in(lupa.prefix()),
                            said.getSubjectId(),
                            lupa.bytes(Topics.CONSENT_CHANGES, said)))
                    .get();
            producer.abortTransaction();
        }
    }

    private int export(TestInstallation lupa, String... arguments) {
        return run(
                lupa,
                Stream.concat(Stream.of("export"), Arrays.stream(arguments)).toArray(String[]::new));
    }

    private int run(TestInstallation lupa, String... arguments) {
        List<String> all = new ArrayList<>(List.of("replay"));
        all.addAll(Arrays.asList(arguments));
        all.add("--bootstrap-servers=" + lupa.brokers());
        all.add("--schema-registry-url=" + Infrastructure.registryUrl());
        all.add("--topic-prefix=" + lupa.prefix());
        return Lupa.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    private static Admin admin(TestInstallation lupa) {
        return Admin.create(Map.of("bootstrap.servers", lupa.brokers()));
    }

    private static String subject(TestInstallation lupa, RunningService consent, String customer) {
        Http.Answer answer =
                Http.get(consent.url().resolve("/v1/subjects?customerId=" + customer), lupa.keys.operator());
        return answer.status() == 200 ? answer.body().at("/subjectId").asText() : null;
    }

    private Connection open(String file) throws SQLException {
        return DriverManager.getConnection("jdbc:duckdb:" + folder.resolve(file));
    }

    private static long number(Connection from, String sql) throws SQLException {
        try (Statement statement = from.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            found.next();
            return found.getLong(1);
        }
    }

    private static List<String> texts(Connection from, String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = from.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                texts.add(found.getString(1));
            }
        }
        return texts;
    }

    private static List<String> traces(Path files, String... words) throws IOException {
        List<String> traces = new ArrayList<>();
        try (Stream<Path> all = Files.list(files)) {
            for (Path file : all.toList()) {
                String text = Files.readString(file);
                Arrays.stream(words)
                        .filter(text::contains)
                        .forEach(word -> traces.add(file.getFileName() + " has " + word));
            }
        }
        return traces;
    }
}
