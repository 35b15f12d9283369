package fi.lupa.campaign.routing;

import fi.lupa.campaign.People;
import fi.lupa.edge.HandClock;
import fi.lupa.edge.TopicSerdes;
import fi.lupa.edge.streams.OnlyInstance;
import fi.lupa.edge.streams.Peers;
import fi.lupa.edge.streams.StreamsRuntime;
import fi.lupa.edge.streams.StreamsRuntime.Guarantee;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.ConsentState;
import fi.lupa.event.DeadLetter;
import fi.lupa.event.HeldMessage;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.permission.Channel;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.test.TestRecord;

/**
 * The router on Kafka's test driver, at noon, under the settings it really runs by but for the transaction: the driver
 * forgets the letter of a record that cannot be read when it ends in an open one.
 */
public final class RouterDriver implements AutoCloseable {

    private final TopicSerdes serdes = new TopicSerdes();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final AudienceSizes sizes = new AudienceSizes(meters);
    private final AtomicBoolean heard = new AtomicBoolean(true);
    private final Set<String> moved = new HashSet<>();
    private final HandClock clock = new HandClock();
    private final TopologyTestDriver driver;

    public RouterDriver(Path stateDir) {
        Books books = new Books(meters);
        StreamsRuntime.Service service = new StreamsRuntime.Service(
                "campaign-router", "", Map.of(), Guarantee.AT_LEAST_ONCE, stateDir, 1, 0, "127.0.0.1:8081");
        driver = new TopologyTestDriver(
                topology(books, sizes, heard::get, clock),
                StreamsRuntime.properties(service, serdes, clock, books::deadLettered),
                People.NOON);
    }

    static Topology topology(Books books, AudienceSizes sizes, BooleanSupplier heard, Clock clock) {
        return RouterTopology.build(
                "",
                new TopicSerdes(),
                People.DECISIONS,
                People.LINKS,
                new Recipients(People.IDS),
                books,
                sizes,
                heard,
                partition -> true,
                clock);
    }

    /** From now on the subject is taken to be another instance's. */
    public void moves(String subjectId) {
        moved.add(subjectId);
    }

    /** Reads one of its stores. */
    <V, R> R reading(String store, Function<KeyValueStore<String, V>, R> reading) {
        return reading.apply(driver.getKeyValueStore(store));
    }

    /** Whether everything that people said is heard, or something is not. */
    public void heard(boolean all) {
        heard.set(all);
    }

    /** Lets time pass: the clock's, and that by which the router looks for what has waited long enough. */
    public void at(Instant moment) {
        Duration passed = Duration.between(clock.at, moment);
        clock.at = moment;
        driver.advanceWallClockTime(passed);
    }

    public void knows(CampaignDefined campaign) {
        put(Topics.CAMPAIGN_DEFINITIONS, campaign.getCampaignId(), campaign);
    }

    public void knows(ConsentState state) {
        put(Topics.CONSENT_STATE, state.getSubjectId(), People.sealed(state));
    }

    public void routes(CampaignMessage message) {
        put(Topics.CAMPAIGN_MESSAGES, message.getSubjectId(), message);
    }

    /** @param at when its record was written */
    public void routes(CampaignMessage message, Instant at) {
        routes(message, at, new RecordHeaders());
    }

    /** @param headers of its record */
    public void routes(CampaignMessage message, Instant at, Headers headers) {
        Topic<CampaignMessage> topic = Topics.CAMPAIGN_MESSAGES;
        byte[] value = serdes.of(topic).serializer().serialize(topic.name(), message);
        put(topic, new TestRecord<>(message.getSubjectId(), value, headers, at));
    }

    public <V extends SpecificRecord> void put(Topic<V> topic, String key, V value) {
        put(topic, key, serdes.of(topic).serializer().serialize(topic.name(), value));
    }

    public void put(Topic<?> topic, String key, byte[] value) {
        put(topic, new TestRecord<>(key, value, clock.at));
    }

    private void put(Topic<?> topic, TestRecord<String, byte[]> record) {
        driver.createInputTopic(topic.name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput(record);
    }

    /** What has been written to a topic since the last look. */
    public <V extends SpecificRecord> List<TestRecord<String, V>> written(Topic<V> topic) {
        return driver.createOutputTopic(
                        topic.name(), new StringDeserializer(), serdes.of(topic).deserializer())
                .readRecordsToList();
    }

    public <V extends SpecificRecord> List<V> values(Topic<V> topic) {
        return written(topic).stream().map(TestRecord::value).toList();
    }

    public List<MessageCleared> cleared() {
        return Arrays.stream(Channel.values())
                .flatMap(channel -> values(Topics.cleared(channel)).stream())
                .toList();
    }

    public List<MessageSuppressed> suppressed() {
        return values(Topics.CAMPAIGN_SUPPRESSED);
    }

    public List<DeadLetter> deadLetters() {
        return values(Topics.DEAD_LETTERS);
    }

    /** What counts the sizes of the audiences. */
    public AudienceSizes audienceSizes() {
        return sizes;
    }

    /** The sizes of the audiences. */
    public AudienceSizes.Sizes sizes() {
        return sizes.now();
    }

    /** The clock that it is driven by. */
    public Clock clock() {
        return clock;
    }

    /** This router as the one instance there is. */
    public Peers peers() {
        return new OnlyInstance() {
            @Override
            public Optional<HostInfo> otherHolderOf(String store, String key) {
                return moved.contains(key) ? Optional.of(new HostInfo("elsewhere", 1)) : Optional.empty();
            }

            @Override
            @SuppressWarnings("unchecked") // who asks knows the store's type
            public <S, R> R read(String store, QueryableStoreType<S> type, Function<S, R> reading) {
                return reading.apply((S) driver.getKeyValueStore(store));
            }
        };
    }

    /** The messages that wait, to be changed as another version has left them. */
    KeyValueStore<String, HeldMessage> held() {
        return driver.getKeyValueStore(RouterTopology.HELD);
    }

    /** How many messages wait. */
    public int waiting() {
        return (int) meters.get("lupa.messages.waiting").gauge().value();
    }

    /** How many messages the books count under an outcome. */
    public int counted(String outcome) {
        return (int) meters.get("lupa.messages").tag("outcome", outcome).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    @Override
    public void close() {
        driver.close();
    }
}
