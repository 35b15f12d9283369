package fi.lupa.standalone;

import fi.lupa.campaign.CampaignRouter;
import fi.lupa.consent.ConsentStream;
import fi.lupa.edge.kafka.Installation;
import fi.lupa.edge.keys.GeneratedKeys;
import fi.lupa.edge.service.RunningService;
import fi.lupa.edge.service.ServiceCommand;
import fi.lupa.edge.settings.KafkaSettings;
import fi.lupa.edge.settings.RegistrySettings;
import fi.lupa.schemas.topic.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import picocli.CommandLine;

/** An installation of its own on a broker and registry: a topic prefix, keys, and the services that a test starts. */
final class TestInstallation implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final GeneratedKeys keys;
    private final Map<String, Object> client;
    private final String registry;
    private final String prefix;
    private final Installation installation;
    private final Path folder;
    private final List<RunningService> running = new CopyOnWriteArrayList<>();
    private final AtomicInteger instances = new AtomicInteger();

    /** Key of the data protection officer, who signs in elsewhere. */
    static final String DPO = "the data protection officer of the tests";

    /** On the shared broker and registry. */
    static TestInstallation named(String prefix, Path folder) {
        return new TestInstallation(Infrastructure.bootstrapServers(), Infrastructure.registryUrl(), prefix, folder);
    }

    TestInstallation(String brokers, String registry, String prefix, Path folder) {
        this(Map.of("bootstrap.servers", brokers), registry, prefix, folder);
    }

    /** @param client how the test itself comes to Kafka */
    TestInstallation(Map<String, Object> client, String registry, String prefix, Path folder) {
        this.client = client;
        this.registry = registry;
        this.installation = installation(registry);
        this.prefix = prefix + ".";
        this.folder = folder;
        this.keys = GeneratedKeys.writeTo(folder);
        try {
            Path list = folder.resolve("keys.yaml");
            Files.writeString(list, Files.readString(list).replaceFirst("(?m)^keys:$", """
                    keys:
                      - name: officer
                        role: dpo
                        sha256: "c2b1d788aa739d8df910142d5d204e8827039eb0b8aa88e9ac60dd2c58bd37d8"\
                    """));
            Files.copy(TestInstallation.class.getResourceAsStream("/forms.yaml"), folder.resolve("forms.yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RunningService consentStream() {
        return start(new ConsentStream(), "--forms=" + folder.resolve("forms.yaml"));
    }

    RunningService campaignRouter() {
        return start(new CampaignRouter());
    }

    /** The settings of a service of this installation, as its command line takes them. */
    List<String> arguments(int port) {
        return List.of(
                "--bootstrap-servers=" + brokers(),
                "--schema-registry-url=" + registry,
                "--topic-prefix=" + prefix,
                "--id-secret=" + keys.idSecret(),
                "--master-key=" + keys.masterKey(),
                "--keys=" + folder.resolve("keys.yaml"),
                "--state-dir=" + folder.resolve("state-" + instances.getAndIncrement()),
                "--http-port=" + port);
    }

    private RunningService start(ServiceCommand command, String... more) {
        RunningService service = launch(command, more);
        awaitTrue(() -> service.health().notReady().isEmpty());
        return service;
    }

    /** Starts a service and does not wait until it is ready. */
    RunningService launch(ServiceCommand command, String... more) {
        List<String> arguments = new ArrayList<>(arguments(freePort()));
        arguments.addAll(Arrays.asList(more));
        new CommandLine(command).parseArgs(arguments.toArray(String[]::new));
        RunningService service = command.start();
        running.add(service);
        return service;
    }

    /** A port that is free now; the service that binds it is the next to ask. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path forms() {
        return folder.resolve("forms.yaml");
    }

    void stop(RunningService service) {
        running.remove(service);
        service.close();
    }

    /** Everything on a topic that a read_committed consumer sees now. */
    <V extends SpecificRecord> List<ConsumerRecord<String, V>> read(Topic<V> topic) {
        return read(topic, prefix);
    }

    /** The same of a topic whose name begins otherwise. */
    <V extends SpecificRecord> List<ConsumerRecord<String, V>> read(Topic<V> topic, String prefix) {
        var values = installation.of(topic).deserializer();
        return read(topic.in(prefix)).stream()
                .map(record -> new ConsumerRecord<>(
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        record.timestamp(),
                        record.timestampType(),
                        record.serializedKeySize(),
                        record.serializedValueSize(),
                        record.key(),
                        values.deserialize(record.topic(), record.value()),
                        record.headers(),
                        record.leaderEpoch()))
                .toList();
    }

    /** Everything on a topic, by its whole name, as it is there. */
    List<ConsumerRecord<String, byte[]>> read(String name) {
        Map<String, Object> config = readingCommitted();
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(name).stream()
                    .map(partition -> new TopicPartition(name, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, byte[]>> all = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(all::add);
            }
            return all;
        }
    }

    /** How far a topic has been written and committed, over all of its partitions. */
    long end(Topic<?> topic) {
        Map<String, Object> config = readingCommitted();
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            return consumer
                    .endOffsets(consumer.partitionsFor(topic.in(prefix)).stream()
                            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                            .toList())
                    .values()
                    .stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    <V extends SpecificRecord> List<V> values(Topic<V> topic) {
        return read(topic).stream().map(ConsumerRecord::value).toList();
    }

    /** Writes bytes, an event or not, straight to a topic. */
    void write(Topic<?> topic, String key, byte[] value) {
        writeAll(topic, Collections.singletonList(new Raw(key, value)).stream());
    }

    record Raw(String key, byte[] value) {}

    void writeAll(Topic<?> topic, Stream<Raw> records) {
        writeAll(records.map(record -> new ProducerRecord<>(topic.in(prefix), record.key(), record.value())));
    }

    void writeAll(Stream<ProducerRecord<String, byte[]>> records) {
        try (var producer = new KafkaProducer<>(client, new StringSerializer(), new ByteArraySerializer())) {
            for (var sent : records.map(producer::send).toList()) {
                sent.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    <V extends SpecificRecord> void write(Topic<V> topic, String key, V event) {
        write(topic, key, bytes(topic, event));
    }

    <V extends SpecificRecord> byte[] bytes(Topic<V> topic, V event) {
        return installation.of(topic).serializer().serialize(topic.in(prefix), event);
    }

    private Map<String, Object> readingCommitted() {
        Map<String, Object> config = new HashMap<>(client);
        config.put("isolation.level", "read_committed");
        return config;
    }

    /** For its serdes alone. */
    private static Installation installation(String registry) {
        var settings = CommandLine.populateCommand(new RegistrySettings(), "--schema-registry-url=" + registry);
        return new Installation(new KafkaSettings(), settings);
    }

    String brokers() {
        return client.get("bootstrap.servers").toString();
    }

    String registry() {
        return registry;
    }

    String prefix() {
        return prefix;
    }

    /** Waits until it is so. */
    static void awaitTrue(Callable<Boolean> condition) {
        awaitTrue(PATIENCE, condition);
    }

    /** Waits until the assertion holds; fails with what it said last. */
    static void awaitHolds(Runnable assertion) {
        AtomicReference<AssertionError> last = new AtomicReference<>();
        try {
            awaitTrue(() -> {
                try {
                    assertion.run();
                    return true;
                } catch (AssertionError notYet) {
                    last.set(notYet);
                    return false;
                }
            });
        } catch (AssertionError late) {
            late.addSuppressed(last.get());
            throw late;
        }
    }

    static void awaitTrue(Duration patience, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (!condition.call()) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("not so within " + patience.toSeconds() + " s");
                }
                Thread.sleep(50);
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        for (RunningService service : List.copyOf(running)) {
            stop(service);
        }
    }
}
