package fi.lupa.consent.topology;

import fi.lupa.consent.People;
import fi.lupa.consent.confirmation.Confirmations;
import fi.lupa.consent.identity.FormIdentity;
import fi.lupa.consent.query.HistoryEntry;
import fi.lupa.consent.state.PublishedState;
import fi.lupa.consent.state.SealedPieces;
import fi.lupa.edge.TopicSerdes;
import fi.lupa.edge.policy.PolicyFile;
import fi.lupa.edge.sealing.Seal;
import fi.lupa.edge.sealing.States;
import fi.lupa.edge.sealing.UnopenableException;
import fi.lupa.edge.streams.StreamsRuntime;
import fi.lupa.edge.streams.StreamsRuntime.Guarantee;
import fi.lupa.event.Alias;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactMade;
import fi.lupa.event.DeadLetter;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.PendingConfirmation;
import fi.lupa.event.RightExercised;
import fi.lupa.event.StatementInForce;
import fi.lupa.event.SubjectFile;
import fi.lupa.event.SubjectKey;
import fi.lupa.event.SubjectLinked;
import fi.lupa.permission.Policy;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.test.TestRecord;

/** The topology on Kafka's test driver, under the settings it really runs by; every record is written at noon. */
public final class ConsentDriver implements AutoCloseable {

    private static final Policy POLICY = PolicyFile.shipped().read();

    private final TopicSerdes serdes = new TopicSerdes();
    private final TopologyTestDriver driver;

    public ConsentDriver(Path stateDir) {
        StreamsRuntime.Service service = new StreamsRuntime.Service(
                "consent-stream", "", Map.of(), Guarantee.AT_LEAST_ONCE, stateDir, 1, 0, "127.0.0.1:8080");
        driver = new TopologyTestDriver(
                ConsentTopology.build("", serdes, People.IDS, People.MASTER, POLICY, People.CONFIRMATIONS),
                StreamsRuntime.properties(
                        service, serdes, Clock.fixed(People.NOON, ZoneOffset.UTC), (topic, stage) -> {}),
                People.NOON);
    }

    public void sends(FormSubmitted form) {
        sends(FormIdentity.of(form, People.IDS).subjectId(), form);
    }

    void sends(String key, FormSubmitted form) {
        put(Topics.FORMS_INBOX, key, form);
    }

    public void says(ConsentChanged changed) {
        put(Topics.CONSENT_CHANGES, changed.getSubjectId(), changed);
    }

    <V extends SpecificRecord> void put(Topic<V> topic, String key, V value) {
        put(topic, key, serdes.of(topic).serializer().serialize(topic.name(), value));
    }

    void put(Topic<?> topic, String key, byte[] value) {
        put(topic, key, value, People.NOON);
    }

    void put(Topic<?> topic, String key, byte[] value, Instant at) {
        driver.createInputTopic(topic.name(), new StringSerializer(), new ByteArraySerializer())
                .pipeInput(key, value, at);
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

    List<DeadLetter> deadLetters() {
        return values(Topics.DEAD_LETTERS);
    }

    /** One of the topology's stores. */
    public KeyValueStore<String, ?> store(String name) {
        return driver.getKeyValueStore(name);
    }

    public void exercises(RightExercised right) {
        put(Topics.SUBJECT_RIGHTS, right.getSubjectId(), right);
    }

    void passes(Duration time) {
        driver.advanceWallClockTime(time);
    }

    KeyValueStore<String, RightExercised> rights() {
        return driver.getKeyValueStore(ConsentTopology.RIGHTS);
    }

    /** What was said under each of a subject's names. */
    List<HistoryEntry> historyOf(String subjectId) {
        return Stream.concat(
                        Stream.of(subjectId),
                        state(subjectId).getAlsoKnownAs().stream().map(Alias::getSubjectId))
                .flatMap(name -> History.saidBy(history(), name).stream())
                .map(HistoryEntry::of)
                .toList();
    }

    public KeyValueStore<String, ConsentChanged> history() {
        return driver.getKeyValueStore(ConsentTopology.HISTORY);
    }

    public void links(SubjectLinked linked) {
        put(Topics.SUBJECT_LINKS, linked.getSubjectId(), linked);
    }

    /** The router clears a message for a subject. */
    public void contacts(ContactMade made) {
        put(Topics.CAMPAIGN_CONTACTS, made.getSubjectId(), made);
    }

    /** What is published of a subject, as its store has it; null for nothing. */
    public ConsentState state(String subjectId) {
        SubjectFile file = files().get(subjectId);
        return file == null ? null : PublishedState.of(opened(subjectId, file), POLICY);
    }

    /** The published state in the clear. */
    ConsentState opened(ConsentState published) {
        return ConsentState.newBuilder(published)
                .setPersonal(States.personal(published, People.MASTER))
                .setSealed(null)
                .setWrappedKey(null)
                .build();
    }

    /** The form of the history in the clear. */
    FormSubmitted opened(FormSubmitted sealed) {
        for (var all = keys().all(); all.hasNext(); ) {
            SubjectKey key = all.next().value;
            Seal seal = People.MASTER.sealOf(key);
            if (seal == null) {
                continue;
            }
            try {
                return FormSubmitted.newBuilder(sealed)
                        .setPersonal(seal.openForm(sealed.getSealed(), key.getSubjectId(), sealed.getEventId()))
                        .setSealed(null)
                        .build();
            } catch (UnopenableException e) {
                // Another's key.
            }
        }
        throw new AssertionError("no key opens the form");
    }

    private SubjectFile opened(String subjectId, SubjectFile sealed) {
        Seal seal = People.MASTER.sealOf(keys().get(subjectId));
        return new SealedPieces(() -> seal, () -> seal).opened(sealed);
    }

    KeyValueStore<String, SubjectKey> keys() {
        return driver.getKeyValueStore(ConsentTopology.KEYS);
    }

    /** The stops that bind an address or number, as its store has them. */
    public List<StatementInForce> stops(String contactPointId) {
        SubjectFile file = files().get(contactPointId);
        return file == null ? List.of() : file.getStops();
    }

    /** What is kept on each subject. */
    public KeyValueStore<String, SubjectFile> files() {
        return driver.getKeyValueStore(ConsentTopology.SUBJECTS);
    }

    /** The confirmations asked for. */
    public WindowStore<String, PendingConfirmation> confirmations() {
        return driver.getWindowStore(Confirmations.STORE);
    }

    @Override
    public void close() {
        driver.close();
    }
}
