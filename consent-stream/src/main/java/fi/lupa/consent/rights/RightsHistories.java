package fi.lupa.consent.rights;

import fi.lupa.consent.query.HeldSubjects;
import fi.lupa.consent.query.Histories;
import fi.lupa.consent.state.PublishedState;
import fi.lupa.consent.topology.ConsentTopology;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.ConsentState;
import fi.lupa.event.RightExercised;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.streams.state.HostInfo;

/** What was done about a person's rights, under whichever of their names, from whichever instance holds it. */
public final class RightsHistories {

    private final HeldSubjects subjects;
    private final Peers peers;

    public RightsHistories(HeldSubjects subjects, Peers peers) {
        this.subjects = subjects;
        this.peers = peers;
    }

    /**
     * What was asked and done.
     *
     * @param requests the first due first
     * @param done oldest first
     */
    public record RightsOf(String subjectId, List<Request> requests, List<Exercised> done) {

        private RightsOf with(RightsOf more) {
            return new RightsOf(
                    subjectId,
                    Stream.concat(requests.stream(), more.requests.stream())
                            .sorted(Request.FIRST_DUE)
                            .toList(),
                    Stream.concat(done.stream(), more.done.stream())
                            .sorted(Exercised.OLDEST_FIRST)
                            .toList());
        }
    }

    /** What this instance holds under one name. */
    public RightsOf alone(String subjectId, Instant now) {
        List<RightExercised> rights = subjects.rights(subjectId);
        return new RightsOf(
                subjectId,
                Request.of(rights, now),
                rights.stream().map(Exercised::of).toList());
    }

    /** What was asked and done under every name of their own. */
    public CompletableFuture<RightsOf> of(Context ctx, ConsentState state, Instant now) {
        return under(ctx, state.getSubjectId(), PublishedState.aliases(state), now);
    }

    /** What was asked and done under every name, also of those that are somebody else's as well. */
    CompletableFuture<RightsOf> underAll(Context ctx, ConsentState state, Instant now) {
        return under(ctx, state.getSubjectId(), Histories.alsoKnownAs(state, null), now);
    }

    private CompletableFuture<RightsOf> under(Context ctx, String subjectId, List<String> aliases, Instant now) {
        CompletableFuture<RightsOf> all = CompletableFuture.completedFuture(alone(subjectId, now));
        for (String alias : aliases) {
            all = all.thenCombine(under(ctx, alias, now), RightsOf::with);
        }
        return all;
    }

    private CompletableFuture<RightsOf> under(Context ctx, String subjectId, Instant now) {
        Optional<HostInfo> other = peers.otherHolderOf(ConsentTopology.RIGHTS, subjectId);
        return other.isEmpty()
                ? CompletableFuture.completedFuture(alone(subjectId, now))
                : peers.get(ctx, other.get(), "/v1/subjects/" + subjectId + "/requests?alone=true")
                        .thenApply(answer -> read(answer, RightsOf.class));
    }

    /** What requests this instance holds, of everybody. */
    List<Request> everybodys(Instant now) {
        List<RightExercised> about = new ArrayList<>();
        subjects.eachRight(right -> {
            switch (right.getKind()) {
                case REQUEST_OPENED, REQUEST_EXTENDED, REQUEST_CLOSED -> about.add(right);
                default -> {}
            }
        });
        return Request.of(about, now);
    }

    /** What another instance told. */
    static <T> T read(HttpResponse<byte[]> answer, Class<T> as) {
        if (answer.statusCode() != 200) {
            throw Peers.moving();
        }
        try {
            return Json.MAPPER.readValue(answer.body(), as);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
