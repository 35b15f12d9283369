package fi.lupa.checker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads topics from their beginning to their end, as whoever reads what is committed sees them. */
final class Topics implements AutoCloseable {

    private static final byte MAGIC = 0;
    private static final int HEAD = 5;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Registry registry;
    private final String prefix;

    String prefix() {
        return prefix;
    }

    Topics(String bootstrapServers, Registry registry, String prefix) {
        this.registry = registry;
        this.prefix = prefix;
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** Everything on a topic, in the order of each partition; nothing where there is no such topic. */
    List<Written> all(String name) {
        String topic = prefix + name;
        List<PartitionInfo> known = consumer.listTopics().getOrDefault(topic, List.of());
        List<TopicPartition> partitions = known.stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        List<Written> all = new ArrayList<>();
        while (!isRead(ends, partitions)) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                all.add(read(name, record));
            }
        }
        return all;
    }

    /** Everything on several topics. */
    List<Written> all(Collection<String> names) {
        return names.stream().flatMap(name -> all(name).stream()).toList();
    }

    private boolean isRead(Map<TopicPartition, Long> ends, Collection<TopicPartition> partitions) {
        return partitions.stream().allMatch(partition -> consumer.position(partition) >= ends.get(partition));
    }

    private Written read(String name, ConsumerRecord<byte[], byte[]> record) {
        String key = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
        return new Written(
                name, record.partition(), record.offset(), key, record.value() == null, value(record.value()));
    }

    /** What cannot be read is no value: the pipeline has to have put it to the dead letters. */
    private GenericRecord value(byte[] bytes) {
        if (bytes == null || bytes.length < HEAD || bytes[0] != MAGIC) {
            return null;
        }
        Schema schema = registry.schema(ByteBuffer.wrap(bytes, 1, HEAD - 1).getInt());
        try {
            return schema == null
                    ? null
                    : new GenericDatumReader<GenericRecord>(schema)
                            .read(null, DecoderFactory.get().binaryDecoder(bytes, HEAD, bytes.length - HEAD, null));
        } catch (IOException | AvroRuntimeException e) {
            return null;
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
