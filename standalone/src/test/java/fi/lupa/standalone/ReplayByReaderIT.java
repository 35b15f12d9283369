package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fi.lupa.edge.kafka.Installation;
import fi.lupa.edge.kafka.TopicSetup;
import fi.lupa.edge.settings.KafkaSettings;
import fi.lupa.edge.settings.RegistrySettings;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactKind;
import fi.lupa.event.ContactMade;
import fi.lupa.event.Customership;
import fi.lupa.event.Door;
import fi.lupa.event.KnownContactPoint;
import fi.lupa.event.Purpose;
import fi.lupa.event.RightExercised;
import fi.lupa.event.RightKind;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.Will;
import fi.lupa.permission.Terms;
import fi.lupa.schemas.registry.EventClasses;
import fi.lupa.schemas.registry.RegistryClient;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.embedded.GuardedKafka;
import fi.lupa.standalone.replay.Events;
import fi.lupa.standalone.replay.Interrupted;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** History comes out for whoever may read the topics and nothing else, whatever the broker and the clocks have done to them. */
class ReplayByReaderIT {

    private static final String READER = "reader";
    private static final String AUDITOR = "auditor";
    private static final int PARTITIONS = 2;
    private static final int PEOPLE = 20;
    private static final int GONE = 5;
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    @TempDir
    private static Path server;

    private static GuardedKafka kafka;
    private static Admin admin;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() throws Exception {
        EventClasses.trust();
        kafka = GuardedKafka.start(server.resolve("kafka"), READER, AUDITOR);
        admin = Admin.create(kafka.admin());
        mayRead(READER, READER + ".", PatternType.PREFIXED);
    }

    @AfterAll
    static void stop() {
        admin.close();
        kafka.close();
    }

    @Test
    void whoMayReadTheTopicsAndNothingElseTakesHistoryOut() throws Exception {
        String prefix = installation("rights");
        write(prefix, Topics.CAMPAIGN_DEFINITIONS, "spring", Events.campaign(NOON.minusSeconds(60)));
        write(prefix, Topics.CONSENT_STATE, "aino", state("aino", 1));
        write(prefix, Topics.CONSENT_CHANGES, "aino", Events.said("aino", Will.GRANT, Door.FORM, NOON, null));
        write(prefix, Topics.CAMPAIGN_CONTACTS, "aino", Events.contact("m-1", "aino", NOON.plusSeconds(60)));

        assertThat(replay(READER, prefix, "export", "--to=" + folder.resolve("history.duckdb")))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).containsPattern("consent.state +1 +0 +1 +0 +0 +1");
        assertThat(replay(READER, prefix, "as-of", "--at=2026-03-03", "--to=" + folder.resolve("then.ndjson")))
                .as(err.toString())
                .isZero();
        assertThat(Files.readString(folder.resolve("then.ndjson"))).contains("\"EMAIL\":{\"status\":\"GRANTED\"");
        assertThat(replay(READER, prefix, "what-if", "--policy=" + tried()))
                .as(err.toString())
                .isZero();
        assertThat(out.toString())
                .containsPattern("1 +made again, and as they were recorded")
                .contains("each of them is the same");

        TopicPartition partition = new TopicPartition(Topics.CONSENT_CHANGES.in(prefix), 0);
        // An idempotent one would be refused before it writes.
        Map<String, Object> plain = kafka.as(READER);
        plain.put("enable.idempotence", false);
        try (var producer = new KafkaProducer<>(plain, new StringSerializer(), new ByteArraySerializer())) {
            assertThatThrownBy(() -> producer.send(new ProducerRecord<>(partition.topic(), "aino", null))
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
        }
        Map<String, Object> grouped = kafka.as(READER);
        grouped.put("group.id", "analysts");
        try (var consumer = new KafkaConsumer<>(grouped, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            assertThatThrownBy(() -> consumer.commitSync(Map.of(partition, new OffsetAndMetadata(0))))
                    .isInstanceOf(GroupAuthorizationException.class);
        }
    }

    @Test
    void whoMayReadLessGetsWhatThatTellsAndIsToldWhatTheRestNeeds() throws Exception {
        String prefix = installation("less");
        for (Topic<?> topic : List.of(Topics.SUBJECT_RIGHTS, Topics.CONSENT_STATE, Topics.CONSENT_CHANGES)) {
            mayRead(AUDITOR, topic.in(prefix), PatternType.LITERAL);
        }
        assertThat(replay(AUDITOR, prefix, "as-of", "--at=2026-03-03", "--to=" + folder.resolve("then.ndjson")))
                .as(err.toString())
                .isZero();
        assertThat(replay(AUDITOR, prefix, "export", "consent.changes", "--to=" + folder.resolve("said.parquet")))
                .as(err.toString())
                .isZero();
        assertThat(replay(AUDITOR, prefix, "what-if", "--policy=" + tried())).isEqualTo(1);
        assertThat(err.toString()).contains("READ is what replay needs", prefix + "consent.stops");
    }

    @Test
    void whatWasKilledGoesOnAndEndsAsIfItHadNotBeen() throws Exception {
        String prefix = installation("killed");
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
        records.add(record(prefix, Topics.CAMPAIGN_DEFINITIONS, "spring", communication(NOON.minusSeconds(60))));
        for (int i = 0; i < PEOPLE; i++) {
            String id = "person-" + i;
            records.add(record(prefix, Topics.CONSENT_STATE, id, state(id, 1)));
            if (i % 2 == 0) {
                records.add(
                        record(prefix, Topics.CONSENT_CHANGES, id, Events.said(id, Will.GRANT, Door.FORM, NOON, null)));
            }
            records.add(record(prefix, Topics.CAMPAIGN_CONTACTS, id, contact("m-1", id, NOON.plusSeconds(60))));
        }
        write(records);
        Path asOf = folder.resolve("as-of.ndjson");
        Path whatIf = folder.resolve("what-if.ndjson");
        Path states = folder.resolve("states.duckdb");
        Path late = folder.resolve("late.duckdb");
        Interrupted replay = new Interrupted(
                installation(READER, prefix),
                RegistryClient.shared(Map.of("schema.registry.url", Infrastructure.registryUrl())));
        replay.asOf(asOf, PEOPLE / 2 - 1);
        replay.whatIf(whatIf, PEOPLE - 1);
        replay.export(Topics.CONSENT_STATE, states);
        replay.export(Topics.CONSENT_STATE, late);
        // As a kill while the result is written leaves it.
        Files.copy(folder.resolve("as-of.ndjson.events"), folder.resolve("as-of.ndjson.part"));
        Files.copy(folder.resolve("as-of.ndjson.events.wal"), folder.resolve("as-of.ndjson.part.wal"));

        // What was read has been replaced, and what was not is compacted away.
        records.clear();
        for (int i = 0; i < PEOPLE; i++) {
            String id = "person-" + i;
            records.add(record(prefix, Topics.CONSENT_STATE, id, i == 0 ? null : state(id, 2)));
        }
        records.add(record(
                prefix,
                Topics.CONSENT_CHANGES,
                "person-2",
                Events.said("person-2", Will.WITHDRAW, Door.LETTER, NOON.plusSeconds(30), null)));
        records.add(
                record(prefix, Topics.CAMPAIGN_CONTACTS, "person-3", contact("m-2", "person-3", NOON.plusSeconds(90))));
        write(records);
        compact(Topics.CONSENT_STATE.in(prefix));
        awaitTrue(() -> countOf(Topics.CONSENT_STATE.in(prefix)) == PEOPLE + PARTITIONS);

        assertThat(replay(READER, prefix, "export", "consent.state", "--to=" + states))
                .as(err.toString())
                .isZero();
        assertThat(texts(
                        "states.duckdb",
                        "SELECT count(DISTINCT subjectId) FROM consent_state WHERE NOT _deleted AND revision = 2"))
                .as("of each key the newest record is there")
                .containsExactly(Integer.toString(PEOPLE - 1));

        write(List.of(record(prefix, Topics.SUBJECT_RIGHTS, "person-0", erased("person-0"))));
        goesOn(prefix, asOf, "as-of", "--at=2026-03-03");
        assertThat(Files.readString(asOf)).contains("\"status\":\"GRANTED\"", "\"WITHDRAWN\"", "\"erased\":true");
        goesOn(prefix, whatIf, "what-if", "--policy=" + tried());
        assertThat(Files.readAllLines(whatIf)).hasSizeGreaterThan(PEOPLE / 2);
        assertThat(replay(READER, prefix, "export", "consent.state", "--to=" + late))
                .as("nothing of the erased is gone on with")
                .isNotZero();
        assertThat(err.toString()).contains("somebody has been erased since", "late.duckdb.part");
        Files.delete(folder.resolve("late.duckdb.part"));
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.contains(".events") || name.contains(".part"));
        }
    }

    /** Goes on with what was killed, and compares it with what is done at one go. */
    private void goesOn(String prefix, Path killed, String command, String option) throws Exception {
        List<String> told = told(prefix, command, option, "--to=" + killed);
        Matcher read = Pattern.compile("Going on with what was begun before: (\\d+) records are read")
                .matcher(err.toString());
        assertThat(read.find()).as(err.toString()).isTrue();
        assertThat(Integer.parseInt(read.group(1))).as("before it was killed").isPositive();
        err.getBuffer().setLength(0);
        Path other = folder.resolve("uninterrupted-" + killed.getFileName());
        assertThat(told).isNotEmpty().isEqualTo(told(prefix, command, option, "--to=" + other));
        assertThat(err.toString()).doesNotContain("Going on");
        assertThat(Files.readAllLines(killed))
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(Files.readAllLines(other));
    }

    /** What a command tells of its result. */
    private List<String> told(String prefix, String... arguments) throws Exception {
        out.getBuffer().setLength(0);
        assertThat(replay(READER, prefix, arguments)).as(err.toString()).isZero();
        return out.toString()
                .lines()
                .filter(line -> !line.contains("records read") && !line.contains("is written"))
                .toList();
    }

    /** Of a purpose that needs no consent yet. */
    private static CampaignDefined communication(Instant at) {
        return CampaignDefined.newBuilder(Events.campaign(at))
                .setPurpose(Purpose.CUSTOMER_COMMUNICATION)
                .build();
    }

    private static ContactMade contact(String message, String subject, Instant at) {
        return ContactMade.newBuilder(Events.contact(message, subject, at))
                .setPurpose(Purpose.CUSTOMER_COMMUNICATION)
                .build();
    }

    private static RightExercised erased(String subject) {
        return RightExercised.newBuilder()
                .setEventId(UUID.randomUUID())
                .setSubjectId(subject)
                .setKind(RightKind.ERASED)
                .setRecordedAt(Instant.now())
                .setRecordedBy("protection")
                .build();
    }

    /** Has the broker remove what is replaced: all but what is written from now on. */
    private static void compact(String topic) throws Exception {
        admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic),
                        Stream.of("segment.ms", "max.compaction.lag.ms")
                                .map(name -> new AlterConfigOp(new ConfigEntry(name, "100"), AlterConfigOp.OpType.SET))
                                .toList()))
                .all()
                .get();
        Thread.sleep(300);
        write(IntStream.range(0, PARTITIONS)
                .mapToObj(
                        partition -> new ProducerRecord<String, byte[]>(topic, partition, "nobody-" + partition, null))
                .toList());
    }

    private static long countOf(String topic) {
        try (var consumer = new KafkaConsumer<>(kafka.admin(), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long count = 0;
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                count += consumer.poll(Duration.ofMillis(100)).count();
            }
            return count;
        }
    }

    private List<String> texts(String file, String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Connection from = DriverManager.getConnection("jdbc:duckdb:" + folder.resolve(file));
                Statement statement = from.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                texts.add(found.getString(1));
            }
        }
        return texts;
    }

    private static void mayRead(String name, String topic, PatternType as) throws Exception {
        AclBinding rule = new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, as),
                new AccessControlEntry("User:" + name, "*", AclOperation.READ, AclPermissionType.ALLOW));
        admin.createAcls(List.of(rule)).all().get();
        // The controller has it before the broker goes by it.
        awaitTrue(() -> !admin.describeAcls(rule.toFilter()).values().get().isEmpty());
    }

    /** Topics of its own, under a prefix that the reader may read. */
    private static String installation(String name) {
        String prefix = READER + "." + name + ".";
        new TopicSetup(admin, prefix).create(PARTITIONS, (short) 1);
        return prefix;
    }

    private static <V extends SpecificRecord> void write(String prefix, Topic<V> topic, String key, V event)
            throws Exception {
        write(List.of(record(prefix, topic, key, event)));
    }

    private static <V extends SpecificRecord> ProducerRecord<String, byte[]> record(
            String prefix, Topic<V> topic, String key, V event) {
        return new ProducerRecord<>(topic.in(prefix), key, event == null ? null : bytes(prefix, topic, event));
    }

    private static void write(List<ProducerRecord<String, byte[]>> records) throws Exception {
        Map<String, Object> config = kafka.admin();
        // Each a batch of its own, so that a client can be given one alone.
        config.put("batch.size", 0);
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            for (var sent : records.stream().map(producer::send).toList()) {
                sent.get();
            }
        }
    }

    private static <V extends SpecificRecord> byte[] bytes(String prefix, Topic<V> topic, V event) {
        RegistrySettings registry = CommandLine.populateCommand(
                new RegistrySettings(), "--schema-registry-url=" + Infrastructure.registryUrl());
        return new Installation(new KafkaSettings(), registry)
                .of(topic)
                .serializer()
                .serialize(topic.in(prefix), event);
    }

    private Installation installation(String name, String prefix) throws Exception {
        return new Installation(
                CommandLine.populateCommand(
                        new KafkaSettings(),
                        "--bootstrap-servers=" + kafka.bootstrapServers(),
                        "--kafka-config=" + kafka.config(name, folder),
                        "--topic-prefix=" + prefix),
                CommandLine.populateCommand(
                        new RegistrySettings(), "--schema-registry-url=" + Infrastructure.registryUrl()));
    }

    private static ConsentState state(String subjectId, int revision) {
        return ConsentState.newBuilder()
                .setSubjectId(subjectId)
                .setKind(SubjectKind.PERSON)
                .setKindSince(NOON)
                .setContactPoints(List.of(new KnownContactPoint(ContactKind.EMAIL, subjectId, NOON, NOON, false)))
                .setCustomership(Customership.NONE)
                .setRevision(revision)
                .build();
    }

    /** A policy by which customer communication by email needs a consent. */
    private Path tried() throws Exception {
        Path file = folder.resolve("tried.yaml");
        try (var own = Terms.class.getResourceAsStream("policy.yaml")) {
            String yaml = new String(own.readAllBytes(), StandardCharsets.UTF_8);
            return Files.writeString(
                    file,
                    yaml.replaceFirst("(?m)^version: .*$", "version: tried")
                            .replaceFirst(
                                    "person:       \\{ EMAIL: always, MOBILE: always, PHONE: always, POST: always }      # R6",
                                    "person:       { EMAIL: opt-in, MOBILE: always, PHONE: always, POST: always }"));
        }
    }

    /** By the command's own options, as the named one. */
    private int replay(String name, String prefix, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("replay"));
        all.addAll(Arrays.asList(arguments));
        all.add("--bootstrap-servers=" + kafka.bootstrapServers());
        all.add("--kafka-config=" + kafka.config(name, folder));
        all.add("--schema-registry-url=" + Infrastructure.registryUrl());
        all.add("--topic-prefix=" + prefix);
        return Lupa.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }
}
