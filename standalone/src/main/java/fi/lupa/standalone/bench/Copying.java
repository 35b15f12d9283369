package fi.lupa.standalone.bench;

import fi.lupa.edge.streams.StreamsRuntime;
import fi.lupa.permission.Channel;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Measures the copy of a topic to four others, bytes passed on as they are: what any program must do that reads and writes the
 * same records, and so the limit of its rate.
 */
final class Copying {

    /** Where the copies go: what is cleared for the four channels is of the kind that the router writes. */
    static final List<Topic<?>> TOPICS =
            Arrays.stream(Channel.values()).<Topic<?>>map(Topics::cleared).toList();

    private static final Duration COMMIT_EVERY = Duration.ofMillis(100);

    private final Site site;
    private final Site into;
    private final Topic<?> topic;
    private final boolean transactional;
    private final List<TopicPartition> from;
    private final List<String> to;
    private final LongAdder copied = new LongAdder();

    /** @param into has {@link #TOPICS} */
    Copying(Site site, Topic<?> topic, Site into, boolean transactional) {
        this.site = site;
        this.into = into;
        this.topic = topic;
        this.transactional = transactional;
        this.from = site.partitions(topic);
        this.to = TOPICS.stream().map(into::topic).toList();
    }

    Measured measure() throws InterruptedException {
        int threads = Math.min(site.threads(), from.size());
        Progress progress =
                site.progress("copying " + topic.name() + (transactional ? ", transactional" : ", plain"), records());
        List<Copier> copiers = IntStream.range(0, threads)
                .mapToObj(i -> new Copier(i, threads))
                .toList();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            Stopwatch watch = site.cluster().stopwatch();
            List<Future<Void>> running = new ArrayList<>();
            copiers.forEach(copier -> running.add(pool.submit(copier)));
            for (Future<Void> copier : running) {
                await(copier, progress);
            }
            Measured measured = watch.stop(copied.sum());
            progress.at(copied.sum());
            return measured;
        } finally {
            pool.shutdownNow();
            copiers.forEach(Copier::close);
        }
    }

    /** Adds a fault unless every record has arrived once. */
    void check(List<String> faults) {
        long arrived = site.cluster().read(into.partitions(TOPICS), record -> {});
        if (arrived != records()) {
            faults.add(String.format(
                    Locale.ROOT, "A copy of the %,d records of %s has %,d.", records(), topic.name(), arrived));
        }
    }

    private long records() {
        return site.cluster().written(from);
    }

    private void await(Future<Void> copier, Progress progress) throws InterruptedException {
        while (true) {
            try {
                copier.get(1, TimeUnit.SECONDS);
                return;
            } catch (TimeoutException e) {
                progress.at(copied.sum());
            } catch (ExecutionException e) {
                throw new KafkaException("The copy failed: " + e.getCause(), e.getCause());
            }
        }
    }

    /** One thread's share of the partitions, with clients of its own. */
    private final class Copier implements Callable<Void>, AutoCloseable {

        private final KafkaConsumer<byte[], byte[]> consumer;
        private final KafkaProducer<byte[], byte[]> producer;

        Copier(int index, int of) {
            Map<String, Object> reading = new HashMap<>(site.cluster().client());
            reading.put(ConsumerConfig.GROUP_ID_CONFIG, into.prefix());
            reading.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, !transactional);
            reading.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
            consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            // By hand: a group's assignment would take longer than many a copy.
            List<TopicPartition> share =
                    from.stream().filter(part -> part.partition() % of == index).toList();
            consumer.assign(share);
            consumer.seekToBeginning(share);

            Map<String, Object> writing = new HashMap<>(site.cluster().client());
            writing.put(ProducerConfig.ACKS_CONFIG, "all");
            writing.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
            writing.put(ProducerConfig.BATCH_SIZE_CONFIG, StreamsRuntime.BATCH);
            if (transactional) {
                writing.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, into.prefix() + index);
            }
            producer = new KafkaProducer<>(writing, new ByteArraySerializer(), new ByteArraySerializer());
            if (transactional) {
                producer.initTransactions();
            }
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // what arrived is counted
        public Void call() {
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            long left = ends.values().stream().mapToLong(Long::longValue).sum();
            long nextCommit = System.nanoTime() + COMMIT_EVERY.toNanos();
            begin();
            while (left > 0) {
                int count = 0;
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(COMMIT_EVERY)) {
                    String topic = to.get((int) (record.offset() % to.size()));
                    producer.send(new ProducerRecord<>(topic, record.key(), record.value()));
                    count++;
                }
                left -= count;
                copied.add(count);
                if (left > 0 && System.nanoTime() > nextCommit) {
                    commit();
                    begin();
                    nextCommit = System.nanoTime() + COMMIT_EVERY.toNanos();
                }
            }
            commit();
            producer.flush();
            return null;
        }

        private void begin() {
            if (transactional) {
                producer.beginTransaction();
            }
        }

        private void commit() {
            if (!transactional) {
                return;
            }
            Map<TopicPartition, OffsetAndMetadata> read = new HashMap<>();
            consumer.assignment().forEach(part -> read.put(part, new OffsetAndMetadata(consumer.position(part))));
            producer.sendOffsetsToTransaction(read, consumer.groupMetadata());
            producer.commitTransaction();
        }

        @Override
        public void close() {
            producer.close(Duration.ofSeconds(5));
            consumer.close();
        }
    }
}
