package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.DPO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fi.lupa.edge.kafka.TopicSetup;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Door;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.embedded.GuardedKafka;
import fi.lupa.standalone.replay.Events;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may read the topics may export them, and whatever else they try with that right, the broker refuses. */
class ReadingRightsIT {

    private static final String ANALYST = "analyst";
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void theRightToReadIsAllThatAnExportNeeds() throws Exception {
        try (GuardedKafka kafka = new GuardedKafka(Files.createDirectory(folder.resolve("kafka")), ANALYST);
                TestInstallation lupa = new TestInstallation(
                        kafka.bootstrapServers(), Infrastructure.registryUrl(), "guarded", folder);
                Admin owner = Admin.create(kafka.asOwner())) {
            new TopicSetup(owner, lupa.prefix()).create(2, (short) 1);
            write(kafka, lupa, List.of("aino", "eero", "liisa"));
            grantReading(owner, lupa, Topics.CONSENT_CHANGES, Topics.SUBJECT_RIGHTS);

            assertThat(export(kafka, lupa, "consent.changes", "--to=" + folder.resolve("all.csv")))
                    .as(err.toString())
                    .isZero();
            assertThat(Files.readAllLines(folder.resolve("all.csv"))).hasSize(1 + 3);

            assertThat(export(kafka, lupa, "consent.state", "--to=" + folder.resolve("none.csv")))
                    .as("what was not granted is not read")
                    .isEqualTo(1);
            assertThat(err.toString())
                    .contains("READ is what replay needs of topics", Topics.CONSENT_STATE.in(lupa.prefix()));
            assertThat(export(
                            kafka,
                            lupa,
                            "consent.changes",
                            "--open",
                            "--access-key=" + DPO,
                            "--keys=" + folder.resolve("keys.yaml"),
                            "--master-key=" + lupa.keys.masterKey(),
                            "--to=" + folder.resolve("none.csv")))
                    .as("what cannot be written down is not opened")
                    .isEqualTo(1);
            assertThat(err.toString()).contains("could not be written down on audit.events");
            assertThat(folder.resolve("none.csv")).doesNotExist();

            assertThatThrownBy(() -> tryToWrite(kafka, lupa)).hasCauseInstanceOf(TopicAuthorizationException.class);
            assertThatThrownBy(() -> tryToCommit(kafka, lupa)).isInstanceOf(GroupAuthorizationException.class);
        }
    }

    private static void write(GuardedKafka kafka, TestInstallation lupa, List<String> subjects) throws Exception {
        try (var producer = producer(kafka.asOwner())) {
            for (String subject : subjects) {
                ConsentChanged said = Events.said(subject, Will.GRANT, Door.FORM, NOON, null);
                producer.send(new ProducerRecord<>(
                                Topics.CONSENT_CHANGES.in(lupa.prefix()),
                                subject,
                                lupa.bytes(Topics.CONSENT_CHANGES, said)))
                        .get();
            }
        }
    }

    private static void grantReading(Admin owner, TestInstallation lupa, Topic<?>... topics) throws Exception {
        owner.createAcls(Stream.of(topics)
                        .map(topic ->
                                new ResourcePattern(ResourceType.TOPIC, topic.in(lupa.prefix()), PatternType.LITERAL))
                        .flatMap(topic -> Stream.of(AclOperation.READ, AclOperation.DESCRIBE)
                                .map(right -> new AclBinding(
                                        topic,
                                        new AccessControlEntry(
                                                "User:" + ANALYST, "*", right, AclPermissionType.ALLOW))))
                        .toList())
                .all()
                .get();
    }

    private static void tryToWrite(GuardedKafka kafka, TestInstallation lupa) throws Exception {
        Map<String, Object> config = new HashMap<>(kafka.as(ANALYST));
        config.put("enable.idempotence", false);
        try (var producer = producer(config)) {
            producer.send(new ProducerRecord<>(Topics.CONSENT_CHANGES.in(lupa.prefix()), "aino", new byte[0]))
                    .get();
        }
    }

    private static void tryToCommit(GuardedKafka kafka, TestInstallation lupa) {
        Map<String, Object> config = new HashMap<>(kafka.as(ANALYST));
        config.put("group.id", "consent-stream");
        TopicPartition partition = new TopicPartition(Topics.CONSENT_CHANGES.in(lupa.prefix()), 0);
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(0)));
        }
    }

    private static KafkaProducer<String, byte[]> producer(Map<String, Object> config) {
        return new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }

    private int export(GuardedKafka kafka, TestInstallation lupa, String... arguments) throws Exception {
        Properties config = new Properties();
        config.putAll(kafka.as(ANALYST));
        Path file = folder.resolve("analyst.properties");
        try (Writer writer = Files.newBufferedWriter(file)) {
            config.store(writer, null);
        }
        List<String> all = new ArrayList<>(List.of("replay", "export"));
        all.addAll(List.of(arguments));
        all.add("--bootstrap-servers=" + kafka.bootstrapServers());
        all.add("--kafka-config=" + file);
        all.add("--schema-registry-url=" + Infrastructure.registryUrl());
        all.add("--topic-prefix=" + lupa.prefix());
        return Lupa.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }
}
