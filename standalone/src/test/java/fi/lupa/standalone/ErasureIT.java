package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.DPO;
import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.edge.service.RunningService;
import fi.lupa.event.ContactPointStop;
import fi.lupa.schemas.topic.Topic.Cleanup;
import fi.lupa.schemas.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** After an erasure, and once the short-lived topics have let go, nothing anywhere shows who the person was. */
class ErasureIT {

    private static final String SPRING = """
            {"name": "Spring", "purpose": "DIRECT_MARKETING", "channels": ["EMAIL", "MOBILE", "PHONE", "POST"],
             "processor": {"name": "Postittaja Oy", "country": "FI"}}""";

    /** Words that nobody else in the test has: every one of them is a trace. */
    private static final List<String> TRACES = List.of(
            "quercus", "Quercus", "Zoë", "+358507654321", "507654321", "CUST-7788-Z", "Tammenterhontie", "bookbinding");

    private static final String ORDER = """
            {"ground": "REQUEST_OF_THE_PERSON", "evidence": "letters/2026/17", "identityCheck": "passport at the desk"}""";

    @TempDir
    private Path folder;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @Test
    void nothingShowsWhoThePersonWas() throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        log.start();
        root.addAppender(log);
        try (TestInstallation lupa = TestInstallation.named("erasure", folder)) {
            RunningService consent = lupa.consentStream();
            RunningService router = lupa.campaignRouter();
            Http.put(router.url().resolve("/v1/campaigns/spring"), lupa.keys.marketer(), SPRING);
            form(lupa, consent, "newsletter-confirmed", "email=zoe.quercus%40example.com&email_consent=yes");
            form(
                    lupa,
                    consent,
                    "registration",
                    "customer_number=CUST-7788-Z&name=Zo%C3%AB+Quercus&email=zoe.quercus%40example.com&phone=0507654321"
                            + "&email_consent=yes&mobile_consent=yes&street=Tammenterhontie+1&hobby=bookbinding");
            form(lupa, consent, "newsletter", "email=eero%40example.com&email_consent=yes");
            awaitTrue(() -> cleared(lupa, router, "EMAIL", "\"customerId\": \"CUST-7788-Z\""));
            awaitTrue(() -> cleared(lupa, router, "EMAIL", "\"email\": \"eero@example.com\""));
            send(lupa, router, "m-1", "\"customerId\": \"CUST-7788-Z\"");
            send(lupa, router, "m-2", "\"email\": \"zoe.quercus@example.com\"");
            awaitTrue(() -> lupa.values(Topics.cleared(fi.lupa.permission.Channel.EMAIL))
                            .size()
                    >= 3);
            String customer = subject(lupa, consent, "customerId=CUST-7788-Z");
            String address = emailId(lupa, consent, customer);
            assertThat(traces(lupa)).as("before, the short-lived topics tell").isNotEmpty();
            List<byte[]> keys = wrappedKeys(lupa, customer);
            assertThat(keys).isNotEmpty();

            // A legal hold forbids it, and says why.
            URI hold = consent.url().resolve("/v1/subjects/" + customer + "/legal-hold");
            assertThat(Http.put(hold, DPO, "{\"ground\": \"a dispute\", \"evidence\": \"court/1\"}")
                            .status())
                    .isEqualTo(202);
            URI erasure = consent.url().resolve("/v1/subjects/" + customer + "/erasure");
            awaitTrue(() -> Http.postJson(erasure, DPO, ORDER).status() == 409);
            assertThat(Http.postJson(erasure, DPO, ORDER).body().at("/detail").asText())
                    .contains("a dispute");
            assertThat(cleared(lupa, router, "EMAIL", "\"customerId\": \"CUST-7788-Z\""))
                    .isTrue();
            Http.delete(hold, DPO, "{\"ground\": \"settled\", \"evidence\": \"court/2\"}");

            awaitTrue(() -> Http.postJson(erasure, DPO, ORDER).status() == 202);
            awaitTrue(() -> Http.get(erasure, DPO).body().at("/status").asText().equals("CARRIED_OUT"));
            JsonNode proof = Http.get(erasure, DPO).body();
            assertThat(proof.at("/alsoErased").toString()).contains(address);
            assertThat(proof.at("/ground").asText()).isEqualTo("REQUEST_OF_THE_PERSON");
            awaitTrue(() -> reason(lupa, router, "\"email\": \"zoe.quercus@example.com\"")
                    .equals("ERASED_SUBJECT"));
            awaitTrue(() ->
                    reason(lupa, router, "\"customerId\": \"CUST-7788-Z\"").equals("ERASED_SUBJECT"));
            assertThat(Http.postJson(erasure, DPO, ORDER).status())
                    .as("asked twice: the proof of the first")
                    .isEqualTo(200);
            assertThat(cleared(lupa, router, "EMAIL", "\"email\": \"eero@example.com\""))
                    .as("others are not touched")
                    .isTrue();

            expireTheShortLived(lupa);
            compact(lupa);
            awaitTrue(() -> wrappedKeys(lupa, customer).isEmpty());
            // Topics from offset 0, changelogs included, as the broker comes to each.
            awaitTrue(() -> traces(lupa).isEmpty());
            assertThat(records(lupa, Set.of(lupa.prefix() + "consent-stream-keys-changelog")).stream()
                            .filter(record -> contains(record.value(), keys.get(0))))
                    .as("the wrapped key in the changelog")
                    .isEmpty();
            lupa.close();
            assertThat(tracesOnDisk(folder)).as("state stores").isEmpty();
            assertThat(log.list.stream().flatMap(ErasureIT::texts).filter(ErasureIT::hasTrace))
                    .as("log")
                    .isEmpty();
            assertThat(stops(lupa)).as("what an old list stumbles over").containsKeys(address);
        } finally {
            root.detachAppender(log);
        }
    }

    private static Map<String, ContactPointStop> stops(TestInstallation lupa) {
        Map<String, ContactPointStop> stops = new HashMap<>();
        lupa.read(Topics.CONSENT_STOPS).forEach(record -> stops.put(record.key(), record.value()));
        return stops;
    }

    /** As time does. */
    private static void expireTheShortLived(TestInstallation lupa) throws Exception {
        try (Admin admin = admin(lupa)) {
            Set<String> shortLived = Topics.all().stream()
                    .filter(topic -> topic.retention().isPresent())
                    .map(topic -> topic.in(lupa.prefix()))
                    .collect(Collectors.toSet());
            Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
            admin.describeTopics(shortLived).allTopicNames().get().forEach((name, described) -> described
                    .partitions()
                    .forEach(partition -> all.put(
                            new TopicPartition(name, partition.partition()), RecordsToDelete.beforeOffset(-1))));
            admin.deleteRecords(all).all().get();
        }
    }

    /** The broker's day in a second, and a write that begins a new segment, as the repeated tombstones do every hour. */
    private static void compact(TestInstallation lupa) throws Exception {
        try (Admin admin = admin(lupa)) {
            Set<String> compacted = compacted(lupa, admin);
            admin.incrementalAlterConfigs(compacted.stream()
                            .collect(Collectors.toMap(
                                    name -> new ConfigResource(ConfigResource.Type.TOPIC, name),
                                    name -> List.of(
                                            set("segment.ms", "100"),
                                            set("max.compaction.lag.ms", "100"),
                                            set("min.cleanable.dirty.ratio", "0.01"),
                                            set("delete.retention.ms", "100")))))
                    .all()
                    .get();
            Thread.sleep(500);
            Map<String, Object> config = Map.of("bootstrap.servers", lupa.brokers(), "acks", "all");
            try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
                for (var topic :
                        admin.describeTopics(compacted).allTopicNames().get().values()) {
                    for (var partition : topic.partitions()) {
                        producer.send(new ProducerRecord<>(
                                        topic.name(), partition.partition(), "nobody".getBytes(UTF_8), null))
                                .get();
                    }
                }
            }
        }
    }

    private static Set<String> compacted(TestInstallation lupa, Admin admin)
            throws ExecutionException, InterruptedException {
        Set<String> names = Topics.all().stream()
                .filter(topic -> topic.cleanup() instanceof Cleanup.ToNewestOfKey newest && newest.within() != null)
                .map(topic -> topic.in(lupa.prefix()))
                .collect(Collectors.toSet());
        admin.listTopics().names().get().stream()
                .filter(name -> name.startsWith(lupa.prefix()) && name.endsWith("-changelog"))
                .filter(name -> !name.contains("submissions") && !name.contains("confirmations"))
                .forEach(names::add);
        return names;
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), OpType.SET);
    }

    /** The wrapped keys of a subject that a reader of {@code subject.keys} still finds. */
    private static List<byte[]> wrappedKeys(TestInstallation lupa, String subjectId) {
        return lupa.read(Topics.SUBJECT_KEYS).stream()
                .filter(record -> record.key().equals(subjectId) && record.value() != null)
                .map(record -> {
                    byte[] wrapped = new byte[record.value().getWrappedKey().remaining()];
                    record.value().getWrappedKey().get(wrapped);
                    return wrapped;
                })
                .toList();
    }

    /** Where in the installation's topics, of the contract or not, a trace is found. */
    private static List<String> traces(TestInstallation lupa) throws Exception {
        try (Admin admin = admin(lupa)) {
            Set<String> all = admin.listTopics().names().get().stream()
                    .filter(name -> name.startsWith(lupa.prefix()))
                    .collect(Collectors.toSet());
            assertThat(all).hasSizeGreaterThan(Topics.all().size());
            return records(lupa, all).stream()
                    .filter(record -> hasTrace(record.key()) || hasTrace(record.value()))
                    .map(ConsumerRecord::topic)
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(TestInstallation lupa, Set<String> topics) {
        Map<String, Object> config = Map.of("bootstrap.servers", lupa.brokers(), "isolation.level", "read_uncommitted");
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = topics.stream()
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(java.time.Duration.ofMillis(100)).forEach(all::add);
            }
            return all;
        }
    }

    private static List<Path> tracesOnDisk(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> {
                        try {
                            return hasTrace(Files.readAllBytes(file));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .toList();
        }
    }

    private static Stream<String> texts(ILoggingEvent event) {
        return Stream.concat(
                Stream.of(event.getFormattedMessage()),
                event.getKeyValuePairs() == null
                        ? Stream.of()
                        : event.getKeyValuePairs().stream().map(String::valueOf));
    }

    private static boolean hasTrace(String text) {
        return TRACES.stream().anyMatch(text::contains);
    }

    /** As it was written, or as base64. */
    private static boolean hasTrace(byte[] bytes) {
        return bytes != null
                && TRACES.stream()
                        .map(trace -> trace.getBytes(UTF_8))
                        .anyMatch(trace -> contains(bytes, trace)
                                || contains(
                                        bytes,
                                        Base64.getEncoder().withoutPadding().encode(trace)));
    }

    private static boolean contains(byte[] bytes, byte[] part) {
        return bytes != null && new String(bytes, ISO_8859_1).contains(new String(part, ISO_8859_1));
    }

    private static Admin admin(TestInstallation lupa) {
        return Admin.create(Map.of("bootstrap.servers", lupa.brokers()));
    }

    private static void form(TestInstallation lupa, RunningService consent, String form, String fields) {
        Http.Answer taken = Http.post(
                consent.url().resolve("/v1/forms/" + form),
                lupa.keys.site(),
                "application/x-www-form-urlencoded",
                fields);
        assertThat(taken.status()).as(taken.response().body()).isEqualTo(202);
    }

    private static void send(TestInstallation lupa, RunningService router, String id, String recipient) {
        Http.Answer taken = Http.postJson(
                router.url().resolve("/v1/campaigns/spring/messages"), lupa.keys.campaign(), """
                {"messageId": "%s", "channel": "EMAIL", "recipient": {%s}, "parameters": {"hobby": "bookbinding"}}""".formatted(
                                id, recipient));
        assertThat(taken.status()).as(taken.response().body()).isEqualTo(202);
    }

    private static String subject(TestInstallation lupa, RunningService consent, String query) {
        return Http.get(consent.url().resolve("/v1/subjects?" + query), lupa.keys.operator())
                .body()
                .at("/subjectId")
                .asText();
    }

    private static String emailId(TestInstallation lupa, RunningService consent, String subjectId) {
        for (JsonNode point : Http.get(
                        consent.url().resolve("/v1/subjects/" + subjectId + "/consents"), lupa.keys.operator())
                .body()
                .at("/contactPoints")) {
            if (point.at("/kind").asText().equals("EMAIL")) {
                return point.at("/id").asText();
            }
        }
        throw new AssertionError("no email address");
    }

    private static boolean cleared(TestInstallation lupa, RunningService router, String channel, String recipient) {
        return decide(lupa, router, channel, recipient).at("/cleared").asBoolean();
    }

    private static String reason(TestInstallation lupa, RunningService router, String recipient) {
        return decide(lupa, router, "EMAIL", recipient).at("/reasons/0").asText();
    }

    private static JsonNode decide(TestInstallation lupa, RunningService router, String channel, String recipient) {
        return Http.postJson(
                        router.url().resolve("/v1/decisions"), lupa.keys.campaign(), """
                        {"campaignId": "spring", "channel": "%s", "recipients": [{%s}]}""".formatted(channel, recipient))
                .body()
                .at("/decisions/0");
    }
}
