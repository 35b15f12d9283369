package fi.lupa.campaign.routing;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.campaign.decision.MessageLinks;
import fi.lupa.campaign.decision.StoredState;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.ContactsMade;
import fi.lupa.event.HeldMessage;
import fi.lupa.event.LaunchProgress;
import fi.lupa.event.Membership;
import fi.lupa.permission.Channel;
import fi.lupa.schemas.EventSerdes;
import fi.lupa.schemas.InternalSerde;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
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
 * campaign.launches ────→ launches ──→ launch ─→ campaign.messages, one for everybody in the segment
 * campaign.definitions ─→ campaigns ─┐ (every instance holds all)
 * consent.stops ────────→ stops ─────┤ (every instance holds all)
 * consent.state ────────→ consent-state (read only; the topic is its changelog)
 *                   └──→ audience ─→ audience.{email,mobile,phone,post}
 *                                    │
 * campaign.messages ───────────────→ route ─┬→ campaign.cleared.{email,mobile,phone,post}, campaign.contacts
 *            campaign.readdressed ──↗  │  │ └→ campaign.suppressed
 *                      ↖── not at home ───┘
 *                                      │ held: what waits until its channel no longer rests, or all is heard
 *                                      │ tallies: what became of each campaign's messages
 *                campaign.notes ──→ contacts: what was cleared and still counts
 *                      ↖── for others at the same address or number
 * </pre>
 */
public final class RouterTopology {

    /** What is in force for each subject, by subjectId. */
    public static final String CONSENT_STATE = "consent-state";

    /** The campaigns, by campaignId. */
    public static final String CAMPAIGNS = "campaigns";

    /** The stops, by contact-point id. */
    public static final String STOPS = "stops";

    /** The campaigns that were launched, by campaignId. */
    public static final String LAUNCHES = "launches";

    /**
     * The id of a campaign's messages by its launch, which no sender gives: theirs have no spaces. It does not name the recipient:
     * who is found to be another in the middle of it has had the message under either name.
     */
    public static final String LAUNCH_MESSAGE_ID = "campaign launch";

    /** How far each launch has come, by {@link #launchKey}. */
    public static final String LAUNCH_PROGRESS = "launch-progress";

    /** What was cleared and may still count, by subject, campaign and message. */
    public static final String CONTACTS = "contacts-made";

    /** What became of each campaign's messages, by {@link Tallies}. */
    public static final String TALLIES = "tallies";

    /** In which audiences subjects are, and why not in the others, by subjectId. */
    static final String AUDIENCES = "audiences";

    /** Whom to look at when a stop is said, or a moment comes. */
    static final String AUDIENCE_INDEX = "audience-index";

    /** The messages that wait, by when they may go. */
    static final String HELD = "held";

    static final String CONTACTS_SINK = "write-contacts";

    static final String NOTES_SINK = "write-notes";

    static final String SUPPRESSED_SINK = "write-suppressed";

    static final String READDRESSED_SINK = "write-readdressed";

    private static final String ROUTE = "route";
    private static final String FOLLOW = "follow";
    private static final String NOTE = "note";
    private static final String AUDIENCE = "audience";
    private static final String LAUNCH = "launch";

    /**
     * Of what lies on the broker, Kafka Streams takes the earliest first. Consent comes first whenever it was given or
     * taken: after an outage a message may be older than a withdrawal that was answered long before the message is decided.
     */
    private static final TimestampExtractor BEFORE_ANY_MESSAGE = (record, partitionTime) -> 0;

    private final String prefix;
    private final EventSerdes serdes;
    private final Stopped stopped = new Stopped();

    private RouterTopology(String prefix, EventSerdes serdes) {
        this.prefix = prefix;
        this.serdes = serdes;
    }

    /**
     * @param prefix of the installation's topics
     * @param heard whether messages may go out, and launches go on, by what is known; else they wait
     * @param caughtUp whether everybody of a partition of {@link Topics#CONSENT_STATE} is known as they now are
     */
    public static Topology build(
            String prefix,
            EventSerdes serdes,
            Decisions decisions,
            MessageLinks links,
            Recipients recipients,
            Books books,
            AudienceSizes sizes,
            BooleanSupplier heard,
            IntPredicate caughtUp,
            Clock clock) {
        RouterTopology router = new RouterTopology(prefix, serdes);
        Topology topology = new Topology();
        router.reads(topology, "read-messages", Topics.CAMPAIGN_MESSAGES);
        router.reads(topology, "read-readdressed", Topics.CAMPAIGN_READDRESSED);
        topology.addSource(
                "read-notes",
                new StringDeserializer(),
                serdes.of(Topics.CAMPAIGN_NOTES).deserializer(),
                Topics.CAMPAIGN_NOTES.in(prefix));
        topology.addProcessor(
                ROUTE,
                () -> new RouteProcessor(
                        decisions,
                        links,
                        recipients,
                        router.stopped,
                        books,
                        heard,
                        clock,
                        Topics.CAMPAIGN_READDRESSED.in(prefix)),
                "read-messages",
                "read-readdressed");
        topology.addProcessor(NOTE, NoteProcessor::new, "read-notes");
        router.knows(topology, sizes);
        topology.addProcessor(FOLLOW, () -> new StateFollower(clock), "read-state");
        topology.addProcessor(
                AUDIENCE, () -> new AudienceProcessor(decisions, sizes, router.stopped, clock), "read-state");
        topology.addProcessor(LAUNCH, () -> new LaunchProcessor(decisions, heard, caughtUp, clock), "read-state");
        router.remembers(topology);
        router.writes(topology);
        return topology;
    }

    static String clearedSink(Channel channel) {
        return "write-cleared-" + channel.name().toLowerCase(Locale.ROOT);
    }

    /** The launch of a campaign among the subjects of a partition. */
    public static String launchKey(String campaignId, Object partition) {
        return campaignId + "/" + partition;
    }

    static String audienceSink(Channel channel) {
        return "write-audience-" + channel.name().toLowerCase(Locale.ROOT);
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

    private void knows(Topology topology, AudienceSizes sizes) {
        topology.addReadOnlyStateStore(
                store(
                        Stores.persistentKeyValueStore(CONSENT_STATE),
                        StoredState.serde(serdes.of(Topics.CONSENT_STATE))),
                "read-state",
                BEFORE_ANY_MESSAGE,
                new StringDeserializer(),
                StoredState.arriving(serdes.of(Topics.CONSENT_STATE)),
                Topics.CONSENT_STATE.in(prefix),
                "keep-state",
                () -> new Keep<>(CONSENT_STATE, Changes.<StoredState>nobodyAsksFor()));
        topology.connectProcessorAndStateStores(ROUTE, CONSENT_STATE);
        global(
                topology,
                "definitions",
                store(Stores.inMemoryKeyValueStore(CAMPAIGNS), ReadOnce.of(serdes.of(Topics.CAMPAIGN_DEFINITIONS))),
                Topics.CAMPAIGN_DEFINITIONS,
                Changes.nobodyAsksFor());
        global(
                topology,
                "launches",
                store(Stores.inMemoryKeyValueStore(LAUNCHES), ReadOnce.of(serdes.of(Topics.CAMPAIGN_LAUNCHES))),
                Topics.CAMPAIGN_LAUNCHES,
                Changes.nobodyAsksFor());
        global(
                topology,
                "stops",
                store(Stores.persistentKeyValueStore(STOPS), serdes.of(Topics.CONSENT_STOPS)),
                Topics.CONSENT_STOPS,
                new Changes<>(stopped::begin, contactPointId -> {
                    stopped.add(contactPointId);
                    sizes.stopChanged(contactPointId);
                }));
    }

    /** What the router itself keeps: what an erasure replaces has to be gone from the changelogs in a stated time. */
    private void remembers(Topology topology) {
        Map<String, String> goesWithin =
                Map.of(TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, Long.toString(Topics.REPLACED_GO_WITHIN.toMillis()));
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(CONTACTS),
                                Serdes.String(),
                                new InternalSerde<>(ContactsMade.class))
                        .withLoggingEnabled(goesWithin),
                ROUTE,
                NOTE,
                FOLLOW,
                AUDIENCE);
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(HELD),
                                Serdes.String(),
                                new InternalSerde<>(HeldMessage.class))
                        .withLoggingEnabled(goesWithin),
                ROUTE);
        // Some keys change with every message: what is told to the changelog is what a commit leaves.
        topology.addStateStore(
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(TALLIES), Serdes.String(), Serdes.Long())
                        .withCachingEnabled(),
                ROUTE);
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(AUDIENCES),
                        Serdes.String(),
                        new InternalSerde<>(Membership.class)),
                AUDIENCE);
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(AUDIENCE_INDEX), Serdes.String(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                AUDIENCE);
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(LAUNCH_PROGRESS),
                        Serdes.String(),
                        new InternalSerde<>(LaunchProgress.class)),
                LAUNCH);
        topology.connectProcessorAndStateStores(AUDIENCE, CONSENT_STATE);
        topology.connectProcessorAndStateStores(LAUNCH, CONSENT_STATE, CONTACTS);
    }

    /** A stop binds whoever is reached at the address or number, wherever their state lies: every instance holds them all. */
    private <V extends SpecificRecord> void global(
            Topology topology,
            String name,
            StoreBuilder<KeyValueStore<String, V>> store,
            Topic<V> topic,
            Changes<V> changes) {
        topology.addGlobalStore(
                store,
                "read-" + name,
                new StringDeserializer(),
                serdes.of(topic).deserializer(),
                topic.in(prefix),
                "keep-" + name,
                () -> new Keep<>(store.name(), changes));
    }

    private void reads(Topology topology, String name, Topic<CampaignMessage> topic) {
        topology.addSource(
                name, new StringDeserializer(), whereItFits(serdes.of(topic).deserializer()), topic.in(prefix));
    }

    private static <V> StoreBuilder<KeyValueStore<String, V>> store(
            KeyValueBytesStoreSupplier supplier, Serde<V> serde) {
        return Stores.keyValueStoreBuilder(supplier, Serdes.String(), serde).withLoggingDisabled();
    }

    private void writes(Topology topology) {
        for (Channel channel : Channel.values()) {
            sink(topology, clearedSink(channel), Topics.cleared(channel), ROUTE);
            sink(topology, audienceSink(channel), Topics.audience(channel), AUDIENCE);
        }
        sink(topology, "write-messages", Topics.CAMPAIGN_MESSAGES, LAUNCH);
        sink(topology, SUPPRESSED_SINK, Topics.CAMPAIGN_SUPPRESSED, ROUTE);
        sink(topology, READDRESSED_SINK, Topics.CAMPAIGN_READDRESSED, ROUTE);
        sink(topology, CONTACTS_SINK, Topics.CAMPAIGN_CONTACTS, ROUTE);
        sink(topology, NOTES_SINK, Topics.CAMPAIGN_NOTES, ROUTE, FOLLOW);
    }

    private <V extends SpecificRecord> void sink(Topology topology, String name, Topic<V> topic, String... writers) {
        topology.addSink(
                name, topic.in(prefix), new StringSerializer(), serdes.of(topic).serializer(), writers);
    }

    /**
     * Who is told what a store holds.
     *
     * @param begins told of the store as it is at the start
     * @param changed told of each key once its newest record is kept
     */
    private record Changes<V>(Consumer<KeyValueStore<String, V>> begins, Consumer<String> changed) {

        static <V> Changes<V> nobodyAsksFor() {
            return new Changes<>(store -> {}, key -> {});
        }
    }

    /** Keeps the newest record of each key. */
    private static final class Keep<V> implements Processor<String, V, Void, Void> {

        private final String name;
        private final Changes<V> changes;
        private KeyValueStore<String, V> store;

        Keep(String name, Changes<V> changes) {
            this.name = name;
            this.changes = changes;
        }

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            store = context.getStateStore(name);
            changes.begins.accept(store);
        }

        @Override
        public void process(Record<String, V> record) {
            store.put(record.key(), record.value());
            changes.changed.accept(record.key());
        }
    }
}
