package fi.lupa.standalone.bench;

import fi.lupa.edge.kafka.TopicSetup;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Asks the bench's broker how far topics and their readers are, and reads topics back. */
final class Cluster implements AutoCloseable {

    private final BenchBroker broker;
    private final Admin admin;

    Cluster(BenchBroker broker) {
        this.broker = broker;
        this.admin = Admin.create(client());
    }

    /** What every client starts from. */
    Map<String, Object> client() {
        return Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
    }

    boolean keepsData() {
        return broker.keepsData();
    }

    Stopwatch stopwatch() {
        return Stopwatch.start(broker.process());
    }

    /** Creates topics, and waits until each is known and led. */
    void create(List<NewTopic> topics) {
        get(admin.createTopics(topics).all());
        TopicSetup.awaitLeaders(admin, topics.stream().map(NewTopic::name).collect(Collectors.toSet()));
    }

    static List<TopicPartition> partitions(String topic, int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> new TopicPartition(topic, number))
                .toList();
    }

    /** How many records were written to the partitions, where none of them in a transaction: its markers have offsets, too. */
    long written(List<TopicPartition> partitions) {
        return sum(ends(partitions, IsolationLevel.READ_UNCOMMITTED));
    }

    /** How many of a topic's records a group is done with for good. */
    long committed(String group, List<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> committed =
                get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(group));
        return partitions.stream()
                .map(committed::get)
                .mapToLong(offset -> offset == null ? 0 : offset.offset())
                .sum();
    }

    /** Whether everything in the partitions can be read, because no transaction is open on them. */
    boolean settled(List<TopicPartition> partitions) {
        return sum(ends(partitions, IsolationLevel.READ_COMMITTED)) == written(partitions);
    }

    /**
     * Shows every record that a reader of committed ones gets; returns how many there were. What a transaction just committed is
     * waited for: its producer is answered before the partitions are told.
     */
    long read(List<TopicPartition> partitions, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        Map<String, Object> config = new HashMap<>(client());
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(consumer.assignment());
            Map<TopicPartition, Long> ends = ends(partitions, IsolationLevel.READ_UNCOMMITTED);
            long count = 0;
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    reader.accept(record);
                    count++;
                }
            }
            return count;
        }
    }

    /** Deletes what there is under the prefix, a topology's own topics, too. */
    void deleteTopics(String prefix) {
        List<String> names = get(admin.listTopics().names()).stream()
                .filter(name -> name.startsWith(prefix))
                .toList();
        try {
            get(admin.deleteTopics(names).all());
        } catch (KafkaException e) {
            // One that was deleted just now may still be listed.
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw e;
            }
        }
    }

    private Map<TopicPartition, Long> ends(List<TopicPartition> partitions, IsolationLevel level) {
        Map<TopicPartition, OffsetSpec> latest =
                partitions.stream().collect(Collectors.toMap(part -> part, part -> OffsetSpec.latest()));
        return get(admin.listOffsets(latest, new ListOffsetsOptions(level)).all()).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, end -> end.getValue().offset()));
    }

    private static long sum(Map<TopicPartition, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "The bench's broker did not answer: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Interrupted while waiting for the bench's broker.", e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
