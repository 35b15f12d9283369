package fi.lupa.standalone.imports;

import fi.lupa.edge.kafka.Installation;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.progress.ProgressBar;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Fills {@link Known} from the topics, from their beginning to where they end now. */
final class KnownReader {

    private final Installation installation;
    private final Known known;
    private final Function<Long, ProgressBar> progress;

    /** @param progress shows one reading of so many records */
    KnownReader(Installation installation, Known known, Function<Long, ProgressBar> progress) {
        this.installation = installation;
        this.known = known;
        this.progress = progress;
    }

    void read() {
        // Whoever stands for somebody in the list is known once their state is read, and is read in the next round.
        do {
            read(Topics.CONSENT_STATE, known::take, known::forgetSubject, known::cannotReadSubject);
        } while (known.wantTheSame());
        read(Topics.CONSENT_STOPS, known::take, known::forgetStops, known::cannotReadStops);
    }

    private <V extends SpecificRecord> void read(
            Topic<V> topic, Consumer<V> take, Consumer<String> forget, Consumer<String> cannotRead) {
        Map<String, Object> config = new HashMap<>(installation.clientProperties());
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        String name = topic.in(installation.prefix());
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(name).stream()
                    .map(partition -> new TopicPartition(name, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long first = begins.values().stream().mapToLong(Long::longValue).sum();
            long all = ends.values().stream().mapToLong(Long::longValue).sum() - first;
            ProgressBar bar = progress.apply(all);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    if (record.key() != null && known.wants(record.key())) {
                        take(topic, record, take, forget, cannotRead);
                    }
                }
                long done = partitions.stream().mapToLong(consumer::position).sum() - first;
                bar.at(done, done);
            }
            bar.end();
        }
    }

    private <V extends SpecificRecord> void take(
            Topic<V> topic,
            ConsumerRecord<String, byte[]> record,
            Consumer<V> take,
            Consumer<String> forget,
            Consumer<String> cannotRead) {
        if (record.value() == null) {
            forget.accept(record.key());
            return;
        }
        try {
            take.accept(installation.of(topic).deserializer().deserialize(record.topic(), record.value()));
        } catch (SerializationException e) {
            // Who cannot be read may have said no: nothing is granted in their name.
            cannotRead.accept(record.key());
        }
    }
}
