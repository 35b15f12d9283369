package fi.lupa.consent.query;

import fi.lupa.consent.state.PublishedState;
import fi.lupa.consent.topology.ConsentTopology;
import fi.lupa.consent.topology.Contacts;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactMade;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/** What was cleared for a subject, under whichever id, from whichever instance holds it. */
public final class ContactHistories {

    private final Peers peers;

    public ContactHistories(Peers peers) {
        this.peers = peers;
    }

    /** What this instance holds of what was cleared under one id, oldest first. */
    List<ContactEntry> alone(String subjectId) {
        return peers
                .read(
                        ConsentTopology.CONTACTS,
                        QueryableStoreTypes.<String, ContactMade>keyValueStore(),
                        store -> Contacts.of(store, subjectId))
                .stream()
                .map(ContactEntry::of)
                .toList();
    }

    /** What was cleared for the subject, under every name of their own, oldest first. */
    public CompletableFuture<List<ContactEntry>> of(Context ctx, ConsentState state) {
        CompletableFuture<List<ContactEntry>> all = CompletableFuture.completedFuture(alone(state.getSubjectId()));
        for (String alias : PublishedState.aliases(state)) {
            all = all.thenCombine(under(ctx, alias), (some, more) -> Stream.concat(some.stream(), more.stream())
                    .sorted(ContactEntry.OLDEST_FIRST)
                    .toList());
        }
        return all;
    }

    private CompletableFuture<List<ContactEntry>> under(Context ctx, String subjectId) {
        Optional<HostInfo> other = peers.otherHolderOf(ConsentTopology.CONTACTS, subjectId);
        if (other.isEmpty()) {
            return CompletableFuture.completedFuture(alone(subjectId));
        }
        return peers.get(ctx, other.get(), "/v1/subjects/" + subjectId + "/contacts?alone=true")
                .thenApply(answer -> {
                    if (answer.statusCode() != 200) {
                        throw Peers.moving();
                    }
                    try {
                        return Json.MAPPER
                                .readValue(answer.body(), ContactsOf.class)
                                .contacts();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    /** The answer: who was reached, and every message, oldest first. */
    record ContactsOf(String subjectId, List<ContactEntry> contacts) {}
}
