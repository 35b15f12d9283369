package fi.lupa.standalone.peers;

import fi.lupa.campaign.decision.Recipient;
import fi.lupa.campaign.decision.StoredState;
import fi.lupa.edge.streams.StreamsRuntime;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.ContactMade;
import fi.lupa.event.ContactPointStop;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.bench.Peer.Running;
import fi.lupa.standalone.bench.Peer.Task;
import fi.lupa.standalone.peers.Deciding.Outcome;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
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
 * states and stops away as they come, and looks up for each poll whom its messages are for, at which address, and which of them
 * went out before.
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

    /** What is known: by subject, by address, and by {@link Deciding#contact}. */
    enum Table {
        STATES,
        STOPS,
        CONTACTS
    }

    /** Where one thread keeps what it knows. */
    interface Tables extends AutoCloseable {

        /** @param rows events as they are written */
        void put(Table table, Map<String, byte[]> rows) throws SQLException;

        /** At least those of the keys given; what is not known is not there. */
        Map<String, byte[]> of(Table table, Collection<String> keys) throws SQLException;

        @Override
        void close() throws SQLException;
    }

    private HandWritten(String group, int threads) {
        this.group = group;
        this.pool = Executors.newFixedThreadPool(threads);
    }

    static HandWritten start(String name, Task task, Deciding deciding, IntFunction<Tables> tables) {
        int threads = Math.min(task.threads(), task.partitions());
        HandWritten started = new HandWritten(task.prefix() + name, threads);
        for (int number = 0; number < threads; number++) {
            started.pool.execute(started.new Worker(task, deciding, tables.apply(number), number, threads));
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
        private final Tables tables;
        private final Deserializer<StoredState> states;
        private final Deserializer<ContactPointStop> stops;
        private final Deserializer<ContactMade> contacts;
        private final Deserializer<CampaignMessage> messages;
        private final Map<String, Serializer<SpecificRecord>> serializers;
        private final Map<Table, String> kept;
        private final String contactsTopic;
        private final List<TopicPartition> messagesShare;
        private final KafkaConsumer<String, byte[]> consumer;
        private final KafkaProducer<String, byte[]> producer;
        private final Map<TopicPartition, OffsetAndMetadata> read = new HashMap<>();

        Worker(Task task, Deciding deciding, Tables tables, int number, int of) {
            this.deciding = deciding;
            this.tables = tables;
            this.states = Events.states(task).deserializer();
            this.stops = Events.stops(task).deserializer();
            this.contacts = Events.contacts(task).deserializer();
            this.messages = Events.serde(task, Topics.CAMPAIGN_MESSAGES).deserializer();
            this.kept = Map.of(
                    Table.STATES, Topics.CONSENT_STATE.in(task.prefix()),
                    Table.STOPS, Topics.CONSENT_STOPS.in(task.prefix()));
            this.contactsTopic = Topics.CAMPAIGN_CONTACTS.in(task.prefix());
            this.serializers = Events.outcomes(task);
            this.messagesShare = share(Topics.CAMPAIGN_MESSAGES.in(task.prefix()), task.partitions(), number, of);

            Map<String, Object> consuming = new HashMap<>(task.client());
            consuming.put(ConsumerConfig.GROUP_ID_CONFIG, group);
            consuming.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
            consuming.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
            consuming.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MOST_POLLED);
            consumer = new KafkaConsumer<>(consuming, new StringDeserializer(), new ByteArrayDeserializer());
            List<TopicPartition> share = new ArrayList<>(messagesShare);
            kept.values().forEach(topic -> share.addAll(share(topic, task.partitions(), number, of)));
            consumer.assign(share);
            consumer.seekToBeginning(share);
            consumer.pause(messagesShare);

            Map<String, Object> producing = new HashMap<>(task.client());
            producing.put(ProducerConfig.ACKS_CONFIG, "all");
            producing.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
            producing.put(ProducerConfig.BATCH_SIZE_CONFIG, StreamsRuntime.BATCH);
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
            try (tables;
                    consumer;
                    producer) {
                producer.initTransactions();
                while (!closing && released.getCount() > 0) {
                    take(consumer.poll(COMMIT_EVERY));
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
                take(polled);
                routed += route(polled);
            }
            if (!read.isEmpty()) {
                producer.sendOffsetsToTransaction(read, consumer.groupMetadata());
                read.clear();
            }
            producer.commitTransaction();
            done.add(routed);
        }

        private void take(ConsumerRecords<String, byte[]> polled) throws SQLException {
            for (Map.Entry<Table, String> each : kept.entrySet()) {
                Map<String, byte[]> came = new HashMap<>();
                int records = 0;
                for (ConsumerRecord<String, byte[]> record : polled.records(each.getValue())) {
                    came.put(record.key(), record.value());
                    records++;
                }
                if (records > 0) {
                    tables.put(each.getKey(), came);
                    taken.add(records);
                }
            }
        }

        private int route(ConsumerRecords<String, byte[]> polled) throws SQLException {
            List<CampaignMessage> came = new ArrayList<>();
            for (TopicPartition partition : messagesShare) {
                List<ConsumerRecord<String, byte[]>> records = polled.records(partition);
                for (ConsumerRecord<String, byte[]> record : records) {
                    came.add(messages.deserialize(record.topic(), record.value()));
                }
                if (!records.isEmpty()) {
                    long last = records.get(records.size() - 1).offset();
                    read.put(partition, new OffsetAndMetadata(last + 1));
                }
            }
            if (!came.isEmpty()) {
                decide(came);
            }
            return came.size();
        }

        private void decide(List<CampaignMessage> came) throws SQLException {
            Map<String, byte[]> known = tables.of(
                    Table.STATES,
                    came.stream().map(CampaignMessage::getSubjectId).toList());
            List<Recipient> recipients = new ArrayList<>();
            List<String> addresses = new ArrayList<>();
            for (CampaignMessage message : came) {
                StoredState state = states.deserialize("", known.get(message.getSubjectId()));
                recipients.add(state == null ? null : state.recipient());
                addresses.add(Deciding.contactPoint(message, recipients.get(recipients.size() - 1)));
            }
            Map<String, byte[]> stopped = tables.of(Table.STOPS, addresses);
            Map<String, byte[]> before = tables.of(
                    Table.CONTACTS, came.stream().map(Deciding::contact).toList());
            Map<String, byte[]> made = new HashMap<>();
            for (int i = 0; i < came.size(); i++) {
                CampaignMessage message = came.get(i);
                String contact = Deciding.contact(message);
                byte[] last = made.containsKey(contact) ? made.get(contact) : before.get(contact);
                byte[] stop = stopped.get(addresses.get(i));
                Outcome outcome =
                        deciding.decide(message, recipients.get(i), new Deciding.Written(stop, last, stops, contacts));
                send(message.getSubjectId(), outcome.topic(), outcome.event());
                if (outcome.made() != null) {
                    made.put(contact, send(message.getSubjectId(), contactsTopic, outcome.made()));
                }
            }
            if (!made.isEmpty()) {
                tables.put(Table.CONTACTS, made);
            }
        }

        @SuppressWarnings("FutureReturnValueIgnored") // a record that does not arrive fails the commit
        private byte[] send(String key, String topic, SpecificRecord event) {
            byte[] value = serializers.get(topic).serialize(topic, event);
            producer.send(new ProducerRecord<>(topic, key, value));
            return value;
        }
    }
}
