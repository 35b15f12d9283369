package fi.lupa.edge.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.edge.http.ProblemException;
import fi.lupa.schemas.EventSerdes;
import fi.lupa.schemas.registry.RegistryUnavailableException;
import fi.lupa.schemas.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from Kafka what topics hold under some keys: the partitions that these keys lie in, whole, from offset 0 to what was
 * committed when it began. That costs what the partitions weigh, and so is for what is asked rarely.
 */
public final class TopicCopies implements Copies, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicCopies.class);
    private static final Duration POLL = Duration.ofMillis(200);

    /** At once; the others wait, and the broker and the forms that come in do not notice. */
    private static final int READERS = 2;

    private final Map<String, Object> client;
    private final String prefix;
    private final EventSerdes serdes;
    private final Duration patience;
    private final ExecutorService readers = Executors.newFixedThreadPool(READERS, reading -> {
        Thread thread = new Thread(reading, "copies");
        thread.setDaemon(true);
        return thread;
    });

    /** @param patience how long a caller waits, from the asking on */
    public TopicCopies(Map<String, Object> client, String prefix, EventSerdes serdes, Duration patience) {
        this.client = new HashMap<>(client);
        this.client.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        this.client.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        this.client.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        this.client.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
        this.prefix = prefix;
        this.serdes = serdes;
        this.patience = patience;
    }

    @Override
    public CompletableFuture<Found> under(Set<String> keys, Collection<Topic<?>> topics, Instant since) {
        long deadline = System.nanoTime() + patience.toNanos();
        return CompletableFuture.supplyAsync(() -> read(keys, topics, since, deadline), readers);
    }

    private Found read(Set<String> keys, Collection<Topic<?>> topics, Instant since, long deadline) {
        Map<String, Topic<?>> byName =
                topics.stream().collect(Collectors.toMap(topic -> topic.in(prefix), Function.identity()));
        Read read = new Read();
        checkTime(deadline);
        try (Consumer<String, byte[]> consumer =
                new KafkaConsumer<>(client, new StringDeserializer(), new ByteArrayDeserializer())) {
            Set<TopicPartition> partitions = new LinkedHashSet<>();
            byName.keySet().forEach(name -> partitions.addAll(holding(consumer, name, keys)));
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            seek(consumer, ends, since);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                checkTime(deadline);
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    if (keys.isEmpty() || keys.contains(record.key())) {
                        read.add(byName.get(record.topic()), record);
                    }
                }
            }
            return read;
        } catch (KafkaException e) {
            LOG.atWarn().addKeyValue("failure", e.getClass().getSimpleName()).log("What topics hold could not be read");
            throw notInTime();
        }
    }

    /** Where a key's records lie, as every producer of Lupa's topics puts them. */
    private static List<TopicPartition> holding(Consumer<?, ?> consumer, String name, Set<String> keys) {
        int count = consumer.partitionsFor(name).size();
        if (keys.isEmpty()) {
            return List.of(new TopicPartition(name, 0));
        }
        return keys.stream()
                .map(key -> new TopicPartition(name, Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % count))
                .distinct()
                .toList();
    }

    /** To the first record that was written at the moment or later; to the end where none was. */
    private static void seek(Consumer<?, ?> consumer, Map<TopicPartition, Long> ends, Instant since) {
        if (since.equals(Instant.EPOCH)) {
            consumer.seekToBeginning(ends.keySet());
            return;
        }
        Map<TopicPartition, Long> from = new HashMap<>();
        ends.keySet().forEach(partition -> from.put(partition, since.toEpochMilli()));
        consumer.offsetsForTimes(from)
                .forEach((partition, found) ->
                        consumer.seek(partition, found == null ? ends.get(partition) : found.offset()));
    }

    private static void checkTime(long deadline) {
        if (System.nanoTime() > deadline) {
            throw notInTime();
        }
    }

    private static ProblemException notInTime() {
        return ProblemException.unavailable(
                "What the topics hold could not be read in time, so nothing was given; try again, or give the service more"
                        + " with --http-timeout.",
                Duration.ofSeconds(30));
    }

    @Override
    public void close() {
        readers.shutdownNow();
    }

    private final class Read implements Found {

        private final Map<Topic<?>, List<ConsumerRecord<String, byte[]>>> records = new HashMap<>();

        void add(Topic<?> topic, ConsumerRecord<String, byte[]> record) {
            records.computeIfAbsent(topic, first -> new ArrayList<>()).add(record);
        }

        @Override
        public <V extends SpecificRecord> List<Copy<V>> in(Topic<V> topic) {
            List<Copy<V>> copies = new ArrayList<>();
            for (ConsumerRecord<String, byte[]> record : records.getOrDefault(topic, List.of())) {
                try {
                    V value = serdes.of(topic).deserializer().deserialize(record.topic(), record.value());
                    copies.add(new Copy<>(record.key(), value));
                } catch (RegistryUnavailableException e) {
                    throw notInTime();
                } catch (SerializationException e) {
                    // It is no event of ours: whoever folds or decides has put it among the dead letters.
                    LOG.atWarn()
                            .addKeyValue("topic", topic.name())
                            .addKeyValue("partition", record.partition())
                            .addKeyValue("offset", record.offset())
                            .log("A record is not readable, and left out");
                }
            }
            return copies;
        }
    }
}
