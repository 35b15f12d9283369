package fi.lupa.standalone.bench;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.campaign.decision.MessageLinks;
import fi.lupa.edge.identity.IdentifierParser;
import fi.lupa.edge.identity.PseudonymousIds;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.links.LinkTokens;
import fi.lupa.edge.policy.PolicyFile;
import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.edge.streams.StreamsRuntime;
import fi.lupa.edge.streams.StreamsRuntime.Guarantee;
import fi.lupa.edge.streams.StreamsRuntime.Service;
import fi.lupa.permission.Policy;
import fi.lupa.permission.Terms;
import fi.lupa.schemas.topic.Topic;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;

/**
 * A place of its own on the bench's broker: topics of the contract under a prefix, which go with their local state when it
 * closes, unless data is kept.
 *
 * @param folder for local state
 * @param threads of a topology, and of a copy
 * @param spread partitions of the topics that are spread by subject
 * @param err where progress is told
 */
record Site(
        String prefix,
        Cluster cluster,
        Workload workload,
        BenchSerdes serdes,
        Path folder,
        int threads,
        int spread,
        PrintWriter err)
        implements AutoCloseable {

    /** A master key that protects nobody. */
    static final String MASTER_KEYSET = MasterKey.generate();

    private static final MasterKey MASTER_KEY = masterKey(MASTER_KEYSET);

    /** A place within this one, with the topics given. */
    Site within(String name, List<Topic<?>> topics) throws InterruptedException {
        Site site =
                new Site(prefix + name + ".", cluster, workload, serdes, folder.resolve(name), threads, spread, err);
        cluster.create(topics.stream()
                .map(topic ->
                        new NewTopic(site.topic(topic), topic.partitions(spread), (short) 1).configs(topic.configs()))
                .toList());
        return site;
    }

    /** The same place, where events are written by a registry that others ask, too. */
    Site with(BenchSerdes registered) {
        return new Site(prefix, cluster, workload, registered, folder, threads, spread, err);
    }

    String topic(Topic<?> topic) {
        return topic.in(prefix);
    }

    List<TopicPartition> partitions(Topic<?> topic) {
        return Cluster.partitions(topic(topic), topic.partitions(spread));
    }

    List<TopicPartition> partitions(List<Topic<?>> topics) {
        return topics.stream().flatMap(topic -> partitions(topic).stream()).toList();
    }

    Progress progress(String step, long of) {
        return new Progress(err, step, of);
    }

    /** Starts a topology as its service does. */
    HeldTopology start(String service, Guarantee guarantee, Topology topology) throws InterruptedException {
        // Nobody asks this instance over HTTP, so where it is said to answer does not matter.
        String advertised = "127.0.0.1:0";
        return HeldTopology.start(
                new Service(service, prefix, cluster.client(), guarantee, folder, threads, 0, advertised),
                topology,
                serdes);
    }

    /** Who is who, by a secret that protects nobody. */
    static SubjectIds subjectIds() {
        return new SubjectIds(new IdentifierParser("FI"), new PseudonymousIds(new byte[32]));
    }

    /** A master key of the bench's own. */
    static MasterKey masterKey() {
        return MASTER_KEY;
    }

    static MasterKey masterKey(String keyset) {
        try {
            return MasterKey.read(keyset, null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A generated keyset can be read", e);
        }
    }

    /** What decides on messages. */
    static Decisions decisions(MasterKey masterKey) {
        return new Decisions(policy(), masterKey);
    }

    /** Links that lead nowhere, signed as real ones are. */
    static MessageLinks links(Decisions decisions) {
        return new MessageLinks(decisions, new LinkTokens(new byte[32]), URI.create("https://lupa.example.fi"));
    }

    /** The policy that Lupa comes with, whatever the installation decides by, at any hour: at night calls would wait. */
    static Policy policy() {
        Terms shipped = PolicyFile.shipped().read().terms();
        return new Policy(new Terms(
                shipped.version(),
                shipped.purposes(),
                shipped.topics(),
                shipped.alsoProhibits(),
                shipped.essentialOnly(),
                shipped.transfers(),
                shipped.staleAfter(),
                shipped.confirmWithin(),
                shipped.consentValidFor(),
                shipped.clearedOnceWithin(),
                shipped.timeZone(),
                shipped.caps(),
                List.of()));
    }

    /** Writes as a campaign system would that has much to send. */
    KafkaProducer<String, byte[]> producer() {
        return producer(20);
    }

    /** @param lingerMillis how long a record may wait for others to go with it */
    KafkaProducer<String, byte[]> producer(int lingerMillis) {
        Map<String, Object> config = new HashMap<>(cluster.client());
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        // On a topic just made, the second of two requests under way can come first, and both are tried for seconds.
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        config.put(ProducerConfig.LINGER_MS_CONFIG, lingerMillis);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, StreamsRuntime.BATCH);
        return new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }

    /** Writes so many events to a topic that is empty. */
    @SuppressWarnings("FutureReturnValueIgnored") // what arrived is counted
    <V extends SpecificRecord> void fill(Topic<V> topic, int count, IntFunction<String> key, IntFunction<V> value)
            throws InterruptedException {
        String name = topic(topic);
        Progress progress = progress("writing " + topic.name(), count);
        try (Serializer<V> serializer = serdes.of(topic).serializer();
                KafkaProducer<String, byte[]> producer = producer()) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(name, key.apply(i), serializer.serialize(name, value.apply(i))));
                if (i % 10_000 == 0) {
                    progress.at(i);
                }
            }
        }
        List<TopicPartition> partitions = partitions(topic);
        progress.await(() -> cluster.written(partitions));
    }

    @Override
    public void close() {
        if (!cluster.keepsData()) {
            cluster.deleteTopics(prefix);
            BenchBroker.remove(folder);
        }
    }
}
