package fi.lupa.consent.query;

import fi.lupa.consent.topology.ConsentTopology;
import fi.lupa.consent.topology.Submission;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.access.Relays;
import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.Parameters;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.ConsentState;
import fi.lupa.permission.Policy;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.WindowStoreIterator;

/** Answers who somebody is, what is in force for them, and what became of a form. */
public final class SubjectsDoor {

    /** Who may see whatever is recorded of a person. */
    private static final Role[] STAFF = {Role.CUSTOMER_SERVICE, Role.DPO, Role.OPERATOR};

    private static final List<String> IDENTIFIERS = List.of("customerId", "email", "phone");

    private final HeldSubjects subjects;
    private final Peers peers;
    private final SubjectIds ids;
    private final Clock clock;
    private final Policy policy;
    private final Access access;
    private final Histories histories;
    private final ContactHistories contacts;

    public SubjectsDoor(HeldSubjects subjects, Peers peers, SubjectIds ids, Access access, Clock clock, Policy policy) {
        this.subjects = subjects;
        this.peers = peers;
        this.access = access;
        this.histories = new Histories(peers);
        this.contacts = new ContactHistories(peers);
        this.ids = ids;
        this.clock = clock;
        this.policy = policy;
    }

    public void mount(RoutesConfig routes) {
        routes.get("/v1/subjects", this::find, STAFF);
        routes.get(
                "/v1/subjects/{id}/consents",
                this::consents,
                Role.CUSTOMER_SERVICE,
                Role.DPO,
                Role.OPERATOR,
                Role.CAMPAIGN);
        routes.get("/v1/subjects/{id}/history", this::history, STAFF);
        routes.get("/v1/subjects/{id}/contacts", this::contacts, STAFF);
        routes.get(
                "/v1/forms/submissions/{eventId}",
                this::submission,
                Role.SITE,
                Role.CUSTOMER_SERVICE,
                Role.DPO,
                Role.OPERATOR);
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
        subjects.atHolder(ctx, subjectId, () -> {
            ConsentState state = known(subjects.state(subjectId));
            Found found =
                    new Found(Objects.requireNonNullElse(state.getSameAs(), subjectId), state.getPossibleDuplicates());
            recorded(ctx, found.subjectId(), () -> ctx.json(found));
        });
    }

    private void consents(Context ctx) {
        Instant at = moment(ctx, "at");
        Instant known = moment(ctx, "known");
        Parameters.refuseOthers(ctx, "at", "known");
        if (at != null || known != null) {
            access.require(ctx, STAFF);
        }
        atHolderOfTheSame(ctx, state -> {
            Instant now = clock.instant();
            if (at == null && known == null) {
                recorded(ctx, state.getSubjectId(), () -> ctx.json(ConsentsView.of(state, policy, now)));
                return;
            }
            ctx.future(() -> histories
                    .of(ctx, state, known)
                    .thenCombine(access.record(ctx, state.getSubjectId()), (said, recorded) -> said)
                    .thenAccept(said -> ctx.json(
                            ConsentsView.asOf(state, said, policy, Objects.requireNonNullElse(at, now), known))));
        });
    }

    private void history(Context ctx) {
        everything(ctx, subjectId -> new Histories.HistoryOf(subjectId, histories.alone(subjectId)), state -> histories
                .of(ctx, state, null)
                .thenApply(said -> new Histories.HistoryOf(state.getSubjectId(), said)));
    }

    private void contacts(Context ctx) {
        everything(
                ctx,
                subjectId -> new ContactHistories.ContactsOf(subjectId, contacts.alone(subjectId)),
                state -> contacts.of(ctx, state)
                        .thenApply(made -> new ContactHistories.ContactsOf(state.getSubjectId(), made)));
    }

    /** Answers with what lies under every name of the subject, or, between instances, under the one name alone. */
    private void everything(
            Context ctx, Function<String, Object> alone, Function<ConsentState, CompletableFuture<?>> all) {
        List<Fault> others = Parameters.others(ctx, List.of("alone"));
        if (!others.isEmpty()) {
            throw ProblemException.badRequest(others);
        }
        String subjectId = ctx.pathParam("id");
        if ("true".equals(ctx.queryParam("alone"))) {
            subjects.atHolder(ctx, subjectId, () -> recorded(ctx, subjectId, () -> ctx.json(alone.apply(subjectId))));
        } else {
            atHolderOfTheSame(
                    ctx,
                    state -> ctx.future(() -> all.apply(state)
                            .thenCombine(access.record(ctx, state.getSubjectId()), (told, recorded) -> told)
                            .thenAccept(ctx::json)));
        }
    }

    private void atHolderOfTheSame(Context ctx, Consumer<ConsentState> answer) {
        subjects.atHolderOfTheSame(ctx, state -> answer.accept(known(state)));
    }

    private static ConsentState known(ConsentState state) {
        if (state.getRevision() == 0) {
            throw HeldSubjects.nothingKnown();
        }
        return state;
    }

    private static Instant moment(Context ctx, String name) {
        String written = ctx.queryParam(name);
        try {
            return written == null ? null : Instant.parse(written);
        } catch (DateTimeParseException e) {
            throw ProblemException.badRequest(List.of(new Fault(name, "A moment is written as 2026-01-31T09:30:00Z.")));
        }
    }

    /**
     * Who somebody is.
     *
     * @param possibleDuplicates customers that share the address or number: perhaps the same person, which only a person decides
     */
    record Found(String subjectId, List<String> possibleDuplicates) {}

    /** Answers once it is recorded whose data the answer holds. */
    private void recorded(Context ctx, String subjectId, Runnable answer) {
        ctx.future(() -> access.record(ctx, subjectId).thenRun(answer));
    }

    /** Submissions lie where their sender's forms do, which their ids do not tell: each instance is asked. */
    private void submission(Context ctx) {
        String eventId = ctx.pathParam("eventId");
        Optional<Submission> here = isUuid(eventId) ? here(eventId) : Optional.empty();
        if (here.isPresent()) {
            String subjectId = here.get().subjectId();
            recorded(ctx, subjectId, () -> ctx.json(Map.of("eventId", eventId, "subjectId", subjectId)));
            return;
        }
        ProblemException unknown =
                ProblemException.notFound("No form of this id has been taken in yet; one just sent may need a moment.");
        List<HostInfo> others = Relays.isRelayed(ctx) ? List.of() : peers.othersWith(ConsentTopology.SUBMISSIONS);
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
