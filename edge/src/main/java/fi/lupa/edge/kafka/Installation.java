package fi.lupa.edge.kafka;

import fi.lupa.edge.settings.KafkaSettings;
import fi.lupa.edge.settings.RegistrySettings;
import fi.lupa.edge.settings.StreamsSettings;
import fi.lupa.schemas.EventSerdes;
import fi.lupa.schemas.registry.AvroSerdes;
import fi.lupa.schemas.registry.RegistryClient;
import fi.lupa.schemas.registry.SchemaRegistration;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Serde;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An installation's Kafka and registry, found as a service needs them: there, with the contract's topics and schemas. */
public final class Installation implements EventSerdes {

    private static final Logger LOG = LoggerFactory.getLogger(Installation.class);

    private final KafkaSettings kafka;
    private final RegistrySettings registry;
    private final Map<Topic<?>, Serde<?>> serdes = new ConcurrentHashMap<>();

    public Installation(KafkaSettings kafka, RegistrySettings registry) {
        this.kafka = kafka;
        this.registry = registry;
    }

    /**
     * Waits for Kafka and the registry, and makes sure of topics and schemas.
     *
     * @throws KafkaException with a sentence if either is not there in time, or not as the contract has it
     */
    public Installation ready(StreamsSettings settings) {
        try (Admin admin = admin()) {
            TopicSetup topics = new TopicSetup(admin, prefix());
            if (settings.createTopics()) {
                topics.create(settings.partitions(), settings.replication());
            }
            List<String> faults = topics.faults();
            if (!faults.isEmpty()) {
                throw new KafkaException("The topics are not as they should be.\n" + String.join("\n", faults));
            }
        }
        registerSchemas();
        return this;
    }

    /** Makes every event's schema known to the registry, waiting for one that is not up. */
    public void registerSchemas() {
        Map<String, Schema> schemas =
                Topics.all().stream().collect(Collectors.toMap(topic -> topic.subject(prefix()), Topic::schema));
        new SchemaRegistration(RegistryClient.shared(registry.properties()), registry.waitAtStart()).register(schemas);
    }

    /**
     * A client to ask the brokers with, once one of them answers.
     *
     * @throws KafkaException with a sentence if none does while patience lasts
     */
    public Admin admin() {
        Map<String, Object> config = new HashMap<>(kafka.clientProperties());
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 30_000);
        Admin admin = Admin.create(config);
        long deadline = System.nanoTime() + registry.waitAtStart().toNanos();
        while (true) {
            try {
                admin.describeCluster().nodes().get(5, TimeUnit.SECONDS);
                return admin;
            } catch (ExecutionException | TimeoutException e) {
                Duration left = Duration.ofNanos(deadline - System.nanoTime());
                if (left.isNegative()) {
                    admin.close(Duration.ZERO);
                    throw new KafkaException("No Kafka broker answers at " + kafka.bootstrapServers()
                            + ". Start one, or set KAFKA_BOOTSTRAP_SERVERS.");
                }
                LOG.warn(
                        "Waiting for Kafka at {}. Start it, or set KAFKA_BOOTSTRAP_SERVERS. Giving up in {} s.",
                        kafka.bootstrapServers(),
                        left.toSeconds());
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                admin.close(Duration.ZERO);
                throw new KafkaException("Interrupted while waiting for Kafka.", e);
            }
        }
    }

    public String prefix() {
        return kafka.topicPrefix();
    }

    /** What every Kafka client starts from. */
    public Map<String, Object> clientProperties() {
        return kafka.clientProperties();
    }

    @Override
    @SuppressWarnings("unchecked") // each topic's serde is made from the topic's own class
    public <V extends SpecificRecord> Serde<V> of(Topic<V> topic) {
        return (Serde<V>) serdes.computeIfAbsent(topic, t -> AvroSerdes.of(topic.value(), registry.properties()));
    }

    private static void pause() {
        try {
            Thread.sleep(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
