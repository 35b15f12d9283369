package fi.lupa.standalone.bench;

import fi.lupa.event.MessageCleared;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.Reason;
import fi.lupa.permission.Channel;
import fi.lupa.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.DoubleStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads what becomes of emails from now on, as a mail system would: committed outcomes, as soon as they can be read. */
final class Outflow implements AutoCloseable {

    /** Of so many one is opened to see when it was sent. */
    private static final int OPENED = 16;

    private final Deserializer<MessageCleared> clearances;
    private final Deserializer<MessageSuppressed> refusals;
    private final String refused;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread reads = new Thread(this::read, "outflow");
    private final Map<String, List<Outcome>> watched = new ConcurrentHashMap<>();
    private final AtomicLong cleared = new AtomicLong();
    private final AtomicLong suppressed = new AtomicLong();
    private final AtomicLong first = new AtomicLong();
    private DoubleStream.Builder underWay = DoubleStream.builder();
    private volatile boolean closed;

    /**
     * What became of a message to somebody who is watched.
     *
     * @param number of the message
     * @param reasons empty where it was cleared
     */
    record Outcome(long number, List<Reason> reasons, Instant decidedAt) {}

    @SuppressWarnings("StartInConstructor") // it is final, and is to miss nothing from here on
    Outflow(Site site) {
        this.clearances = site.serdes().of(Topics.cleared(Channel.EMAIL)).deserializer();
        this.refusals = site.serdes().of(Topics.CAMPAIGN_SUPPRESSED).deserializer();
        this.refused = site.topic(Topics.CAMPAIGN_SUPPRESSED);
        Map<String, Object> config = new HashMap<>(site.cluster().client());
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        this.consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                site.partitions(List.of(Topics.cleared(Channel.EMAIL), Topics.CAMPAIGN_SUPPRESSED));
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        reads.start();
    }

    /** What becomes of messages to a subject from now on; they are not counted. */
    List<Outcome> watch(String subjectId) {
        return watched.computeIfAbsent(subjectId, id -> new ArrayList<>());
    }

    /** What became of messages to a subject who is watched, so far. */
    List<Outcome> of(String subjectId) {
        List<Outcome> outcomes = watched.get(subjectId);
        synchronized (outcomes) {
            return List.copyOf(outcomes);
        }
    }

    long cleared() {
        return cleared.get();
    }

    /** Cleared and suppressed. */
    long decided() {
        return cleared.get() + suppressed.get();
    }

    /** When the first outcome was seen, as {@link System#nanoTime} tells it; 0 before. */
    long first() {
        return first.get();
    }

    /** How long cleared messages were under way since this was asked before, in milliseconds, from their sending. */
    double[] underWay() {
        synchronized (clearances) {
            double[] millis = underWay.build().toArray();
            underWay = DoubleStream.builder();
            return millis;
        }
    }

    private void read() {
        try (consumer) {
            while (!closed) {
                consumer.poll(Duration.ofMillis(100)).forEach(this::take);
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        long now = System.nanoTime();
        first.compareAndSet(0, now);
        boolean goesOut = !record.topic().equals(refused);
        List<Outcome> of = watched.isEmpty() ? null : watched.get(new String(record.key(), StandardCharsets.UTF_8));
        if (of != null) {
            synchronized (of) {
                of.add(outcome(record));
            }
            return;
        }
        (goesOut ? cleared : suppressed).incrementAndGet();
        if (goesOut && record.offset() % OPENED == 0) {
            String messageId =
                    clearances.deserialize(record.topic(), record.value()).getMessageId();
            synchronized (clearances) {
                underWay.add((now - Messages.sentAt(messageId)) / 1e6);
            }
        }
    }

    private Outcome outcome(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(refused)) {
            MessageSuppressed out = refusals.deserialize(record.topic(), record.value());
            return new Outcome(Messages.number(out.getMessageId()), out.getReasons(), out.getDecidedAt());
        }
        MessageCleared out = clearances.deserialize(record.topic(), record.value());
        return new Outcome(Messages.number(out.getMessageId()), List.of(), out.getDecidedAt());
    }

    @Override
    public void close() {
        closed = true;
    }
}
