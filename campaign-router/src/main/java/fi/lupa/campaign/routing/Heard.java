package fi.lupa.campaign.routing;

import fi.lupa.edge.health.Health;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Until when everything that people said has been heard here. Somebody who said no was answered when it lay on Kafka; while the
 * consent stream is away, or far behind, the router would go on by what it knew before. So it holds messages as long as anything
 * is unheard for more than {@link #AT_MOST}, and decides them when all is.
 *
 * <p>What was said goes from topic to topic: from a form to a statement, to the state, and where people were found to be the same by
 * a note to another's state. So all of them have to be read so many times over, each time to where they ended when the time before
 * was found to be read.
 */
public final class Heard implements AutoCloseable {

    /** The longest that something may be unheard while messages go out. */
    public static final Duration AT_MOST = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Heard.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration LOOK_AT_FIRST_EVERY = Duration.ofMillis(20);

    /** Form, statement, note, state. */
    private static final int STEPS = 4;

    private static final List<Topic<?>> BY_CONSENT_STREAM = List.of(
            Topics.FORMS_INBOX,
            Topics.FORMS_SUBMITTED,
            Topics.CONSENT_CHANGES,
            Topics.SUBJECT_LINKS,
            Topics.SUBJECT_RIGHTS,
            Topics.SUBJECT_NOTES);

    private final Admin admin;
    private final String prefix;
    private final String consentStream;
    private final String router;
    private final Thread looks = new Thread(this::lookOn, "heard");

    /** Of {@link System#nanoTime()}; null until it is known. */
    private volatile Long until;

    /**
     * @param admin to ask with; closed with this
     * @param prefix of the installation's topics
     * @param consentStream the group that reads what people say
     * @param router the group that reads the states
     */
    public Heard(Admin admin, String prefix, String consentStream, String router) {
        this.admin = admin;
        this.prefix = prefix;
        this.consentStream = consentStream;
        this.router = router;
    }

    /** Looks from now on, and tells health and the meters. */
    public Heard follow(Health health, MeterRegistry meters) {
        Gauge.builder("lupa.consents.unheard.seconds", this::unheardSeconds)
                .description("For how long something that people said may not have been heard by the router")
                .register(meters);
        health.ready(
                "consents",
                () -> until != null
                        ? Optional.empty()
                        : Optional.of("What people said before it started is still being heard."));
        health.note(
                "consents",
                () -> isRecent()
                        ? Optional.empty()
                        : Optional.of("What people said has not been heard for %.0f s; messages are held until it is."
                                .formatted(unheardSeconds())));
        looks.setDaemon(true);
        looks.start();
        return this;
    }

    /** Whether messages may go out by what is known. */
    public boolean isRecent() {
        Long known = until;
        return known != null && System.nanoTime() - known <= AT_MOST.toNanos();
    }

    private double unheardSeconds() {
        Long known = until;
        return known == null ? Double.NaN : (System.nanoTime() - known) / 1e9;
    }

    private void lookOn() {
        Deque<Long> begun = new ArrayDeque<>();
        try {
            while (true) {
                try {
                    begun.addLast(System.nanoTime());
                    awaitRead(ends());
                    if (begun.size() == STEPS) {
                        until = begun.removeFirst();
                    }
                } catch (ExecutionException | KafkaException e) {
                    begun.clear();
                    LOG.atWarn()
                            .addKeyValue("failure", e.getClass().getSimpleName())
                            .log("Whether everything that people said is heard cannot be said; it is asked again");
                }
                pause();
            }
        } catch (InterruptedException e) {
            // It was closed.
        }
    }

    /** How far each topic is written now. */
    private Map<String, Map<TopicPartition, Long>> ends() throws ExecutionException, InterruptedException {
        return Map.of(
                consentStream,
                ends(BY_CONSENT_STREAM.stream().map(topic -> topic.in(prefix)).toList()),
                router,
                ends(List.of(Topics.CONSENT_STATE.in(prefix))));
    }

    private Map<TopicPartition, Long> ends(Collection<String> topics) throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> partitions =
                admin.describeTopics(topics).allTopicNames().get().values().stream()
                        .flatMap(topic -> topic.partitions().stream()
                                .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                        .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        admin.listOffsets(partitions).all().get().forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    private void awaitRead(Map<String, Map<TopicPartition, Long>> ends)
            throws ExecutionException, InterruptedException {
        while (!isRead(ends)) {
            pause();
        }
    }

    private boolean isRead(Map<String, Map<TopicPartition, Long>> ends)
            throws ExecutionException, InterruptedException {
        ListConsumerGroupOffsetsSpec all = new ListConsumerGroupOffsetsSpec();
        ListConsumerGroupOffsetsResult committed =
                admin.listConsumerGroupOffsets(Map.of(consentStream, all, router, all));
        for (String group : ends.keySet()) {
            Map<TopicPartition, OffsetAndMetadata> reached =
                    committed.partitionsToOffsetAndMetadata(group).get();
            for (Map.Entry<TopicPartition, Long> end : ends.get(group).entrySet()) {
                OffsetAndMetadata offset = reached.get(end.getKey());
                if ((offset == null ? 0 : offset.offset()) < end.getValue()) {
                    return false;
                }
            }
        }
        return true;
    }

    private void pause() throws InterruptedException {
        Thread.sleep((until == null ? LOOK_AT_FIRST_EVERY : LOOK_EVERY).toMillis());
    }

    @Override
    public void close() {
        looks.interrupt();
        admin.close(Duration.ofSeconds(1));
    }
}
