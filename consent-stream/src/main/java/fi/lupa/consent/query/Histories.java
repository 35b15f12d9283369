package fi.lupa.consent.query;

import com.fasterxml.jackson.core.type.TypeReference;
import fi.lupa.consent.archive.Archive;
import fi.lupa.consent.topology.ConsentTopology;
import fi.lupa.consent.topology.History;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.Alias;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.permission.Consents;
import fi.lupa.permission.Statement;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/** What was ever said by a subject, under whichever id, from whichever instance holds it. */
public final class Histories implements Archive {

    private final Peers peers;

    public Histories(Peers peers) {
        this.peers = peers;
    }

    @Override
    public Optional<HostInfo> holder(String subjectId) {
        return peers.otherHolderOf(ConsentTopology.HISTORY, subjectId);
    }

    @Override
    public List<ConsentChanged> saidUnder(String subjectId) {
        return peers.read(
                ConsentTopology.HISTORY,
                QueryableStoreTypes.<String, ConsentChanged>keyValueStore(),
                store -> History.saidBy(store, subjectId));
    }

    /** One statement, as this instance holds it. */
    public Optional<ConsentChanged> statement(String subjectId, UUID eventId) {
        return Optional.ofNullable(peers.read(
                ConsentTopology.HISTORY,
                QueryableStoreTypes.<String, ConsentChanged>keyValueStore(),
                store -> History.said(store, subjectId, eventId)));
    }

    /** What this instance holds of what was said under one id, oldest first. */
    List<HistoryEntry> alone(String subjectId) {
        return saidUnder(subjectId).stream()
                .map(HistoryEntry::of)
                .sorted(HistoryEntry.OLDEST_FIRST)
                .toList();
    }

    /**
     * What was said by the subject and by those found to be the same, oldest first.
     *
     * @param known leaves out whom Lupa learned to be the same later than this; null for nobody
     */
    public CompletableFuture<List<HistoryEntry>> of(Context ctx, ConsentState state, Instant known) {
        CompletableFuture<List<HistoryEntry>> all = CompletableFuture.completedFuture(alone(state.getSubjectId()));
        for (String alias : alsoKnownAs(state, known)) {
            all = all.thenCombine(under(ctx, alias), Histories::both);
        }
        return all.thenApply(
                entries -> entries.stream().sorted(HistoryEntry.OLDEST_FIRST).toList());
    }

    /**
     * The other subjects found to be the same.
     *
     * @param known leaves out whom Lupa learned to be the same later than this; null for nobody
     */
    public static List<String> alsoKnownAs(ConsentState state, Instant known) {
        return state.getAlsoKnownAs().stream()
                .filter(alias -> known == null || !alias.getSince().isAfter(known))
                .map(Alias::getSubjectId)
                .toList();
    }

    /** Which of the other subjects had been somebody else's as well, or more, by a moment; or were not this subject's yet. */
    public static Set<String> shared(ConsentState state, Instant then) {
        return state.getAlsoKnownAs().stream()
                .filter(alias -> alias.getSharedSince() != null
                        && (!alias.getSharedSince().isAfter(then)
                                || alias.getSince().isAfter(then)))
                .map(Alias::getSubjectId)
                .collect(Collectors.toSet());
    }

    /**
     * What was said under all of a subject's names, as it counts for the subject.
     *
     * @param shared the names of several
     */
    public static Consents together(Map<String, List<Statement>> saidUnder, Set<String> shared) {
        Consents together = Consents.of(saidUnder.entrySet().stream()
                .filter(said -> !shared.contains(said.getKey()))
                .flatMap(said -> said.getValue().stream())
                .toList());
        for (String name : shared) {
            together = together.join(
                    Consents.of(saidUnder.getOrDefault(name, List.of())).ofSeveral());
        }
        return together;
    }

    private CompletableFuture<List<HistoryEntry>> under(Context ctx, String subjectId) {
        Optional<HostInfo> other = holder(subjectId);
        if (other.isEmpty()) {
            return CompletableFuture.completedFuture(alone(subjectId));
        }
        return peers.get(ctx, other.get(), "/v1/subjects/" + subjectId + "/history?alone=true")
                .thenApply(answer -> {
                    if (answer.statusCode() != 200) {
                        throw Peers.moving();
                    }
                    return read(answer.body());
                });
    }

    private static List<HistoryEntry> both(List<HistoryEntry> some, List<HistoryEntry> more) {
        List<HistoryEntry> both = new ArrayList<>(some);
        both.addAll(more);
        return both;
    }

    private static List<HistoryEntry> read(byte[] body) {
        try {
            return Json.MAPPER
                    .readValue(body, new TypeReference<HistoryOf>() {})
                    .statements();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The answer: whose history, and every statement, oldest first. */
    record HistoryOf(String subjectId, List<HistoryEntry> statements) {}
}
