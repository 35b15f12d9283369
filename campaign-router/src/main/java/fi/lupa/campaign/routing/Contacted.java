package fi.lupa.campaign.routing;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactMade;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.ContactsMade;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * What was cleared for each subject, as long as it may count: by subject, campaign and message. What counts for others as
 * well, they are told.
 */
public final class Contacted {

    /** No window of a policy or a campaign is longer. */
    public static final Duration KEPT = Duration.ofDays(31);

    /** Often and little at a time, so that messages are routed in between. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private static final int MOST_LOOKED_AT = 50;
    private static final int MOST_LOOKED_AT_FIRST = 5_000;

    private final ProcessorContext<String, SpecificRecord> context;
    private final KeyValueStore<String, ContactsMade> store;
    private final LongFunction<KeyFilter> filters;

    /** Everything up to this one has been looked at, since everything was. */
    private String lookedAt = "";

    /** How many looks that took, and how many it took the last time. */
    private long looks;

    private long lookedThrough;

    /** The keys of what was cleared for a subject itself, which the task's router alone writes; null for every other processor. */
    private KeyFilter ownKeys;

    /** Whether the filter has them all. Fails closed: until then the store is asked. */
    private boolean ownAreKnown;

    Contacted(ProcessorContext<String, SpecificRecord> context) {
        this(context, KeyFilter::new);
    }

    /** @param filters makes one for so many keys */
    Contacted(ProcessorContext<String, SpecificRecord> context, LongFunction<KeyFilter> filters) {
        this.context = context;
        this.filters = filters;
        this.store = context.getStateStore(RouterTopology.CONTACTS);
    }

    /**
     * Whether a message was cleared later than then, and counts for a subject.
     *
     * @param of whom it was cleared for
     */
    static boolean has(
            ReadOnlyKeyValueStore<String, ContactsMade> store,
            String subjectId,
            String of,
            String campaignId,
            String messageId,
            Instant after) {
        return isLaterThan(after, store.get(key(subjectId, of, campaignId, messageId)));
    }

    private static boolean isLaterThan(Instant after, ContactsMade found) {
        return found != null
                && found.getMade().stream().anyMatch(made -> made.getClearedAt().isAfter(after));
    }

    /** What was cleared for a subject later than then. */
    static List<ContactMade> of(ReadOnlyKeyValueStore<String, ContactsMade> store, String subjectId, Instant after) {
        List<ContactMade> all = new ArrayList<>();
        try (KeyValueIterator<String, ContactsMade> found = ofSubject(store, subjectId)) {
            found.forEachRemaining(entry -> entry.value.getMade().stream()
                    .filter(made -> made.getClearedAt().isAfter(after))
                    .forEach(all::add));
        }
        return all;
    }

    private static KeyValueIterator<String, ContactsMade> ofSubject(
            ReadOnlyKeyValueStore<String, ContactsMade> store, String subjectId) {
        // An id holds neither a slash nor what follows it.
        return store.range(subjectId + "/", subjectId + "0");
    }

    /** What is known beside the state of one message's recipient: what was read to decide is not read again to count. */
    final class Beside implements Decisions.Known {

        private final Function<String, ContactPointStop> stops;
        private String key;
        private ContactsMade found;

        Beside(Function<String, ContactPointStop> stops) {
            this.stops = stops;
        }

        @Override
        public ContactPointStop stops(String contactPointId) {
            return stops.apply(contactPointId);
        }

        @Override
        public boolean wasCleared(String subjectId, String of, String campaignId, String messageId, Instant after) {
            String asked = key(subjectId, of, campaignId, messageId);
            boolean isOwn = of.equals(subjectId);
            ContactsMade made = isOwn && isNew(asked) ? null : store.get(asked);
            if (isOwn) {
                key = asked;
                found = made;
            }
            return isLaterThan(after, made);
        }

        @Override
        public List<ContactMade> contacts(String subjectId, Instant after) {
            return of(store, subjectId, after);
        }

        /** Counts what was just decided about. */
        void count(ContactMade made) {
            String own = key(made.getSubjectId(), made.getSubjectId(), made.getCampaignId(), made.getMessageId());
            Contacted.this.count(own, own.equals(key) ? found : store.get(own), made);
            remember(own);
        }
    }

    /** What is done with a contact. */
    @FunctionalInterface
    public interface Look {

        void at(ContactMade made) throws IOException;
    }

    /** Looks at what was cleared for a campaign from then on: at each once, in no order, and keeps none in memory. */
    public static void each(
            ReadOnlyKeyValueStore<String, ContactsMade> store, String campaignId, Instant since, Look look) {
        try (KeyValueIterator<String, ContactsMade> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<String, ContactsMade> entry = all.next();
                for (ContactMade made : entry.value.getMade()) {
                    boolean own = entry.key.startsWith(made.getSubjectId() + "/");
                    if (own
                            && made.getCampaignId().equals(campaignId)
                            && !made.getClearedAt().isBefore(since)) {
                        look.at(made);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Counts for a subject what was cleared for them, or for another; once, however often it is told. */
    void count(String subjectId, ContactMade made) {
        String key = key(subjectId, made.getSubjectId(), made.getCampaignId(), made.getMessageId());
        count(key, store.get(key), made);
    }

    private void count(String key, ContactsMade known, ContactMade made) {
        if (known == null) {
            store.put(key, new ContactsMade(List.of(made)));
        } else if (!known.getMade().contains(made)) {
            List<ContactMade> all = new ArrayList<>(known.getMade());
            all.add(made);
            all.sort(Comparator.comparing(ContactMade::getClearedAt));
            store.put(key, new ContactsMade(all));
        }
    }

    private boolean isNew(String key) {
        return ownAreKnown && ownKeys.rulesOut(key);
    }

    private void remember(String key) {
        ownKeys.add(key);
        if (ownAreKnown && ownKeys.isFull()) {
            beginAnew(Math.max(lookedThrough, store.approximateNumEntries()));
        }
    }

    /** Looks through everything from now on, some at a time: for what no longer counts, and first for what there is. */
    void lookThrough(Clock clock) {
        beginAnew(store.approximateNumEntries());
        context.schedule(
                LOOK_EVERY,
                PunctuationType.WALL_CLOCK_TIME,
                tick -> lookAtSome(clock.instant().minus(KEPT)));
    }

    private void beginAnew(long keys) {
        ownKeys = filters.apply(keys);
        ownAreKnown = false;
        lookedAt = "";
        looks = 0;
    }

    private void lookAtSome(Instant before) {
        List<String> old = new ArrayList<>();
        boolean more;
        try (KeyValueIterator<String, ContactsMade> range = store.range(lookedAt, null)) {
            int most = ownAreKnown ? MOST_LOOKED_AT : MOST_LOOKED_AT_FIRST;
            for (int i = 0; i < most && range.hasNext(); i++) {
                KeyValue<String, ContactsMade> entry = range.next();
                lookedAt = entry.key;
                looks++;
                ownKeys.add(entry.key);
                if (entry.value.getMade().stream()
                        .allMatch(made -> made.getClearedAt().isBefore(before))) {
                    old.add(entry.key);
                }
            }
            more = range.hasNext();
        }
        if (!more) {
            ownAreKnown = true;
            lookedThrough = looks;
            lookedAt = "";
            looks = 0;
        }
        old.forEach(store::delete);
    }

    /** Tells those who share an address or number with a subject: there it counts for all of them. */
    void tellOthers(List<String> others, ContactMade made, Instant now) {
        others.forEach(other -> tell(other, made, now));
    }

    /** Tells whom a subject was found to be the same as: what the one was sent counts for the other. */
    void moved(ConsentState state, Instant now) {
        if (state.getSameAs() != null) {
            of(store, state.getSubjectId(), Instant.EPOCH).forEach(made -> tell(state.getSameAs(), made, now));
        }
    }

    void forget(String subjectId) {
        List<String> all = new ArrayList<>();
        try (KeyValueIterator<String, ContactsMade> found = ofSubject(store, subjectId)) {
            found.forEachRemaining(entry -> all.add(entry.key));
        }
        all.forEach(store::delete);
    }

    /** @param now by which Kafka keeps the note */
    private void tell(String subjectId, ContactMade made, Instant now) {
        context.forward(new Record<>(subjectId, (SpecificRecord) made, now.toEpochMilli()), RouterTopology.NOTES_SINK);
    }

    /** One id for two recipients is two messages, also where what was cleared for the one counts for the other. */
    private static String key(String subjectId, String of, String campaignId, String messageId) {
        String whose = of.equals(subjectId) ? "" : of + "//";
        return subjectId + "/" + whose + campaignId + "/" + messageId;
    }
}
