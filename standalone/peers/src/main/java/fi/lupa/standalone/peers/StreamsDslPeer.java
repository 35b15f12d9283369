package fi.lupa.standalone.peers;

import fi.lupa.campaign.decision.Recipient;
import fi.lupa.campaign.decision.StoredState;
import fi.lupa.edge.streams.StreamsRuntime;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.ContactMade;
import fi.lupa.event.ContactPointStop;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.bench.Peer;
import fi.lupa.standalone.peers.Deciding.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.LongAdder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.GlobalKTable;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The textbook's way: a stream of messages joined from the left with a table of states and a global one of stops, in Kafka
 * Streams' own language, and a store of what went out before.
 */
public final class StreamsDslPeer implements Peer {

    private static final String CONTACTS = "contacts";

    @Override
    public String title() {
        return "Kafka Streams DSL, left joins, RocksDB";
    }

    @Override
    public Running start(Task task) {
        LongAdder taken = new LongAdder();
        String id = task.prefix() + "streams-dsl";
        KafkaStreams streams = new KafkaStreams(topology(task, taken), config(task, id));
        streams.start();
        return new Joining(
                streams,
                taken,
                task.stops(),
                Admin.create(task.client()),
                id,
                Topics.CAMPAIGN_MESSAGES.in(task.prefix()));
    }

    private static Topology topology(Task task, LongAdder taken) {
        Deciding deciding = new Deciding(task, Clock.systemUTC());
        StreamsBuilder builder = new StreamsBuilder();
        KTable<String, StoredState> states = builder.table(
                Topics.CONSENT_STATE.in(task.prefix()),
                Consumed.with(Serdes.String(), Events.states(task)),
                Materialized.as("states"));
        states.toStream().foreach((subjectId, state) -> taken.increment());
        GlobalKTable<String, ContactPointStop> stops = builder.globalTable(
                Topics.CONSENT_STOPS.in(task.prefix()),
                Consumed.with(Serdes.String(), Events.stops(task)),
                Materialized.as("stops"));
        builder.addStateStore(Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(CONTACTS), Serdes.String(), Events.contacts(task)));
        KStream<String, Outcome> outcomes = builder.stream(
                        Topics.CAMPAIGN_MESSAGES.in(task.prefix()),
                        Consumed.with(Serdes.String(), Events.serde(task, Topics.CAMPAIGN_MESSAGES)))
                .leftJoin(
                        states,
                        Asked::of,
                        Joined.<String, CampaignMessage, StoredState>as("known")
                                .withKeySerde(Serdes.String())
                                .withValueSerde(Events.serde(task, Topics.CAMPAIGN_MESSAGES)))
                .leftJoin(stops, (subjectId, asked) -> asked.contactPoint(), Asked::with)
                .processValues(() -> new Remembering(deciding), CONTACTS);
        outcomes.to((key, outcome, context) -> outcome.topic(), Produced.with(Serdes.String(), outcomeSerde(task)));
        outcomes.filter((key, outcome) -> outcome.made() != null)
                .mapValues(Outcome::made)
                .to(Topics.CAMPAIGN_CONTACTS.in(task.prefix()), Produced.with(Serdes.String(), Events.contacts(task)));
        return builder.build();
    }

    /** A message, and what is known of whom it is for. */
    private record Asked(CampaignMessage message, Recipient recipient, ContactPointStop stop) {

        static Asked of(CampaignMessage message, StoredState state) {
            return new Asked(message, state == null ? null : state.recipient(), null);
        }

        Asked with(ContactPointStop found) {
            return new Asked(message, recipient, found);
        }

        String contactPoint() {
            return Deciding.contactPoint(message, recipient);
        }
    }

    /** Decides, and remembers what was cleared. */
    private static final class Remembering extends ContextualFixedKeyProcessor<String, Asked, Outcome> {

        private final Deciding deciding;
        private KeyValueStore<String, ContactMade> contacts;

        Remembering(Deciding deciding) {
            this.deciding = deciding;
        }

        @Override
        public void init(FixedKeyProcessorContext<String, Outcome> context) {
            super.init(context);
            contacts = context.getStateStore(CONTACTS);
        }

        @Override
        public void process(FixedKeyRecord<String, Asked> record) {
            Asked asked = record.value();
            String contact = Deciding.contact(asked.message());
            Deciding.Beside beside = new Deciding.Beside() {
                @Override
                public ContactPointStop stop() {
                    return asked.stop();
                }

                @Override
                public ContactMade made() {
                    return contacts.get(contact);
                }
            };
            Outcome outcome = deciding.decide(asked.message(), asked.recipient(), beside);
            if (outcome.made() != null) {
                contacts.put(contact, outcome.made());
            }
            context().forward(record.withValue(outcome));
        }
    }

    private static Properties config(Task task, String id) {
        Properties config = new Properties();
        config.putAll(task.client());
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, id);
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, task.threads());
        config.put(StreamsConfig.STATE_DIR_CONFIG, task.folder().toString());
        config.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        config.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), StreamsRuntime.BATCH);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        return config;
    }

    private static Serde<Outcome> outcomeSerde(Task task) {
        Map<String, Serializer<SpecificRecord>> serializers = Events.outcomes(task);
        Deserializer<Outcome> none = (topic, bytes) -> {
            throw new UnsupportedOperationException("outcomes are written only");
        };
        return Serdes.serdeFrom((topic, outcome) -> serializers.get(topic).serialize(topic, outcome.event()), none);
    }

    private record Joining(
            KafkaStreams streams, LongAdder states, int stops, Admin admin, String group, String messages)
            implements Running {

        /** It takes no state before it knows all of a global table. */
        @Override
        public long taken() {
            return states.sum() > 0 ? states.sum() + stops : 0;
        }

        @Override
        public long done() {
            try {
                return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().entrySet().stream()
                        .filter(read -> read.getKey().topic().equals(messages))
                        .mapToLong(read -> read.getValue().offset())
                        .sum();
            } catch (ExecutionException e) {
                throw new KafkaException("The broker did not answer", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KafkaException("Interrupted while waiting for the broker", e);
            }
        }

        @Override
        public void hold() {
            streams.pause();
        }

        @Override
        public void release() {
            streams.resume();
        }

        @Override
        public void close() {
            admin.close();
            streams.close(Duration.ofSeconds(20));
        }
    }
}
