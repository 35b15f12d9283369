package fi.lupa.standalone.replay.read;

import fi.lupa.schemas.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads topics from their beginning to where they ended when it was asked. It joins no group, keeps no offsets in Kafka, and has
 * no producer: the right to read is all that it needs and can use.
 */
public final class TopicReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    /** A topic that gives nothing for so long is not to be read to its end. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final KafkaConsumer<String, byte[]> consumer;
    private final String prefix;

    /** What is done with the records of a partition. */
    public interface Take {
        void record(PartitionSpan span, ConsumerRecord<String, byte[]> record) throws Exception;

        /** After each batch. */
        void batch() throws Exception;
    }

    /** @param client how to reach Kafka */
    public TopicReader(Map<String, Object> client, String prefix) {
        Map<String, Object> config = new HashMap<>(client);
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 4 * 1024 * 1024);
        this.consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
        this.prefix = prefix;
    }

    /**
     * The partitions of the topics as they are now.
     *
     * @throws KafkaException with a sentence if a topic is not there
     */
    public List<PartitionSpan> spans(Collection<? extends Topic<?>> topics) {
        Map<TopicPartition, Topic<?>> partitions = new LinkedHashMap<>();
        for (Topic<?> topic : topics) {
            String name = topic.in(prefix);
            List<PartitionInfo> found;
            try {
                found = consumer.partitionsFor(name);
            } catch (TimeoutException e) {
                throw new KafkaException(
                        "No Kafka broker answers. Start one, or say where one is with KAFKA_BOOTSTRAP_SERVERS.", e);
            }
            if (found.isEmpty()) {
                throw new KafkaException("There is no topic " + name + ".");
            }
            found.forEach(partition -> partitions.put(new TopicPartition(name, partition.partition()), topic));
        }
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions.keySet());
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions.keySet());
        List<PartitionSpan> spans = new ArrayList<>();
        partitions.forEach((partition, topic) ->
                spans.add(new PartitionSpan(topic, partition, begins.get(partition), ends.get(partition))));
        return spans;
    }

    /** When the first record that is left was written, of several partitions the earliest of these; null where none is. */
    Instant firstLeft(Collection<PartitionSpan> spans) {
        Map<TopicPartition, Long> fromTheFirst =
                spans.stream().collect(Collectors.toMap(PartitionSpan::partition, span -> 0L));
        return consumer.offsetsForTimes(fromTheFirst).values().stream()
                .filter(Objects::nonNull)
                .map(found -> Instant.ofEpochMilli(found.timestamp()))
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    /**
     * Reads what the spans have left.
     *
     * @throws KafkaException with a sentence if a partition cannot be read to its end
     */
    public void read(Collection<PartitionSpan> spans, Take take) throws Exception {
        Map<TopicPartition, PartitionSpan> open = spans.stream()
                .filter(span -> !span.isDone())
                .collect(Collectors.toMap(PartitionSpan::partition, span -> span));
        consumer.assign(open.keySet());
        open.values().forEach(span -> consumer.seek(span.partition(), span.position()));
        long heard = System.nanoTime();
        while (!open.isEmpty()) {
            ConsumerRecords<String, byte[]> records;
            try {
                records = consumer.poll(POLL);
            } catch (OffsetOutOfRangeException e) {
                throw new KafkaException(
                        "Records were removed by retention before they were read; remove what was begun, and begin anew.",
                        e);
            }
            boolean moved = !records.isEmpty();
            for (TopicPartition partition : records.partitions()) {
                PartitionSpan span = open.get(partition);
                for (ConsumerRecord<String, byte[]> record : records.records(partition)) {
                    if (record.offset() < span.end()) {
                        take.record(span, record);
                    }
                }
            }
            for (PartitionSpan span : List.copyOf(open.values())) {
                long position = consumer.position(span.partition());
                moved |= position > span.position();
                span.readTo(position);
                if (span.isDone()) {
                    open.remove(span.partition());
                    consumer.pause(List.of(span.partition()));
                }
            }
            take.batch();
            if (moved) {
                heard = System.nanoTime();
            } else if (System.nanoTime() - heard > PATIENCE.toNanos()) {
                throw new KafkaException("%d partitions gave nothing for %d minutes, and are not read to their end."
                        .formatted(open.size(), TimeUnit.NANOSECONDS.toMinutes(PATIENCE.toNanos())));
            }
        }
        consumer.unsubscribe();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
