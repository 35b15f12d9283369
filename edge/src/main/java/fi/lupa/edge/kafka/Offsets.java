package fi.lupa.edge.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** How far topics are written, and how far groups have read them. Every call asks Kafka, and fails where it does not answer. */
public final class Offsets implements AutoCloseable {

    private final Admin admin;

    /** @param admin to ask with; closed with this */
    public Offsets(Admin admin) {
        this.admin = admin;
    }

    /** The end of each partition of the topics. */
    public Map<TopicPartition, Long> endsOf(Collection<String> topics) throws ExecutionException, InterruptedException {
        return ends(admin.describeTopics(topics).allTopicNames().get().values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList());
    }

    /** The end of each of the partitions. */
    public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions)
            throws ExecutionException, InterruptedException {
        return offsets(partitions, OffsetSpec.latest());
    }

    /** Where what can still be read of each of the partitions begins. */
    public Map<TopicPartition, Long> begins(Collection<TopicPartition> partitions)
            throws ExecutionException, InterruptedException {
        return offsets(partitions, OffsetSpec.earliest());
    }

    private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec which)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        admin.listOffsets(partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> which)))
                .all()
                .get()
                .forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    /** How far a group has read, by partition; those that it has not read at all are left out. */
    public Map<TopicPartition, Long> readBy(String group) throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> read = new HashMap<>();
        admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .forEach((partition, reached) -> {
                    if (reached != null) {
                        read.put(partition, reached.offset());
                    }
                });
        return read;
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
