package fi.lupa.edge.streams;

import fi.lupa.edge.health.Health;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many records of its topics a service has still to read, all of its instances together, whether or not one of them is at
 * work: {@code lupa_backlog_records}. Health notes a topic that is not read although something lies on it.
 */
public final class Backlog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final int LOOKS_UNTIL_NOTED = 12;

    private final Admin admin;
    private final String group;
    private final List<String> topics;
    private final Map<String, Reading> readings = new ConcurrentHashMap<>();
    private final Thread looks = new Thread(this::lookOn, "backlog");

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

    /**
     * @param admin to ask with; closed with this
     * @param group that reads the topics: the topology's application id
     */
    public Backlog(Admin admin, String group, List<String> topics) {
        this.admin = admin;
        this.group = group;
        this.topics = topics;
    }

    /** Looks from now on, and tells health and the meters. */
    public Backlog tell(Health health, MeterRegistry meters) {
        for (String topic : topics) {
            Gauge.builder("lupa.backlog.records", () -> waiting(topic))
                    .description("Records that the service has still to read, all instances together")
                    .tag("topic", topic)
                    .register(meters);
            health.note(topic, () -> note(topic));
        }
        looks.setDaemon(true);
        looks.start();
        return this;
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
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            Map<String, Long> reached = new HashMap<>();
            committed.forEach((partition, offset) -> {
                if (offset != null) {
                    reached.merge(partition.topic(), offset.offset(), Long::sum);
                }
            });
            ends().forEach((topic, end) -> {
                Reading before = readings.getOrDefault(topic, new Reading(0, -1, 0));
                readings.put(topic, before.next(end, reached.getOrDefault(topic, 0L)));
            });
        } catch (ExecutionException | KafkaException e) {
            readings.clear();
            LOG.atWarn()
                    .addKeyValue("failure", e.getClass().getSimpleName())
                    .log("How much is still to be read cannot be said; it is asked again");
        }
    }

    /** How far each topic is written, over all partitions. */
    private Map<String, Long> ends() throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> partitions =
                admin.describeTopics(topics).allTopicNames().get().values().stream()
                        .flatMap(Backlog::partitions)
                        .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
        return admin.listOffsets(partitions).all().get().entrySet().stream()
                .collect(Collectors.groupingBy(end -> end.getKey().topic(), Collectors.summingLong(end -> end.getValue()
                        .offset())));
    }

    private static Stream<TopicPartition> partitions(TopicDescription topic) {
        return topic.partitions().stream().map(partition -> new TopicPartition(topic.name(), partition.partition()));
    }

    @Override
    public void close() {
        looks.interrupt();
        admin.close(Duration.ofSeconds(1));
    }
}
