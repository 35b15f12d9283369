package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.edge.kafka.TopicSetup;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.Customership;
import fi.lupa.event.Door;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.replay.Events;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics as years leave them, with offsets missing and times out of order, come out whole, and their books balance. */
class UnevenTopicsIT {

    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final int PARTITIONS = 4;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void whatCompactionRemovedIsAHole() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("compacted", folder);
                Admin admin = admin(lupa)) {
            new TopicSetup(admin, lupa.prefix()).create(PARTITIONS, (short) 1);
            int subjects = 10;
            int revisions = 6;
            lupa.writeAll(
                    Topics.CONSENT_STATE,
                    IntStream.range(0, subjects * revisions)
                            .mapToObj(i -> new TestInstallation.Raw(
                                    "subject-" + i % subjects,
                                    lupa.bytes(Topics.CONSENT_STATE, state(i % subjects, i / subjects)))));
            compact(lupa, admin);
            // The newest of each subject, and the tombstone that began each partition's next segment.
            awaitTrue(() -> lupa.read(Topics.CONSENT_STATE).size() == subjects + PARTITIONS);
            alter(admin, ConfigResource.Type.BROKER, "", byDefault("log.cleaner.backoff.ms"));

            assertThat(export(lupa, "consent.state", "--to=" + folder.resolve("states.duckdb")))
                    .as(err.toString())
                    .isZero();

            int written = subjects * revisions + PARTITIONS;
            int left = subjects + PARTITIONS;
            assertThat(out.toString())
                    .containsPattern(
                            "consent.state +%d +%d +%d +0 +0 +%d".formatted(written, written - left, left, left))
                    .contains("Compacted, so that of each key the newest record is there");
            assertThat(texts(
                            "states.duckdb",
                            "SELECT subjectId || ' ' || revision FROM consent_state WHERE NOT _deleted"))
                    .containsExactlyInAnyOrderElementsOf(IntStream.range(0, subjects)
                            .mapToObj(i -> "subject-%d %d".formatted(i, revisions - 1))
                            .toList());
            assertThat(texts("states.duckdb", "SELECT count(*) FROM consent_state WHERE _deleted"))
                    .containsExactly(Integer.toString(PARTITIONS));
        }
    }

    /** The log's clock goes an hour back after a third of the records, and forth again; the events' never agreed with it. */
    @Test
    void aClockSetBackBringsNothingIntoAPeriodNorTakesItOut() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("set-back", folder);
                Admin admin = admin(lupa)) {
            createWithTheWritersTimes(lupa, admin);
            new TopicSetup(admin, lupa.prefix()).create(PARTITIONS, (short) 1);
            List<Written> all = IntStream.range(0, 60)
                    .mapToObj(i -> new Written(
                            i,
                            NOON.plusSeconds(i).minus(i / 20 == 1 ? Duration.ofHours(1) : Duration.ZERO),
                            NOON.plusSeconds(i * 37 % 60)))
                    .toList();
            write(lupa, all);

            Instant anHourBefore = NOON.minus(Duration.ofHours(1));
            for (Period period : List.of(
                    new Period(NOON.plusSeconds(10), NOON.plusSeconds(50)),
                    new Period(anHourBefore.plusSeconds(25), NOON.plusSeconds(5)),
                    new Period(NOON, null),
                    new Period(null, NOON.plusSeconds(1)))) {
                for (String by : List.of("event", "log")) {
                    assertThat(exported(lupa, period, by))
                            .as("%s by %s", period, by)
                            .isEqualTo(all.stream()
                                    .filter(one -> period.has(by.equals("log") ? one.log() : one.event()))
                                    .map(Written::number)
                                    .collect(Collectors.toCollection(TreeSet::new)));
                }
            }

            // With its first 25 records the topic has lost 20 of the period, though the first that is left is of before
            // it.
            TopicPartition first = new TopicPartition(Topics.CONSENT_CHANGES.in(lupa.prefix()), 0);
            admin.deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(25)))
                    .all()
                    .get();
            assertThat(exported(lupa, new Period(NOON, null), "log")).hasSize(20);
            assertThat(out.toString())
                    .contains(
                            "consent.changes no longer has its first 25 records; the first that is left was written at "
                                    + all.get(25).log());
        }
    }

    private record Written(int number, Instant log, Instant event) {}

    private record Period(Instant from, Instant until) {

        boolean has(Instant at) {
            return (from == null || !at.isBefore(from)) && (until == null || at.isBefore(until));
        }
    }

    private Set<Integer> exported(TestInstallation lupa, Period period, String by) throws Exception {
        Path file = folder.resolve("period.duckdb");
        Files.deleteIfExists(file);
        List<String> arguments = new ArrayList<>(List.of("consent.changes", "--by=" + by, "--to=" + file));
        if (period.from() != null) {
            arguments.add("--from=" + period.from());
        }
        if (period.until() != null) {
            arguments.add("--until=" + period.until());
        }
        assertThat(export(lupa, arguments.toArray(String[]::new)))
                .as(err.toString())
                .isZero();
        return texts("period.duckdb", "SELECT replace(subjectId, 'subject-', '') FROM consent_changes").stream()
                .map(Integer::valueOf)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Born so: a broker follows an altered setting only after a while. */
    private static void createWithTheWritersTimes(TestInstallation lupa, Admin admin) throws Exception {
        Map<String, String> configs = new HashMap<>(Topics.CONSENT_CHANGES.configs());
        configs.put("message.timestamp.type", "CreateTime");
        admin.createTopics(List.of(
                        new NewTopic(Topics.CONSENT_CHANGES.in(lupa.prefix()), PARTITIONS, (short) 1).configs(configs)))
                .all()
                .get();
    }

    /** To one partition, so that the order is theirs. */
    private static void write(TestInstallation lupa, List<Written> all) throws Exception {
        String topic = Topics.CONSENT_CHANGES.in(lupa.prefix());
        Map<String, Object> config = Map.of("bootstrap.servers", lupa.brokers(), "acks", "all");
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            for (Written one : all) {
                String subject = "subject-" + one.number();
                ConsentChanged said = Events.said(subject, Will.GRANT, Door.FORM, one.event(), null);
                byte[] value = lupa.bytes(Topics.CONSENT_CHANGES, said);
                producer.send(new ProducerRecord<>(topic, 0, one.log().toEpochMilli(), subject, value))
                        .get();
            }
        }
    }

    private static ConsentState state(int subject, int revision) {
        return ConsentState.newBuilder()
                .setSubjectId("subject-" + subject)
                .setKind(SubjectKind.PERSON)
                .setKindSince(NOON)
                .setContactPoints(List.of())
                .setTags(List.of())
                .setCustomership(Customership.NONE)
                .setRevision(revision)
                .build();
    }

    /** The broker's day in a moment, and a write that begins a new segment: the one that is written to is not compacted. */
    private static void compact(TestInstallation lupa, Admin admin) throws Exception {
        Topic<?> topic = Topics.CONSENT_STATE;
        alter(admin, ConfigResource.Type.BROKER, "", set("log.cleaner.backoff.ms", "100"));
        alter(
                admin,
                ConfigResource.Type.TOPIC,
                topic.in(lupa.prefix()),
                set("segment.ms", "100"),
                set("max.compaction.lag.ms", "100"),
                set("min.cleanable.dirty.ratio", "0.01"));
        Thread.sleep(200);
        Map<String, Object> config = Map.of("bootstrap.servers", lupa.brokers(), "acks", "all");
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                producer.send(new ProducerRecord<>(topic.in(lupa.prefix()), partition, "nobody".getBytes(UTF_8), null))
                        .get();
            }
        }
    }

    private static void alter(Admin admin, ConfigResource.Type type, String name, AlterConfigOp... settings)
            throws Exception {
        admin.incrementalAlterConfigs(Map.of(new ConfigResource(type, name), List.of(settings)))
                .all()
                .get();
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), OpType.SET);
    }

    private static AlterConfigOp byDefault(String name) {
        return new AlterConfigOp(new ConfigEntry(name, null), OpType.DELETE);
    }

    private static Admin admin(TestInstallation lupa) {
        return Admin.create(Map.of("bootstrap.servers", lupa.brokers()));
    }

    private List<String> texts(String file, String sql) throws Exception {
        List<String> texts = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + folder.resolve(file));
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                texts.add(found.getString(1));
            }
        }
        return texts;
    }

    private int export(TestInstallation lupa, String... arguments) {
        List<String> all = Stream.of(
                        Stream.of("replay", "export"),
                        Stream.of(arguments),
                        Stream.of(
                                "--bootstrap-servers=" + lupa.brokers(),
                                "--schema-registry-url=" + Infrastructure.registryUrl(),
                                "--topic-prefix=" + lupa.prefix()))
                .flatMap(one -> one)
                .toList();
        return Lupa.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }
}
