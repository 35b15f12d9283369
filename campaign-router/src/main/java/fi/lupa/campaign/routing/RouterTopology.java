package fi.lupa.campaign.routing;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.campaign.decision.MessageLinks;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.ConsentState;
import fi.lupa.permission.Channel;
import fi.lupa.schemas.EventSerdes;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.time.Clock;
import java.util.Locale;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Campaign messages to channels and refusals.
 *
 * <pre>
 * campaign.definitions ─→ campaigns ─┐ (every instance holds all)
 * consent.stops ────────→ stops ─────┤ (every instance holds all)
 * consent.state ────────→ consent-state (read only; the topic is its changelog)
 *                                    │
 * campaign.messages ───────────────→ route ─┬→ campaign.cleared.{email,mobile,phone,post}
 *            campaign.readdressed ──↗     │ └→ campaign.suppressed
 *                      ↖── not at home ───┘
 * </pre>
 */
public final class RouterTopology {

    /** What is in force for each subject, by subjectId. */
    public static final String CONSENT_STATE = "consent-state";

    /** The campaigns, by campaignId. */
    public static final String CAMPAIGNS = "campaigns";

    /** The stops, by contact-point id. */
    public static final String STOPS = "stops";

    static final String SUPPRESSED_SINK = "write-suppressed";

    static final String READDRESSED_SINK = "write-readdressed";

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
            String prefix,
            EventSerdes serdes,
            Decisions decisions,
            MessageLinks links,
            Recipients recipients,
            Books books,
            Clock clock) {
        RouterTopology router = new RouterTopology(prefix, serdes);
        Topology topology = new Topology();
        router.reads(topology, "read-messages", Topics.CAMPAIGN_MESSAGES);
        router.reads(topology, "read-readdressed", Topics.CAMPAIGN_READDRESSED);
        topology.addProcessor(
                ROUTE,
                () -> new RouteProcessor(
                        decisions, links, recipients, books, clock, Topics.CAMPAIGN_READDRESSED.in(prefix)),
                "read-messages",
                "read-readdressed");
        router.knows(topology);
        router.writes(topology);
        return topology;
    }

    static String clearedSink(Channel channel) {
        return "write-cleared-" + channel.name().toLowerCase(Locale.ROOT);
    }

    /** Once decided, an outcome that does not fit its topic would break the transaction, again and again: none begins. */
    private static Deserializer<CampaignMessage> whereItFits(Deserializer<CampaignMessage> deserializer) {
        return (topic, bytes) -> {
            if (bytes != null && bytes.length > Topics.LARGEST_MESSAGE) {
                throw new SerializationException(
                        "it is longer than the " + Topics.LARGEST_MESSAGE + " bytes that a message may have.");
            }
            return deserializer.deserialize(topic, bytes);
        };
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
        global(topology, "definition", Stores.inMemoryKeyValueStore(CAMPAIGNS), Topics.CAMPAIGN_DEFINITIONS);
        global(topology, "stop", Stores.persistentKeyValueStore(STOPS), Topics.CONSENT_STOPS);
    }

    /** A stop binds whoever is reached at the address or number, wherever their state lies: every instance holds them all. */
    private <V extends SpecificRecord> void global(
            Topology topology, String name, KeyValueBytesStoreSupplier supplier, Topic<V> topic) {
        topology.addGlobalStore(
                store(supplier, topic),
                "read-" + name + "s",
                new StringDeserializer(),
                serdes.of(topic).deserializer(),
                topic.in(prefix),
                "keep-" + name,
                () -> new Keep<V>(supplier.name()));
    }

    private void reads(Topology topology, String name, Topic<CampaignMessage> topic) {
        topology.addSource(
                name, new StringDeserializer(), whereItFits(serdes.of(topic).deserializer()), topic.in(prefix));
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
        sink(topology, READDRESSED_SINK, Topics.CAMPAIGN_READDRESSED);
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
