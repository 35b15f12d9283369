package fi.lupa.standalone.peers;

import fi.lupa.campaign.decision.StoredState;
import fi.lupa.event.CampaignMessage;
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
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;

/** The textbook's way: a stream of messages joined from the left with a table of states, in Kafka Streams' own language. */
public final class StreamsDslPeer implements Peer {

    @Override
    public String title() {
        return "Kafka Streams DSL, left join, RocksDB";
    }

    @Override
    public Running start(Task task) {
        LongAdder taken = new LongAdder();
        String id = task.prefix() + "streams-dsl";
        KafkaStreams streams = new KafkaStreams(topology(task, taken), config(task, id));
        streams.start();
        return new Joining(streams, taken, Admin.create(task.client()), id, Topics.CAMPAIGN_MESSAGES.in(task.prefix()));
    }

    private static Topology topology(Task task, LongAdder taken) {
        Deciding deciding = new Deciding(task, Clock.systemUTC());
        StreamsBuilder builder = new StreamsBuilder();
        KTable<String, StoredState> states = builder.table(
                Topics.CONSENT_STATE.in(task.prefix()),
                Consumed.with(Serdes.String(), Events.states(task)),
                Materialized.as("states"));
        states.toStream().foreach((subjectId, state) -> taken.increment());
        builder.stream(
                        Topics.CAMPAIGN_MESSAGES.in(task.prefix()),
                        Consumed.with(Serdes.String(), Events.serde(task, Topics.CAMPAIGN_MESSAGES)))
                .leftJoin(
                        states,
                        deciding::decide,
                        Joined.<String, CampaignMessage, StoredState>as("decided")
                                .withKeySerde(Serdes.String())
                                .withValueSerde(Events.serde(task, Topics.CAMPAIGN_MESSAGES)))
                .to((key, outcome, context) -> outcome.topic(), Produced.with(Serdes.String(), outcomeSerde(task)));
        return builder.build();
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

    private record Joining(KafkaStreams streams, LongAdder counted, Admin admin, String group, String messages)
            implements Running {

        @Override
        public long taken() {
            return counted.sum();
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
