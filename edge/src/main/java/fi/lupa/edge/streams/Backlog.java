package fi.lupa.edge.streams;

import fi.lupa.edge.health.Health;
import fi.lupa.edge.kafka.Offsets;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * How many records of its topics a service has still to read, all of its instances together, whether or not one of them is at
 * work: {@code lupa_backlog_records}. Health notes a topic that is not read although something lies on it.
 */
public final class Backlog implements AutoCloseable {

    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final int LOOKS_UNTIL_NOTED = 12;

    private final Offsets offsets;
    private final String group;
    private final List<String> topics;
    private final Map<String, Reading> readings = new ConcurrentHashMap<>();
    private final Watch watch;

    /**
     * How far a topic is read.
     *
     * @param waiting records that are still to be read
     * @param reached records that were read, over all partitions
     * @param still for how many looks none was read though some waited
     */
    private record Reading(long waiting, long reached, int still) {

        Reading next(long end, long reachedNow) {
            boolean stands = end > reachedNow && reachedNow == reached;
            return new Reading(Math.max(0, end - reachedNow), reachedNow, stands ? still + 1 : 0);
        }
    }

    private Backlog(Offsets offsets, String group, List<String> topics) {
        this.offsets = offsets;
        this.group = group;
        this.topics = topics;
        this.watch = Watch.start("backlog", this::look, readings::clear);
    }

    /**
     * Looks from now on, and tells health and the meters.
     *
     * @param group that reads the topics: the topology's application id
     */
    public static Backlog of(String group, List<String> topics, Offsets offsets, Health health, MeterRegistry meters) {
        Backlog backlog = new Backlog(offsets, group, topics);
        for (String topic : topics) {
            Gauge.builder("lupa.backlog.records", () -> backlog.waiting(topic))
                    .description("Records that the service has still to read, all instances together")
                    .tag("topic", topic)
                    .register(meters);
            health.note(topic, () -> backlog.note(topic));
        }
        return backlog;
    }

    /** Not a number while it is not known. */
    private double waiting(String topic) {
        Reading reading = readings.get(topic);
        return reading == null ? Double.NaN : reading.waiting();
    }

    private Optional<String> note(String topic) {
        return Optional.ofNullable(readings.get(topic))
                .filter(reading -> reading.still() >= LOOKS_UNTIL_NOTED)
                .map(reading ->
                        "%d records wait, and none has been read for a minute or longer.".formatted(reading.waiting()));
    }

    private Duration look() throws ExecutionException, InterruptedException {
        Map<String, Long> reached = byTopic(offsets.readBy(group));
        byTopic(offsets.endsOf(topics)).forEach((topic, end) -> {
            Reading before = readings.getOrDefault(topic, new Reading(0, -1, 0));
            readings.put(topic, before.next(end, reached.getOrDefault(topic, 0L)));
        });
        return LOOK_EVERY;
    }

    private static Map<String, Long> byTopic(Map<TopicPartition, Long> byPartition) {
        return byPartition.entrySet().stream()
                .collect(Collectors.groupingBy(
                        entry -> entry.getKey().topic(), Collectors.summingLong(Map.Entry::getValue)));
    }

    @Override
    public void close() {
        watch.close();
    }
}
