package fi.lupa.edge.streams;

import fi.lupa.edge.kafka.Offsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;

/**
 * Whether this instance has read what already lay on a topic when partitions of it came to this instance. Kafka Streams
 * restores a state only as far as it was read before: until the rest is read, others have been answered by newer states.
 */
public final class CaughtUp implements AutoCloseable, Peers.Shares {

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final Offsets offsets;
    private final String group;
    private final String topic;
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final Set<TopicPartition> read = ConcurrentHashMap.newKeySet();
    private Watch watch;
    private volatile KafkaStreams streams;

    /**
     * @param group that reads the topic: the topology's application id
     */
    public CaughtUp(Offsets offsets, String group, String topic) {
        this.offsets = offsets;
        this.group = group;
        this.topic = topic;
    }

    /** Looks from now on how far the topology has read. */
    public void follow(KafkaStreams following) {
        streams = following;
        watch = Watch.start("caught-up", this::look, () -> {});
    }

    @Override
    public Set<Integer> here() {
        if (!isComplete()) {
            throw Peers.moving();
        }
        return partitions(assigned());
    }

    @Override
    public Set<Integer> all() {
        try {
            return partitions(offsets.endsOf(List.of(topic)).keySet());
        } catch (ExecutionException e) {
            throw Peers.moving();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Peers.moving();
        }
    }

    private static Set<Integer> partitions(Set<TopicPartition> of) {
        return of.stream().map(TopicPartition::partition).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Of every partition that is this instance's now. */
    public boolean isComplete() {
        return streams != null && read.containsAll(assigned());
    }

    public boolean isComplete(int partition) {
        return read.contains(new TopicPartition(topic, partition));
    }

    private Duration look() throws ExecutionException, InterruptedException {
        Set<TopicPartition> assigned = assigned();
        read.retainAll(assigned);
        Set<TopicPartition> behind = new HashSet<>(assigned);
        behind.removeAll(read);
        ends.keySet().retainAll(behind);
        if (!behind.isEmpty()) {
            findEnds(behind);
            compare();
        }
        return LOOK_EVERY;
    }

    private Set<TopicPartition> assigned() {
        return streams.metadataForLocalThreads().stream()
                .flatMap(thread -> thread.activeTasks().stream())
                .flatMap(task -> task.topicPartitions().stream())
                .filter(partition -> partition.topic().equals(topic))
                .collect(Collectors.toSet());
    }

    private void findEnds(Set<TopicPartition> behind) throws ExecutionException, InterruptedException {
        Set<TopicPartition> unknown = new HashSet<>(behind);
        unknown.removeAll(ends.keySet());
        if (!unknown.isEmpty()) {
            ends.putAll(offsets.ends(unknown));
        }
    }

    private void compare() throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> reached = offsets.readBy(group);
        ends.forEach((partition, end) -> {
            if (end <= reached.getOrDefault(partition, 0L)) {
                read.add(partition);
            }
        });
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
    }
}
