package fi.lupa.campaign.routing;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.ConsentState;
import fi.lupa.permission.Channel;
import fi.lupa.schemas.EventSerdes;
import fi.lupa.schemas.InternalSerde;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.time.Clock;
import java.util.Locale;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Campaign messages to channels and refusals.
 *
 * <pre>
 * campaign.definitions ─→ campaigns (every instance holds all)
 * consent.state ────────→ consent-state (read only; the topic is its changelog)
 *                              │
 * campaign.messages ─┬───────→ route ─┬→ campaign.cleared.{email,mobile,phone,post}
 *    keyed otherwise └→ readdressed ↗ └→ campaign.suppressed
 * </pre>
 */
public final class RouterTopology {

    /** What is in force for each subject, by subjectId. */
    public static final String CONSENT_STATE = "consent-state";

    /** The campaigns, by campaignId. */
    public static final String CAMPAIGNS = "campaigns";

    static final String SUPPRESSED_SINK = "write-suppressed";

    /** Where messages keyed otherwise are written under their recipients; Kafka puts the service's name around it. */
    static final String READDRESSED = "readdressed";

    private static final String ROUTE = "route";

    /**
     * Of what lies on the broker, Kafka Streams takes the earliest first. Consent comes first whenever it was given or
     * taken: after an outage a message may be older than a withdrawal that was answered long before the message is decided.
     */
    private static final TimestampExtractor BEFORE_ANY_MESSAGE = (record, partitionTime) -> 0;

    private final String prefix;
    private final EventSerdes serdes;

    private RouterTopology(String prefix, EventSerdes serdes) {
        this.prefix = prefix;
        this.serdes = serdes;
    }

    /** @param prefix of the installation's topics */
    public static Topology build(
            String prefix, EventSerdes serdes, Decisions decisions, Recipients recipients, Books books, Clock clock) {
        RouterTopology router = new RouterTopology(prefix, serdes);
        Topology topology = router.messages(recipients, () -> new RouteProcessor(decisions, recipients, books, clock));
        router.knows(topology);
        router.writes(topology);
        return topology;
    }

    static String clearedSink(Channel channel) {
        return "write-cleared-" + channel.name().toLowerCase(Locale.ROOT);
    }

    /** A message keyed by its recipient is at home; another goes where its recipient's state is, and only then is decided. */
    private Topology messages(
            Recipients recipients, ProcessorSupplier<String, CampaignMessage, String, SpecificRecord> route) {
        Serde<CampaignMessage> messageSerde = serdes.of(Topics.CAMPAIGN_MESSAGES);
        StreamsBuilder builder = new StreamsBuilder();
        var branches = builder.stream(
                        Topics.CAMPAIGN_MESSAGES.in(prefix),
                        Consumed.with(Serdes.String(), whereItFits(messageSerde))
                                .withName("read-messages"))
                .split(Named.as("keyed-"))
                .branch((key, message) -> recipients.subjectId(message).equals(key), Branched.as("by-recipient"))
                .defaultBranch(Branched.as("otherwise"));
        KStream<String, CampaignMessage> readdressed = branches.get("keyed-otherwise")
                .selectKey((key, message) -> home(recipients, message), Named.as("readdress"))
                .repartition(Repartitioned.with(Serdes.String(), new InternalSerde<>(CampaignMessage.class))
                        .withName(READDRESSED));
        branches.get("keyed-by-recipient")
                .merge(readdressed, Named.as("at-home"))
                .process(route, Named.as(ROUTE));
        return builder.build();
    }

    /** Once decided, an outcome that does not fit its topic would break the transaction, again and again: none begins. */
    private static Serde<CampaignMessage> whereItFits(Serde<CampaignMessage> serde) {
        return Serdes.serdeFrom(serde.serializer(), (topic, bytes) -> {
            if (bytes != null && bytes.length > Topics.LARGEST_MESSAGE) {
                throw new SerializationException(
                        "it is longer than the " + Topics.LARGEST_MESSAGE + " bytes that a message may have.");
            }
            return serde.deserializer().deserialize(topic, bytes);
        });
    }

    /** What no recipient can be read from is refused here, while the dead letter can still tell where the message lies. */
    private static String home(Recipients recipients, CampaignMessage message) {
        recipients.contactPoint(message.getChannel(), message.getPersonal());
        return recipients.subjectId(message);
    }

    private void knows(Topology topology) {
        topology.addReadOnlyStateStore(
                store(Stores.persistentKeyValueStore(CONSENT_STATE), Topics.CONSENT_STATE),
                "read-state",
                BEFORE_ANY_MESSAGE,
                new StringDeserializer(),
                serdes.of(Topics.CONSENT_STATE).deserializer(),
                Topics.CONSENT_STATE.in(prefix),
                "keep-state",
                () -> new Keep<ConsentState>(CONSENT_STATE));
        topology.connectProcessorAndStateStores(ROUTE, CONSENT_STATE);
        topology.addGlobalStore(
                store(Stores.inMemoryKeyValueStore(CAMPAIGNS), Topics.CAMPAIGN_DEFINITIONS),
                "read-definitions",
                new StringDeserializer(),
                serdes.of(Topics.CAMPAIGN_DEFINITIONS).deserializer(),
                Topics.CAMPAIGN_DEFINITIONS.in(prefix),
                "keep-definition",
                () -> new Keep<CampaignDefined>(CAMPAIGNS));
    }

    private <V extends SpecificRecord> StoreBuilder<KeyValueStore<String, V>> store(
            KeyValueBytesStoreSupplier supplier, Topic<V> topic) {
        return Stores.keyValueStoreBuilder(supplier, Serdes.String(), serdes.of(topic))
                .withLoggingDisabled();
    }

    private void writes(Topology topology) {
        for (Channel channel : Channel.values()) {
            sink(topology, clearedSink(channel), Topics.cleared(channel));
        }
        sink(topology, SUPPRESSED_SINK, Topics.CAMPAIGN_SUPPRESSED);
    }

    private <V extends SpecificRecord> void sink(Topology topology, String name, Topic<V> topic) {
        topology.addSink(
                name, topic.in(prefix), new StringSerializer(), serdes.of(topic).serializer(), ROUTE);
    }

    /** Keeps the newest record of each key. */
    private static final class Keep<V> implements Processor<String, V, Void, Void> {

        private final String name;
        private KeyValueStore<String, V> store;

        Keep(String name) {
            this.name = name;
        }

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            store = context.getStateStore(name);
        }

        @Override
        public void process(Record<String, V> record) {
            store.put(record.key(), record.value());
        }
    }
}
