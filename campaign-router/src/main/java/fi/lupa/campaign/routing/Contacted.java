package fi.lupa.campaign.routing;

import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactMade;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * What was cleared for each subject, as long as it may count: by subject, campaign and message, and by when. What counts for
 * others as well, they are told.
 */
public final class Contacted {

    /** No window of a policy or a campaign is longer. */
    public static final Duration KEPT = Duration.ofDays(31);

    private static final Instant FOR_EVER = Instant.ofEpochMilli(Long.MAX_VALUE);

    private final ProcessorContext<String, SpecificRecord> context;
    private final WindowStore<String, ContactMade> store;

    Contacted(ProcessorContext<String, SpecificRecord> context) {
        this.context = context;
        this.store = context.getStateStore(RouterTopology.CONTACTS);
    }

    /**
     * Whether a message was cleared later than then, and counts for a subject.
     *
     * @param of whom it was cleared for
     */
    static boolean has(
            ReadOnlyWindowStore<String, ContactMade> store,
            String subjectId,
            String of,
            String campaignId,
            String messageId,
            Instant after) {
        try (WindowStoreIterator<ContactMade> found =
                store.fetch(key(subjectId, of, campaignId, messageId), after.plusMillis(1), FOR_EVER)) {
            return found.hasNext();
        }
    }

    /** What was cleared for a subject later than then. */
    static List<ContactMade> of(ReadOnlyWindowStore<String, ContactMade> store, String subjectId, Instant after) {
        List<ContactMade> all = new ArrayList<>();
        // An id holds neither a slash nor what follows it.
        try (KeyValueIterator<Windowed<String>, ContactMade> found =
                store.fetch(subjectId + "/", subjectId + "0", after.plusMillis(1), FOR_EVER)) {
            found.forEachRemaining(entry -> all.add(entry.value));
        }
        return all;
    }

    /** What is done with a contact. */
    @FunctionalInterface
    public interface Look {

        void at(ContactMade made) throws IOException;
    }

    /** Looks at what was cleared for a campaign from then on: at each once, in no order, and keeps none in memory. */
    public static void each(
            ReadOnlyWindowStore<String, ContactMade> store, String campaignId, Instant since, Look look) {
        try (KeyValueIterator<Windowed<String>, ContactMade> all = store.fetchAll(since, FOR_EVER)) {
            while (all.hasNext()) {
                KeyValue<Windowed<String>, ContactMade> entry = all.next();
                ContactMade made = entry.value;
                boolean own = entry.key.key().startsWith(made.getSubjectId() + "/");
                if (own && made.getCampaignId().equals(campaignId)) {
                    look.at(made);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Counts for a subject what was cleared for them, or for another. */
    void count(String subjectId, ContactMade made) {
        store.put(
                key(subjectId, made.getSubjectId(), made.getCampaignId(), made.getMessageId()),
                made,
                made.getClearedAt().toEpochMilli());
    }

    /** Tells those who share an address or number with a subject: there it counts for all of them. */
    void tellOthers(ConsentState state, ContactMade made, Record<String, ?> record) {
        state.getPossibleDuplicates().forEach(other -> tell(other, made, record));
    }

    /** Tells whom a subject was found to be the same as: what the one was sent counts for the other. */
    void moved(ConsentState state, Record<String, ?> record) {
        if (state.getSameAs() != null) {
            of(store, state.getSubjectId(), Instant.EPOCH).forEach(made -> tell(state.getSameAs(), made, record));
        }
    }

    void forget(String subjectId) {
        List<KeyValue<String, Long>> all = new ArrayList<>();
        try (KeyValueIterator<Windowed<String>, ContactMade> found =
                store.fetch(subjectId + "/", subjectId + "0", Instant.EPOCH, FOR_EVER)) {
            found.forEachRemaining(entry ->
                    all.add(KeyValue.pair(entry.key.key(), entry.key.window().start())));
        }
        all.forEach(entry -> store.put(entry.key, null, entry.value));
    }

    private void tell(String subjectId, ContactMade made, Record<String, ?> record) {
        context.forward(new Record<>(subjectId, (SpecificRecord) made, record.timestamp()), RouterTopology.NOTES_SINK);
    }

    /** One id for two recipients is two messages, also where what was cleared for the one counts for the other. */
    private static String key(String subjectId, String of, String campaignId, String messageId) {
        String whose = of.equals(subjectId) ? "" : of + "//";
        return subjectId + "/" + whose + campaignId + "/" + messageId;
    }
}
