package fi.lupa.consent.topology;

import fi.lupa.consent.confirmation.Confirmations;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.event.ConsentState;
import fi.lupa.schemas.EventSerdes;
import fi.lupa.schemas.InternalSerde;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.time.Duration;
import org.apache.avro.specific.SpecificRecord;
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
 *                        └→ consent.changes ─┴→ fold ─┬→ consent.state
 *                                                     └→ campaign.messages (asks for a confirmation)
 * </pre>
 *
 * The fold is idempotent and does not mind order, so at-least-once processing is enough for it to be right.
 */
public final class ConsentTopology {

    /** What became of each submission, by eventId. */
    public static final String SUBMISSIONS = "submissions";

    /** The state of each subject, by subjectId. */
    public static final String CONSENT_STATE = "consent-state";

    /** How long a submission's outcome can be asked for, and its eventId is known again: longer than the inbox keeps it. */
    public static final Duration SUBMISSIONS_KEPT = Duration.ofDays(7);

    private ConsentTopology() {}

    /**
     * @param prefix of the installation's topics
     * @param confirmations how a consent is asked to be confirmed
     */
    public static Topology build(String prefix, EventSerdes serdes, SubjectIds ids, Confirmations confirmations) {
        Wiring wiring = new Wiring(new Topology(), prefix, serdes);
        wiring.source("read-inbox", Topics.FORMS_INBOX);
        wiring.topology.addProcessor("intake", () -> new IntakeProcessor(ids), "read-inbox");
        wiring.topology.addStateStore(submissions(), "intake");
        wiring.sink(IntakeProcessor.FORMS, Topics.FORMS_SUBMITTED, "intake");
        wiring.sink(IntakeProcessor.CHANGES, Topics.CONSENT_CHANGES, "intake");

        wiring.source("read-forms", Topics.FORMS_SUBMITTED);
        wiring.source("read-changes", Topics.CONSENT_CHANGES);
        wiring.topology.addProcessor("fold", () -> new FoldProcessor(ids, confirmations), "read-forms", "read-changes");
        wiring.topology.addStateStore(state(), "fold");
        wiring.topology.addStateStore(confirmations.store(), "fold");
        wiring.sink(FoldProcessor.STATE, Topics.CONSENT_STATE, "fold");
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

    private static StoreBuilder<KeyValueStore<String, ConsentState>> state() {
        return Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(CONSENT_STATE),
                Serdes.String(),
                new InternalSerde<>(ConsentState.class));
    }

    private record Wiring(Topology topology, String prefix, EventSerdes serdes) {

        <V extends SpecificRecord> void source(String name, Topic<V> topic) {
            topology.addSource(name, new StringDeserializer(), serdes.of(topic).deserializer(), topic.in(prefix));
        }

        <V extends SpecificRecord> void sink(String name, Topic<V> topic, String parent) {
            topology.addSink(
                    name,
                    topic.in(prefix),
                    new StringSerializer(),
                    serdes.of(topic).serializer(),
                    parent);
        }
    }
}
