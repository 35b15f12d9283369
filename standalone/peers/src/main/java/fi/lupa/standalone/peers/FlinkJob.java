package fi.lupa.standalone.peers;

import fi.lupa.campaign.decision.Recipient;
import fi.lupa.campaign.decision.StoredState;
import fi.lupa.edge.streams.StreamsRuntime;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.ContactMade;
import fi.lupa.event.ContactPointStop;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.bench.Peer.Task;
import fi.lupa.standalone.peers.Deciding.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * A job of Flink on a little cluster in this process: states and messages meet by key, every task is told of every stop, and
 * what messages come to goes out in the transactions of its checkpoints. Between its tasks go the bytes as they are, and none of
 * its own serialization by reflection.
 */
final class FlinkJob implements AutoCloseable {

    private static final Duration CHECKPOINT_EVERY = Duration.ofMillis(100);

    /** Runs in this process, so that what a job cannot carry with it is found here, by the prefix of its topics. */
    private static final Map<String, Shared> SHARED = new ConcurrentHashMap<>();

    /** Tells how the stops are broadcast; nothing is kept under it. */
    private static final MapStateDescriptor<String, byte[]> STOPS = bytesByText("stops");

    /** @param stops as often as there are tasks */
    private record Shared(
            Task task, Deciding deciding, LongAdder states, LongAdder stops, LongAdder done, CountDownLatch released) {}

    private final String prefix;
    private final Shared shared;
    private final JobClient client;
    private volatile boolean closing;

    private FlinkJob(String prefix, Shared shared, JobClient client) {
        this.prefix = prefix;
        this.shared = shared;
        this.client = client;
    }

    /** Starts it; it takes no message before it is released. */
    static FlinkJob start(Task task) throws Exception {
        Shared shared = new Shared(
                task,
                new Deciding(task, Clock.systemUTC()),
                new LongAdder(),
                new LongAdder(),
                new LongAdder(),
                new CountDownLatch(1));
        SHARED.put(task.prefix(), shared);
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(config(task));
        environment.setParallelism(task.threads());
        DataStream<Tuple3<Boolean, String, byte[]>> states = environment.fromSource(
                source(task, group(task) + "-states", Topics.CONSENT_STATE, new Keyed(false, "")),
                WatermarkStrategy.noWatermarks(),
                "states");
        DataStream<Tuple3<Boolean, String, byte[]>> stops = environment.fromSource(
                source(task, group(task) + "-stops", Topics.CONSENT_STOPS, new Keyed(false, "")),
                WatermarkStrategy.noWatermarks(),
                "stops");
        DataStream<Tuple3<Boolean, String, byte[]>> messages = environment.fromSource(
                source(task, group(task), Topics.CAMPAIGN_MESSAGES, new Keyed(true, task.prefix())),
                WatermarkStrategy.noWatermarks(),
                "messages");
        messages.union(states)
                .keyBy(record -> record.f1)
                .connect(stops.broadcast(STOPS))
                .process(new Meeting(task.prefix()))
                .sinkTo(sink(task));
        return new FlinkJob(task.prefix(), shared, environment.executeAsync("peer"));
    }

    private static String group(Task task) {
        return task.prefix() + "flink";
    }

    /** Shows why it ended, if it did before it was told to. */
    void onFailure(Consumer<Throwable> shown) {
        client.getJobExecutionResult().exceptionally(failure -> {
            if (!closing) {
                shown.accept(failure);
            }
            return null;
        });
    }

    /** How many states it has taken in, and stops, by all its tasks. */
    long taken() {
        return shared.states.sum() + shared.stops.sum() / shared.task.threads();
    }

    /** How many messages are behind a completed checkpoint. What its transactions still have to commit is open until then. */
    long done() {
        return shared.done.sum();
    }

    void release() {
        shared.released.countDown();
    }

    @Override
    public void close() {
        closing = true;
        release();
        try {
            client.cancel().get(30, TimeUnit.SECONDS);
            while (!client.getJobStatus().get(30, TimeUnit.SECONDS).isGloballyTerminalState()) {
                Thread.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | IllegalStateException e) {
            // Its cluster ends with it, and then answers no more.
        } finally {
            SHARED.remove(prefix);
        }
    }

    private static Configuration config(Task task) {
        Configuration config = new Configuration();
        config.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, CHECKPOINT_EVERY);
        config.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
        config.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
        config.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                task.folder().resolve("checkpoints").toUri().toString());
        config.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        config.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        config.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(512));
        config.setString("pipeline.object-reuse", "true");
        config.setString("rest.port", "0");
        return config;
    }

    private static MapStateDescriptor<String, byte[]> bytesByText(String name) {
        return new MapStateDescriptor<>(name, Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    }

    private static KafkaSource<Tuple3<Boolean, String, byte[]>> source(
            Task task, String group, Topic<?> topic, Keyed keyed) {
        return KafkaSource.<Tuple3<Boolean, String, byte[]>>builder()
                .setProperties(clients(task))
                .setGroupId(group)
                .setTopics(topic.in(task.prefix()))
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
                .setDeserializer(keyed)
                .build();
    }

    private static Sink<Tuple3<String, String, byte[]>> sink(Task task) {
        return KafkaSink.<Tuple3<String, String, byte[]>>builder()
                .setKafkaProducerConfig(clients(task))
                .setProperty(ProducerConfig.ACKS_CONFIG, "all")
                .setProperty(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4")
                .setProperty(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(StreamsRuntime.BATCH))
                .setProperty(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, "60000")
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(group(task))
                .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
                .setRecordSerializer(new Written(task))
                .build();
    }

    private static Properties clients(Task task) {
        Properties properties = new Properties();
        properties.putAll(task.client());
        return properties;
    }

    /** Takes a record's key and value as they are, from one topic only when that is released; messages are marked. */
    private static final class Keyed implements KafkaRecordDeserializationSchema<Tuple3<Boolean, String, byte[]>> {

        private final boolean messages;
        private final String heldBy;
        private transient boolean released;

        /** @param heldBy prefix of the topics; empty for a source that nothing holds */
        Keyed(boolean messages, String heldBy) {
            this.messages = messages;
            this.heldBy = heldBy;
        }

        @Override
        public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Tuple3<Boolean, String, byte[]>> out)
                throws IOException {
            if (!released && !heldBy.isEmpty()) {
                try {
                    SHARED.get(heldBy).released.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("Interrupted while held", e);
                }
                released = true;
            }
            out.collect(Tuple3.of(messages, new String(record.key(), StandardCharsets.UTF_8), record.value()));
        }

        @Override
        public TypeInformation<Tuple3<Boolean, String, byte[]>> getProducedType() {
            return Types.TUPLE(Types.BOOLEAN, Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
        }
    }

    /** Keeps the state of each key, decides on its messages, and remembers which it has cleared. */
    private static final class Meeting
            extends KeyedBroadcastProcessFunction<
                    String,
                    Tuple3<Boolean, String, byte[]>,
                    Tuple3<Boolean, String, byte[]>,
                    Tuple3<String, String, byte[]>>
            implements CheckpointedFunction, CheckpointListener {

        private final String prefix;
        private transient Shared shared;
        private transient Deserializer<CampaignMessage> messages;
        private transient Deserializer<StoredState> states;
        private transient Deserializer<ContactPointStop> stops;
        private transient Deserializer<ContactMade> contacts;
        private transient Map<String, Serializer<SpecificRecord>> serializers;
        private transient String contactsTopic;
        private transient ValueState<byte[]> state;
        private transient MapState<String, byte[]> before;

        /** Beside Flink's own state, of which every checkpoint would copy all that is broadcast: a job reads them anew at a start. */
        private transient Map<String, byte[]> stopped;

        private transient NavigableMap<Long, Long> routedBefore;
        private transient long routed;
        private transient long done;

        Meeting(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public void open(OpenContext context) {
            routedBefore = new TreeMap<>();
            shared = SHARED.get(prefix);
            Task task = shared.task;
            messages = Events.serde(task, Topics.CAMPAIGN_MESSAGES).deserializer();
            states = Events.states(task).deserializer();
            stops = Events.stops(task).deserializer();
            contacts = Events.contacts(task).deserializer();
            serializers = Events.outcomes(task);
            contactsTopic = Topics.CAMPAIGN_CONTACTS.in(task.prefix());
            stopped = new HashMap<>();
            before = getRuntimeContext().getMapState(bytesByText("contacts"));
            state = getRuntimeContext()
                    .getState(
                            new ValueStateDescriptor<>("state", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        }

        @Override
        public void processElement(
                Tuple3<Boolean, String, byte[]> record,
                ReadOnlyContext context,
                Collector<Tuple3<String, String, byte[]>> out)
                throws Exception {
            if (record.f0) {
                decide(record, out);
            } else {
                state.update(record.f2);
                shared.states.increment();
            }
        }

        @Override
        public void processBroadcastElement(
                Tuple3<Boolean, String, byte[]> stop, Context context, Collector<Tuple3<String, String, byte[]>> out)
                throws Exception {
            stopped.put(stop.f1, stop.f2);
            shared.stops.increment();
        }

        private void decide(Tuple3<Boolean, String, byte[]> record, Collector<Tuple3<String, String, byte[]>> out)
                throws Exception {
            CampaignMessage message = messages.deserialize("", record.f2);
            StoredState known = states.deserialize("", state.value());
            Recipient recipient = known == null ? null : known.recipient();
            String contact = Deciding.contact(message);
            byte[] stop = stopped.get(Deciding.contactPoint(message, recipient));
            byte[] last = before.get(contact);
            Outcome outcome =
                    shared.deciding.decide(message, recipient, new Deciding.Written(stop, last, stops, contacts));
            out.collect(written(outcome.topic(), record.f1, outcome.event()));
            if (outcome.made() != null) {
                Tuple3<String, String, byte[]> made = written(contactsTopic, record.f1, outcome.made());
                before.put(contact, made.f2);
                out.collect(made);
            }
            routed++;
        }

        private Tuple3<String, String, byte[]> written(String topic, String key, SpecificRecord event) {
            return Tuple3.of(topic, key, serializers.get(topic).serialize(topic, event));
        }

        @Override
        public void initializeState(FunctionInitializationContext context) {
            // A job that fails is not started again.
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) {
            routedBefore.put(context.getCheckpointId(), routed);
        }

        @Override
        public void notifyCheckpointComplete(long checkpoint) {
            long behind = routedBefore.floorEntry(checkpoint).getValue();
            routedBefore.headMap(checkpoint, true).clear();
            shared.done.add(behind - done);
            done = behind;
        }
    }

    /** Names its topics, since the sink asks which transactions are open on them. */
    private static final class Written
            implements KafkaRecordSerializationSchema<Tuple3<String, String, byte[]>>, KafkaDatasetFacetProvider {

        private final ArrayList<String> topics;

        Written(Task task) {
            this.topics = new ArrayList<>(Events.outcomes(task).keySet());
        }

        @Override
        public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
            return Optional.of(new DefaultKafkaDatasetFacet(DefaultKafkaDatasetIdentifier.ofTopics(topics)));
        }

        @Override
        public ProducerRecord<byte[], byte[]> serialize(
                Tuple3<String, String, byte[]> outcome, KafkaSinkContext context, Long timestamp) {
            return new ProducerRecord<>(outcome.f0, outcome.f1.getBytes(StandardCharsets.UTF_8), outcome.f2);
        }
    }
}
