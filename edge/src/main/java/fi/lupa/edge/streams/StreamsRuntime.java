package fi.lupa.edge.streams;

import fi.lupa.edge.health.Health;
import fi.lupa.edge.streams.DeadLetterHandler.DeadLetterCounter;
import fi.lupa.edge.streams.DeadLetterHandler.Letters;
import fi.lupa.event.FailedStage;
import fi.lupa.schemas.EventSerdes;
import fi.lupa.schemas.topic.Topics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a topology: a thread that fails is replaced and reads its records again, and health tells how it goes. Where no thread
 * could do better, the topology stops, and health tells that, too.
 */
public final class StreamsRuntime implements AutoCloseable {
    private static final int CACHE_BYTES = 4 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(StreamsRuntime.class);

    /** Milliseconds; no broker takes fewer by default. */
    private static final int MISSED_AFTER = 6_000;

    /** Milliseconds that a thread waits for records before it looks whether something else is due, as a commit. */
    private static final int AT_MOST_WAITED = 10;

    /**
     * Milliseconds that a fetch waits for what is not there yet. Whoever brings a store up to date asks the broker next for
     * another topic, over the same connection, and is answered after the fetch. The global stores go on asking so often.
     */
    private static final int FETCH_WAITS = 20;

    /**
     * Bytes of a batch of records. A record goes to one of some sixty partitions, and a batch costs whoever writes it and the broker
     * the same whatever is in it.
     */
    public static final int BATCH = 64 * 1024;

    private static final Duration BEFORE_ANOTHER_THREAD = Duration.ofSeconds(1);

    private final KafkaStreams streams;
    private final GlobalReads reads;
    private final KafkaStreamsMetrics metrics;

    /** How a topology treats each record. */
    public enum Guarantee {
        /** The topology is idempotent: results go out at once, or where there are many, together when the last are written. */
        AT_LEAST_ONCE(StreamsConfig.AT_LEAST_ONCE, Duration.ofSeconds(1), Duration.ofMillis(1), 1, CompactStores.class),
        /** Reading, deciding and writing are one transaction, before whose end nobody reads what it wrote. */
        EXACTLY_ONCE(
                StreamsConfig.EXACTLY_ONCE_V2, Duration.ofMillis(100), Duration.ofMillis(100), 5, PointReads.class);

        private final String kafkaName;
        private final Duration commitInterval;
        private final Duration linger;
        private final int requestsUnderWay;
        private final Class<? extends RocksDBConfigSetter> stores;

        Guarantee(
                String kafkaName,
                Duration commitInterval,
                Duration linger,
                int requestsUnderWay,
                Class<? extends RocksDBConfigSetter> stores) {
            this.kafkaName = kafkaName;
            this.commitInterval = commitInterval;
            this.linger = linger;
            this.requestsUnderWay = requestsUnderWay;
            this.stores = stores;
        }
    }

    /**
     * What a service is to its topology.
     *
     * @param name of the service, and after the prefix its application id
     * @param prefix of the installation's topics
     * @param client how to reach Kafka
     * @param standbys copies of each part of its state on other instances
     * @param advertised where other instances reach this one's HTTP door, {@code host:port}
     */
    public record Service(
            String name,
            String prefix,
            Map<String, Object> client,
            Guarantee guarantee,
            Path stateDir,
            int threads,
            int standbys,
            String advertised) {

        public String applicationId() {
            return prefix + name;
        }
    }

    private StreamsRuntime(KafkaStreams streams, GlobalReads reads, KafkaStreamsMetrics metrics) {
        this.streams = streams;
        this.reads = reads;
        this.metrics = metrics;
    }

    /** Starts the topology and adds its state to the service's health. */
    public static StreamsRuntime start(
            Service service,
            Topology topology,
            EventSerdes serdes,
            Clock clock,
            DeadLetterCounter deadLetters,
            Health health,
            MeterRegistry meters) {
        // All of them from nothing on: of a counter that begins with one nobody sees that there is one more.
        sources(topology).forEach(topic -> List.of(FailedStage.READ, FailedStage.PROCESS, FailedStage.WRITE)
                .forEach(stage -> deadLetters(meters, topic, stage)));
        DeadLetterCounter counted = (topic, stage) -> {
            deadLetters(meters, topic, stage).increment();
            deadLetters.deadLettered(topic, stage);
        };
        LocalState state = new LocalState(service.stateDir(), service.applicationId());
        state.removeIfDamaged();
        GlobalReads reads = new GlobalReads();
        KafkaStreams streams = new MeteredStreams(topology, properties(service, serdes, clock, counted), reads);
        MissingTopics missing = new MissingTopics();
        streams.setUncaughtExceptionHandler(failure -> onFailure(failure, state, missing));
        health.ready(
                "streams",
                () -> streams.state() == KafkaStreams.State.RUNNING
                        ? Optional.empty()
                        : Optional.of("The topology is " + streams.state() + "; it answers when it is RUNNING."));
        health.live(
                "streams",
                () -> streams.state().hasCompletedShutdown()
                        ? Optional.of("The topology has stopped.")
                        : Optional.empty());
        Gauge.builder("lupa.ready", () -> health.notReady().isEmpty() ? 1 : 0)
                .description("1 while calls may come, else 0")
                .register(meters);
        KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(streams);
        metrics.bindTo(meters);
        try {
            streams.start();
        } catch (RuntimeException e) {
            // A copy of a whole topic is opened at once, and nobody else is told of what is wrong with it.
            state.marksDamage(e);
            throw e;
        }
        return new StreamsRuntime(streams, reads, metrics);
    }

    private static Counter deadLetters(MeterRegistry meters, String topic, FailedStage stage) {
        return Counter.builder("lupa.dead.letters")
                .description("Records given up")
                .tag("topic", topic)
                .tag("stage", stage.name())
                .register(meters);
    }

    /** The topics that a topology reads. */
    private static Stream<String> sources(Topology topology) {
        TopologyDescription described = topology.describe();
        return Stream.concat(
                        described.subtopologies().stream()
                                .flatMap(part -> part.nodes().stream())
                                .filter(TopologyDescription.Source.class::isInstance)
                                .map(TopologyDescription.Source.class::cast),
                        described.globalStores().stream().map(TopologyDescription.GlobalStore::source))
                .flatMap(source -> source.topicSet().stream())
                .distinct();
    }

    /** What a topology runs by, the three doors for bad data included. */
    public static Properties properties(
            Service service, EventSerdes serdes, Clock clock, DeadLetterCounter deadLetters) {
        Properties config = new Properties();
        config.putAll(service.client());
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, service.applicationId());
        config.put(StreamsConfig.APPLICATION_SERVER_CONFIG, service.advertised());
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, service.guarantee().kafkaName);
        config.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                service.guarantee().commitInterval.toMillis());
        config.put(StreamsConfig.STATE_DIR_CONFIG, service.stateDir().toString());
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, service.threads());
        config.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, service.standbys());
        // Only for stores that ask for it: it would hold a withdrawal back until the next commit.
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, CACHE_BYTES);
        config.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, service.guarantee().stores);
        config.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        config.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), BATCH);
        config.put(
                StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG),
                service.guarantee().linger.toMillis());
        config.put(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION),
                service.guarantee().requestsUnderWay);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
        config.put(StreamsConfig.POLL_MS_CONFIG, AT_MOST_WAITED);
        config.put(StreamsConfig.globalConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), FETCH_WAITS);
        config.put(StreamsConfig.restoreConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), FETCH_WAITS);
        // An instance that died is missed after this long, and so is what it was about to commit.
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), MISSED_AFTER);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), MISSED_AFTER / 4);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), MISSED_AFTER);
        config.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
        config.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
        config.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
        config.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_GLOBAL_ENABLED_CONFIG, true);
        config.put(
                DeadLetterHandler.LETTERS,
                new Letters(
                        service.name(),
                        Topics.DEAD_LETTERS.in(service.prefix()),
                        serdes.of(Topics.DEAD_LETTERS).serializer(),
                        clock,
                        deadLetters,
                        letter -> write(service.client(), letter)));
        return config;
    }

    private static void write(Map<String, Object> client, ProducerRecord<byte[], byte[]> letter) {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(letter).get();
        } catch (ExecutionException e) {
            throw new KafkaException("A dead letter could not be written", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("A dead letter could not be written", e);
        }
    }

    private static StreamThreadExceptionResponse onFailure(Throwable failure, LocalState state, MissingTopics missing) {
        LOG.atError()
                .addKeyValue("failure", failure.getClass().getName())
                .addKeyValue(
                        "cause",
                        failure.getCause() == null
                                ? ""
                                : failure.getCause().getClass().getName())
                .log("A stream thread failed; its records are read again");
        boolean topicsAreGone = failure instanceof MissingSourceTopicException && missing.forTooLong(System.nanoTime());
        if (topicsAreGone || failure instanceof Error || state.marksDamage(failure)) {
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        try {
            Thread.sleep(BEFORE_ANOTHER_THREAD.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    public KafkaStreams streams() {
        return streams;
    }

    /** Up to which offset this instance keeps each partition of the topics that it keeps whole; not yet known is left out. */
    public Map<TopicPartition, Long> keptOfWholeTopics() {
        return reads.reached();
    }

    /** Leaves the group, so that the next start need not wait for this one to be missed. */
    @Override
    public void close() {
        metrics.close();
        streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(Duration.ofSeconds(20)));
    }
}
