package fi.lupa.campaign.routing;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.event.ContactMade;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.ContactsMade;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** What is known beside a state, in the router's own stores. */
public record KnownHere(
        Function<String, ContactPointStop> stopsOf, ReadOnlyKeyValueStore<String, ContactsMade> contacts)
        implements Decisions.Known {

    public KnownHere(
            ReadOnlyKeyValueStore<String, ContactPointStop> stops,
            ReadOnlyKeyValueStore<String, ContactsMade> contacts) {
        this(stops::get, contacts);
    }

    @Override
    public ContactPointStop stops(String contactPointId) {
        return stopsOf.apply(contactPointId);
    }

    @Override
    public boolean wasCleared(String subjectId, String of, String campaignId, String messageId, Instant after) {
        return Contacted.has(contacts, subjectId, of, campaignId, messageId, after);
    }

    @Override
    public List<ContactMade> contacts(String subjectId, Instant after) {
        return Contacted.of(contacts, subjectId, after);
    }
}
