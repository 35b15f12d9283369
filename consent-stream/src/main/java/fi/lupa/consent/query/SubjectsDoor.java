package fi.lupa.consent.query;

import fi.lupa.consent.state.SubjectFiles;
import fi.lupa.consent.topology.ConsentTopology;
import fi.lupa.consent.topology.Submission;
import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.ConsentState;
import fi.lupa.event.SubjectFile;
import fi.lupa.permission.Policy;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.WindowStoreIterator;

/** Answers who somebody is, what is in force for them, and what became of a form. */
public final class SubjectsDoor {

    private static final List<String> IDENTIFIERS = List.of("customerId", "email", "phone");

    private final Peers peers;
    private final SubjectIds ids;
    private final Clock clock;
    private final Policy policy;

    public SubjectsDoor(Peers peers, SubjectIds ids, Clock clock, Policy policy) {
        this.peers = peers;
        this.ids = ids;
        this.clock = clock;
        this.policy = policy;
    }

    public void mount(RoutesConfig routes) {
        routes.get("/v1/subjects", this::find, Role.OPERATOR);
        routes.get("/v1/subjects/{id}/consents", this::consents, Role.OPERATOR, Role.CAMPAIGN);
        routes.get("/v1/forms/submissions/{eventId}", this::submission, Role.SITE, Role.OPERATOR);
    }

    private void find(Context ctx) {
        List<String> given = IDENTIFIERS.stream()
                .filter(name -> ctx.queryParam(name) != null)
                .toList();
        if (given.size() != 1 || ctx.queryParamMap().size() != 1) {
            throw ProblemException.badRequest(
                    List.of(new Fault(null, "Ask by one of " + String.join(", ", IDENTIFIERS) + ".")));
        }
        SubjectIds.Identifiers identifiers =
                ids.read(ctx.queryParam("customerId"), ctx.queryParam("email"), ctx.queryParam("phone"));
        if (!identifiers.invalid().isEmpty()) {
            throw ProblemException.badRequest(
                    List.of(new Fault(given.get(0), identifiers.invalid().get(0).why())));
        }
        String subjectId = ids.subjectId(identifiers)
                .orElseThrow(() -> ProblemException.badRequest(List.of(new Fault(given.get(0), "It is empty."))));
        atHolder(ctx, ConsentTopology.SUBJECTS, subjectId, () -> {
            state(subjectId);
            ctx.json(Map.of("subjectId", subjectId));
        });
    }

    private void consents(Context ctx) {
        if (!ctx.queryParamMap().isEmpty()) {
            throw ProblemException.badRequest(List.of(
                    new Fault(null, "What was in force at another time cannot be asked for; leave the query out.")));
        }
        String subjectId = ctx.pathParam("id");
        atHolder(ctx, ConsentTopology.SUBJECTS, subjectId, () -> ctx.json(ConsentsView.of(state(subjectId))));
    }

    private ConsentState state(String subjectId) {
        SubjectFile file = peers.read(
                ConsentTopology.SUBJECTS,
                QueryableStoreTypes.<String, SubjectFile>keyValueStore(),
                files -> files.get(subjectId));
        ConsentState state = file == null ? null : SubjectFiles.published(file, policy);
        if (state == null || state.getRevision() == 0) {
            throw ProblemException.notFound("Nothing is known of this subject.");
        }
        return state;
    }

    private void atHolder(Context ctx, String store, String key, Runnable answer) {
        Optional<HostInfo> other = peers.otherHolderOf(store, key);
        if (other.isPresent()) {
            ctx.future(() -> peers.relay(ctx, other.get()));
        } else {
            answer.run();
        }
    }

    /** Submissions lie where their sender's forms do, which their ids do not tell: each instance is asked. */
    private void submission(Context ctx) {
        String eventId = ctx.pathParam("eventId");
        Optional<Submission> here = isUuid(eventId) ? here(eventId) : Optional.empty();
        if (here.isPresent()) {
            ctx.json(Map.of("eventId", eventId, "subjectId", here.get().subjectId()));
            return;
        }
        ProblemException unknown =
                ProblemException.notFound("No form of this id has been taken in yet; one just sent may need a moment.");
        List<HostInfo> others = Peers.isRelayed(ctx) ? List.of() : peers.othersWith(ConsentTopology.SUBMISSIONS);
        if (others.isEmpty()) {
            throw unknown;
        }
        ctx.future(() -> {
            CompletableFuture<Boolean> found = CompletableFuture.completedFuture(false);
            for (HostInfo other : others) {
                found = found.thenCompose(done ->
                        Boolean.TRUE.equals(done) ? CompletableFuture.completedFuture(true) : answers(ctx, other));
            }
            return found.thenAccept(done -> {
                if (!done) {
                    throw unknown;
                }
            });
        });
    }

    private CompletableFuture<Boolean> answers(Context ctx, HostInfo other) {
        return peers.ask(ctx, other).thenApply(answer -> {
            if (answer.statusCode() == 404) {
                return false;
            }
            if (answer.statusCode() != 200) {
                throw Peers.moving(); // it may well know the form
            }
            ctx.contentType("application/json").result(answer.body());
            return true;
        });
    }

    private Optional<Submission> here(String eventId) {
        Instant now = clock.instant();
        return peers.read(
                ConsentTopology.SUBMISSIONS, QueryableStoreTypes.<String, String>windowStore(), submissions -> {
                    try (WindowStoreIterator<String> found = submissions.fetch(
                            eventId, now.minus(ConsentTopology.SUBMISSIONS_KEPT), now.plusSeconds(3_600))) {
                        return found.hasNext() ? Optional.of(Submission.parse(found.next().value)) : Optional.empty();
                    }
                });
    }

    private static boolean isUuid(String text) {
        try {
            return UUID.fromString(text).toString().equals(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
