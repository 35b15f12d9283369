package fi.lupa.standalone.replay.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.edge.kafka.TopicSetup;
import fi.lupa.schemas.registry.RegistryUnavailableException;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.standalone.progress.ProgressBar;
import fi.lupa.standalone.replay.open.Erasures;
import fi.lupa.standalone.replay.read.EventReader;
import fi.lupa.standalone.replay.read.Filters;
import fi.lupa.standalone.replay.read.PartitionSpan;
import fi.lupa.standalone.replay.read.Source;
import fi.lupa.standalone.replay.read.TopicReader;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes records once more to a topic that nothing of Lupa reads, and keeps in a file how far it is. */
final class Feed implements TopicReader.Take, AutoCloseable {

    private static final String FROM = "lupa-replayed-from";
    private static final Duration KEEP_EVERY = Duration.ofSeconds(5);
    private static final int AT_ONCE = 10_000;

    private final Topic<?> topic;
    private final Filters filters;
    private final EventReader events;
    private final Source source;
    private final Map<String, Object> targetClient;
    private final String to;
    private final Pace pace;
    private final Path progress;
    private final KafkaProducer<String, byte[]> producer;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private Map<String, Instant> erased = Map.of();
    private List<PartitionSpan> spans = List.of();
    private ProgressBar bar;
    private long kept = System.nanoTime();
    private long before;

    Feed(
            Source source,
            Topic<?> topic,
            Filters filters,
            Map<String, Object> targetClient,
            String to,
            Pace pace,
            Path progress) {
        this.source = source;
        this.topic = topic;
        this.filters = filters;
        this.events = source.events(topic, true);
        this.targetClient = targetClient;
        this.to = to;
        this.pace = pace;
        this.progress = progress;
        Map<String, Object> config = new HashMap<>(targetClient);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        this.producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }

    /** What is left to write, once the target is there. */
    List<PartitionSpan> spans(TopicReader reader) throws Exception {
        erased = Erasures.in(reader, source.serdes());
        List<PartitionSpan> now = reader.spans(List.of(topic));
        create(now.size());
        if (!Files.exists(progress)) {
            return now;
        }
        Properties before = new Properties();
        try (Reader file = Files.newBufferedReader(progress)) {
            before.load(file);
        }
        if (!before.getProperty("what", "").equals(what())) {
            throw new KafkaException("The file %s is of another feed; remove it, or name another with --progress-file."
                    .formatted(progress));
        }
        List<PartitionSpan> left = new ArrayList<>();
        for (PartitionSpan span : now) {
            long[] was = Optional.ofNullable(
                            before.getProperty(String.valueOf(span.partition().partition())))
                    .map(Feed::numbers)
                    .orElseGet(() -> new long[] {span.begin(), span.end(), span.begin(), 0, 0, 0, 0});
            left.add(
                    new PartitionSpan(topic, span.partition(), was[0], was[1], was[2], was[3], was[4], was[5], was[6]));
        }
        return left;
    }

    void show(List<PartitionSpan> spans, ProgressBar bar) {
        this.spans = spans;
        this.bar = bar;
        this.before = positions();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the callback tells of a failure, and it is asked after each batch
    public void record(PartitionSpan span, ConsumerRecord<String, byte[]> record) {
        IndexedRecord value;
        try {
            value = record.value() == null ? null : events.read(record.value());
        } catch (RegistryUnavailableException e) {
            throw e;
        } catch (SerializationException e) {
            span.unreadable();
            return;
        }
        if (!filters.take(topic, record.key(), value, record.timestamp())
                || Erasures.isErased(erased, topic, record.key(), value, record.timestamp())) {
            span.leftOut();
            return;
        }
        pace.await(record.timestamp());
        Headers headers = new RecordHeaders(record.headers());
        headers.add(
                FROM,
                "%s %d@%d"
                        .formatted(record.topic(), record.partition(), record.offset())
                        .getBytes(UTF_8));
        producer.send(
                new ProducerRecord<>(to, null, record.timestamp(), record.key(), record.value(), headers),
                (written, failed) -> {
                    if (failed != null) {
                        failure.compareAndSet(null, failed);
                    }
                });
        span.row();
        if (span.records() % AT_ONCE == 0) {
            bar.at(positions() - before, span.records());
        }
    }

    @Override
    public void batch() throws IOException {
        if (System.nanoTime() - kept > KEEP_EVERY.toNanos()) {
            keep();
        }
        bar.at(
                positions() - before,
                spans.stream().mapToLong(PartitionSpan::records).sum());
    }

    /** All is written; there is nothing to go on with. */
    void finish() throws IOException {
        flush();
        Files.deleteIfExists(progress);
    }

    private void keep() throws IOException {
        flush();
        Properties now = new Properties();
        now.setProperty("what", what());
        spans.forEach(span -> now.setProperty(
                String.valueOf(span.partition().partition()),
                "%d %d %d %d %d %d %d"
                        .formatted(
                                span.begin(),
                                span.end(),
                                span.position(),
                                span.records(),
                                span.rows(),
                                span.leftOutSoFar(),
                                span.unreadableSoFar())));
        Path unnamed = progress.resolveSibling(progress.getFileName() + ".tmp");
        try (Writer file = Files.newBufferedWriter(unnamed)) {
            now.store(file, null);
        }
        Files.move(unnamed, progress, StandardCopyOption.ATOMIC_MOVE);
        kept = System.nanoTime();
    }

    private void flush() {
        producer.flush();
        if (failure.get() != null) {
            throw new KafkaException(
                    "A record could not be written to " + to + ": "
                            + failure.get().getMessage(),
                    failure.get());
        }
    }

    private void create(int partitions) throws InterruptedException {
        try (Admin admin = Admin.create(targetClient)) {
            if (!admin.listTopics().names().get().contains(to)) {
                admin.createTopics(List.of(new NewTopic(to, Optional.of(partitions), Optional.empty())))
                        .all()
                        .get();
                TopicSetup.awaitLeaders(admin, Set.of(to));
            }
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new KafkaException(
                        "The topic %s could not be made: %s"
                                .formatted(to, e.getCause().getMessage()),
                        e.getCause());
            }
        }
    }

    private String what() {
        return topic.in(source.prefix()) + " " + to + " " + filters;
    }

    private long positions() {
        return spans.stream().mapToLong(PartitionSpan::position).sum();
    }

    private static long[] numbers(String written) {
        return List.of(written.split(" ")).stream().mapToLong(Long::parseLong).toArray();
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(10));
    }
}
