package fi.lupa.edge.streams;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this instance has read what already lay on a topic when partitions of it came to this instance. Kafka Streams
 * restores a state only as far as it was read before: until the rest is read, others have been answered by newer states.
 */
public final class CaughtUp implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CaughtUp.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final Admin admin;
    private final String group;
    private final String topic;
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final Set<TopicPartition> read = ConcurrentHashMap.newKeySet();
    private final Thread looks = new Thread(this::lookOn, "caught-up");
    private volatile KafkaStreams streams;

    /**
     * @param admin to ask with; closed with this
     * @param group that reads the topic: the topology's application id
     */
    public CaughtUp(Admin admin, String group, String topic) {
        this.admin = admin;
        this.group = group;
        this.topic = topic;
    }

    /** Looks from now on how far the topology has read. */
    public void follow(KafkaStreams following) {
        streams = following;
        looks.setDaemon(true);
        looks.start();
    }

    /** Of every partition that is this instance's now. */
    public boolean isComplete() {
        return streams != null && read.containsAll(assigned());
    }

    public boolean isComplete(int partition) {
        return read.contains(new TopicPartition(topic, partition));
    }

    private void lookOn() {
        try {
            while (true) {
                look();
                Thread.sleep(LOOK_EVERY.toMillis());
            }
        } catch (InterruptedException e) {
            // It was closed.
        }
    }

    private void look() throws InterruptedException {
        try {
            Set<TopicPartition> assigned = assigned();
            read.retainAll(assigned);
            Set<TopicPartition> behind = new HashSet<>(assigned);
            behind.removeAll(read);
            ends.keySet().retainAll(behind);
            if (!behind.isEmpty()) {
                findEnds(behind);
                compare();
            }
        } catch (ExecutionException | KafkaException | IllegalStateException e) {
            LOG.atWarn()
                    .addKeyValue("failure", e.getClass().getSimpleName())
                    .log("How far the topic {} is read cannot be said; it is asked again", topic);
        }
    }

    private Set<TopicPartition> assigned() {
        return streams.metadataForLocalThreads().stream()
                .flatMap(thread -> thread.activeTasks().stream())
                .flatMap(task -> task.topicPartitions().stream())
                .filter(partition -> partition.topic().equals(topic))
                .collect(Collectors.toSet());
    }

    private void findEnds(Set<TopicPartition> behind) throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> unknown = behind.stream()
                .filter(partition -> !ends.containsKey(partition))
                .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        if (!unknown.isEmpty()) {
            admin.listOffsets(unknown).all().get().forEach((partition, end) -> ends.put(partition, end.offset()));
        }
    }

    private void compare() throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
        ends.forEach((partition, end) -> {
            OffsetAndMetadata reached = committed.get(partition);
            if (end <= (reached == null ? 0 : reached.offset())) {
                read.add(partition);
            }
        });
    }

    @Override
    public void close() {
        looks.interrupt();
        admin.close(Duration.ofSeconds(1));
    }
}
