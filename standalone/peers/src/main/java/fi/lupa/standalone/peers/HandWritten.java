package fi.lupa.standalone.peers;

import fi.lupa.campaign.decision.StoredState;
import fi.lupa.event.CampaignMessage;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.bench.Peer.Running;
import fi.lupa.standalone.bench.Peer.Task;
import fi.lupa.standalone.peers.Deciding.Outcome;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program of two threads or more, each with a consumer, a transactional producer, and its share of the partitions: it puts
 * the states away as they come, and looks up whom each poll's messages are for.
 */
final class HandWritten implements Running {

    private static final Logger LOG = LoggerFactory.getLogger(HandWritten.class);
    private static final Duration COMMIT_EVERY = Duration.ofMillis(100);
    private static final int MOST_POLLED = 2_000;

    private final String group;
    private final ExecutorService pool;
    private final CountDownLatch released = new CountDownLatch(1);
    private final LongAdder taken = new LongAdder();
    private final LongAdder done = new LongAdder();
    private volatile boolean closing;

    /** Where one thread keeps what it knows. */
    interface States extends AutoCloseable {

        /** @param states as they came, by subject */
        void put(Map<String, byte[]> states) throws SQLException;

        /** At least those of the subjects given; one of whom nothing is known is not there. */
        Map<String, byte[]> of(List<String> subjectIds) throws SQLException;

        @Override
        void close() throws SQLException;
    }

    private HandWritten(String group, int threads) {
        this.group = group;
        this.pool = Executors.newFixedThreadPool(threads);
    }

    static HandWritten start(String name, Task task, Deciding deciding, IntFunction<States> states) {
        int threads = Math.min(task.threads(), task.partitions());
        HandWritten started = new HandWritten(task.prefix() + name, threads);
        for (int number = 0; number < threads; number++) {
            started.pool.execute(started.new Worker(task, deciding, states.apply(number), number, threads));
        }
        return started;
    }

    @Override
    public long taken() {
        return taken.sum();
    }

    @Override
    public long done() {
        return done.sum();
    }

    @Override
    public void hold() {
        // It reads no messages before it is released.
    }

    @Override
    public void release() {
        released.countDown();
    }

    @Override
    public void close() {
        closing = true;
        pool.shutdown();
        try {
            if (!pool.awaitTermination(10, TimeUnit.SECONDS)) {
                pool.shutdownNow();
            }
        } catch (InterruptedException e) {
            pool.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private final class Worker implements Runnable {

        private final Deciding deciding;
        private final States states;
        private final Deserializer<StoredState> reading;
        private final Deserializer<CampaignMessage> messages;
        private final Map<String, Serializer<SpecificRecord>> serializers;
        private final String statesTopic;
        private final List<TopicPartition> messagesShare;
        private final KafkaConsumer<String, byte[]> consumer;
        private final KafkaProducer<String, byte[]> producer;
        private final Map<TopicPartition, OffsetAndMetadata> read = new HashMap<>();

        Worker(Task task, Deciding deciding, States states, int number, int of) {
            this.deciding = deciding;
            this.states = states;
            this.reading = Events.states(task).deserializer();
            this.messages = Events.serde(task, Topics.CAMPAIGN_MESSAGES).deserializer();
            this.statesTopic = Topics.CONSENT_STATE.in(task.prefix());
            this.serializers = Events.outcomes(task);
            this.messagesShare = share(Topics.CAMPAIGN_MESSAGES.in(task.prefix()), task.partitions(), number, of);

            Map<String, Object> consuming = new HashMap<>(task.client());
            consuming.put(ConsumerConfig.GROUP_ID_CONFIG, group);
            consuming.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
            consuming.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
            consuming.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MOST_POLLED);
            consumer = new KafkaConsumer<>(consuming, new StringDeserializer(), new ByteArrayDeserializer());
            List<TopicPartition> share = new ArrayList<>(messagesShare);
            share.addAll(share(statesTopic, task.partitions(), number, of));
            consumer.assign(share);
            consumer.seekToBeginning(share);
            consumer.pause(messagesShare);

            Map<String, Object> producing = new HashMap<>(task.client());
            producing.put(ProducerConfig.ACKS_CONFIG, "all");
            producing.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
            producing.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, group + "-" + number);
            producer = new KafkaProducer<>(producing, new StringSerializer(), new ByteArraySerializer());
        }

        private static List<TopicPartition> share(String topic, int partitions, int number, int of) {
            return IntStream.range(0, partitions)
                    .filter(partition -> partition % of == number)
                    .mapToObj(partition -> new TopicPartition(topic, partition))
                    .toList();
        }

        @Override
        public void run() {
            try (states;
                    consumer;
                    producer) {
                producer.initTransactions();
                while (!closing && released.getCount() > 0) {
                    takeStates(consumer.poll(COMMIT_EVERY));
                }
                consumer.resume(messagesShare);
                while (!closing) {
                    transaction();
                }
            } catch (SQLException | RuntimeException e) {
                LOG.atError().setCause(e).log("A peer's thread failed");
            }
        }

        private void transaction() throws SQLException {
            producer.beginTransaction();
            long routed = 0;
            long commitAt = System.nanoTime() + COMMIT_EVERY.toNanos();
            while (System.nanoTime() < commitAt && !closing) {
                ConsumerRecords<String, byte[]> polled = consumer.poll(COMMIT_EVERY);
                takeStates(polled);
                routed += route(polled);
            }
            if (!read.isEmpty()) {
                producer.sendOffsetsToTransaction(read, consumer.groupMetadata());
                read.clear();
            }
            producer.commitTransaction();
            done.add(routed);
        }

        private void takeStates(ConsumerRecords<String, byte[]> polled) throws SQLException {
            Map<String, byte[]> came = new HashMap<>();
            int records = 0;
            for (ConsumerRecord<String, byte[]> record : polled.records(statesTopic)) {
                came.put(record.key(), record.value());
                records++;
            }
            if (records > 0) {
                states.put(came);
                taken.add(records);
            }
        }

        @SuppressWarnings("FutureReturnValueIgnored") // a record that does not arrive fails the commit
        private int route(ConsumerRecords<String, byte[]> polled) throws SQLException {
            List<CampaignMessage> came = new ArrayList<>();
            List<String> recipients = new ArrayList<>();
            for (TopicPartition partition : messagesShare) {
                List<ConsumerRecord<String, byte[]>> records = polled.records(partition);
                for (ConsumerRecord<String, byte[]> record : records) {
                    CampaignMessage message = messages.deserialize(record.topic(), record.value());
                    came.add(message);
                    recipients.add(message.getSubjectId());
                }
                if (!records.isEmpty()) {
                    long last = records.get(records.size() - 1).offset();
                    read.put(partition, new OffsetAndMetadata(last + 1));
                }
            }
            if (came.isEmpty()) {
                return 0;
            }
            Map<String, byte[]> known = states.of(recipients);
            for (CampaignMessage message : came) {
                StoredState state = reading.deserialize(statesTopic, known.get(message.getSubjectId()));
                Outcome outcome = deciding.decide(message, state);
                byte[] value = serializers.get(outcome.topic()).serialize(outcome.topic(), outcome.event());
                producer.send(new ProducerRecord<>(outcome.topic(), message.getSubjectId(), value));
            }
            return came.size();
        }
    }
}
