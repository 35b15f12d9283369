package fi.lupa.consent.topology;

import fi.lupa.consent.confirmation.Confirmations;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ContactMade;
import fi.lupa.event.RightExercised;
import fi.lupa.event.SubjectFile;
import fi.lupa.event.SubjectKey;
import fi.lupa.permission.Policy;
import fi.lupa.schemas.EventSerdes;
import fi.lupa.schemas.InternalSerde;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.time.Duration;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Forms and statements to consent state.
 *
 * <pre>
 * forms.inbox ─→ intake ─┬→ forms.submitted ─┐
 *                    │   ├→ consent.changes ─┼→ fold ─┬→ consent.state
 *                    │   └→ subject.links ───┤    │   ├→ consent.stops
 *                    │      subject.notes ───┤←───│───┤
 *                    │      subject.rights ──┘←───│───┤ (who is erased, is erased under every name)
 *                    └────────→ keys ←────────────┘   └→ campaign.messages (asks for a confirmation)
 *                                └→ subject.keys
 * campaign.contacts ─→ contacted ─→ contacts (which an erasure empties)
 * </pre>
 *
 * The fold is idempotent and does not mind order, so at-least-once processing is enough for it to be right. Files of linked
 * subjects lie on different partitions, and tell each other by {@code subject.notes}.
 */
public final class ConsentTopology {

    /** What became of each submission, by eventId. */
    public static final String SUBMISSIONS = "submissions";

    /** What is kept on each subject, by subjectId. */
    public static final String SUBJECTS = "subjects";

    /** Everything that was ever said, by subjectId and eventId. */
    public static final String HISTORY = "history";

    /** The keys that subjects' personal data is sealed with, wrapped, by subjectId. */
    public static final String KEYS = "keys";

    /** What was done about subjects' rights, by subjectId and eventId. */
    public static final String RIGHTS = "rights";

    /** What was cleared for each subject, by subjectId and moment. */
    public static final String CONTACTS = "contacts";

    /** How long a submission's outcome can be asked for, and its eventId is known again: longer than the inbox keeps it. */
    public static final Duration SUBMISSIONS_KEPT = Duration.ofDays(7);

    private ConsentTopology() {}

    /**
     * @param prefix of the installation's topics
     * @param master wraps the keys that personal data is sealed with
     * @param confirmations how a consent is asked to be confirmed
     */
    public static Topology build(
            String prefix,
            EventSerdes serdes,
            SubjectIds ids,
            MasterKey master,
            Policy policy,
            Confirmations confirmations) {
        Wiring wiring = new Wiring(new Topology(), prefix, serdes);
        wiring.source("read-inbox", Topics.FORMS_INBOX);
        wiring.topology.addProcessor("intake", () -> new IntakeProcessor(ids, master), "read-inbox");
        wiring.topology.addStateStore(submissions(), "intake");
        wiring.sink(IntakeProcessor.FORMS, Topics.FORMS_SUBMITTED, "intake");
        wiring.sink(IntakeProcessor.CHANGES, Topics.CONSENT_CHANGES, "intake");
        wiring.sink(IntakeProcessor.LINKS, Topics.SUBJECT_LINKS, "intake");
        wiring.sink(IntakeProcessor.READDRESSED, Topics.FORMS_INBOX, "intake");

        wiring.source("read-forms", Topics.FORMS_SUBMITTED);
        wiring.source("read-changes", Topics.CONSENT_CHANGES);
        wiring.source("read-links", Topics.SUBJECT_LINKS);
        wiring.source("read-notes", Topics.SUBJECT_NOTES);
        wiring.source("read-rights", Topics.SUBJECT_RIGHTS);
        wiring.topology.addProcessor(
                "fold",
                () -> new FoldProcessor(ids, master, policy, confirmations),
                "read-forms",
                "read-changes",
                "read-links",
                "read-notes",
                "read-rights");
        wiring.topology.addStateStore(store(SUBJECTS, SubjectFile.class), "fold");
        wiring.topology.addStateStore(store(HISTORY, ConsentChanged.class), "fold");
        wiring.topology.addStateStore(store(RIGHTS, RightExercised.class), "fold");
        wiring.topology.addStateStore(confirmations.store(), "fold");
        wiring.topology.addStateStore(store(KEYS, SubjectKey.class), "intake", "fold");
        wiring.source("read-contacts", Topics.CAMPAIGN_CONTACTS);
        wiring.topology.addProcessor("contacted", ContactsProcessor::new, "read-contacts");
        wiring.topology.addStateStore(store(CONTACTS, ContactMade.class), "contacted", "fold");
        wiring.topology.connectProcessorAndStateStores("contacted", SUBJECTS, KEYS);
        wiring.sink(SubjectKeys.SINK, Topics.SUBJECT_KEYS, "intake", "fold");
        wiring.sink(FoldProcessor.STATE, Topics.CONSENT_STATE, "fold");
        wiring.sink(FoldProcessor.STOPS, Topics.CONSENT_STOPS, "fold");
        wiring.sink(FoldProcessor.NOTES, Topics.SUBJECT_NOTES, "fold");
        wiring.sink(Erasures.RIGHTS, Topics.SUBJECT_RIGHTS, "fold");
        wiring.sink(ConfirmationRequests.SINK, Topics.CAMPAIGN_MESSAGES, "fold");
        return wiring.topology;
    }

    private static StoreBuilder<WindowStore<String, String>> submissions() {
        Duration window = Duration.ofHours(1);
        return Stores.windowStoreBuilder(
                Stores.persistentWindowStore(SUBMISSIONS, SUBMISSIONS_KEPT, window, false),
                Serdes.String(),
                Serdes.String());
    }

    /** What an erasure replaces has to be gone from the changelog, too, in a stated time. */
    private static <V extends SpecificRecord> StoreBuilder<KeyValueStore<String, V>> store(
            String name, Class<V> value) {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(name), Serdes.String(), new InternalSerde<>(value))
                .withLoggingEnabled(Map.of(
                        TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, Long.toString(Topics.REPLACED_GO_WITHIN.toMillis())));
    }

    private record Wiring(Topology topology, String prefix, EventSerdes serdes) {

        <V extends SpecificRecord> void source(String name, Topic<V> topic) {
            topology.addSource(name, new StringDeserializer(), serdes.of(topic).deserializer(), topic.in(prefix));
        }

        <V extends SpecificRecord> void sink(String name, Topic<V> topic, String... parents) {
            topology.addSink(
                    name,
                    topic.in(prefix),
                    new StringSerializer(),
                    serdes.of(topic).serializer(),
                    parents);
        }
    }
}
