package fi.lupa.standalone;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes and reads a topic of one partition, as the tests of brokers need it. */
public final class Records {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Records() {}

    public static void create(String broker, String topic) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
    }

    /** Returns when the broker has it for certain. */
    public static void write(String broker, String topic, String value) throws Exception {
        var settings = Map.<String, Object>of("bootstrap.servers", broker, "acks", "all");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, value)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** All that is in the topic now. */
    public static List<String> read(String broker, String topic) {
        var settings = Map.<String, Object>of("bootstrap.servers", broker, "isolation.level", "read_committed");
        var partition = List.of(new TopicPartition(topic, 0));
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(partition);
            consumer.seekToBeginning(partition);
            var end = consumer.endOffsets(partition, PATIENCE).get(partition.get(0));
            var values = new ArrayList<String>();
            while (consumer.position(partition.get(0)) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(found -> values.add(found.value()));
            }
            return values;
        }
    }
}
