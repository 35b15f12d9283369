package fi.lupa.consent.rights;

import fi.lupa.consent.pages.Accepted;
import fi.lupa.consent.query.HeldSubjects;
import fi.lupa.consent.state.ErasedFiles;
import fi.lupa.consent.state.PublishedState;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.http.Read;
import fi.lupa.edge.http.RequestBody;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ErasedAlias;
import fi.lupa.event.Erasure;
import fi.lupa.event.RightExercised;
import fi.lupa.event.RightKind;
import fi.lupa.event.Scope;
import fi.lupa.event.SubjectFile;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * {@code POST /v1/subjects/{id}/erasure} erases a person under every name they are known by, and {@code GET} the same proves
 * it; {@code PUT} and {@code DELETE /v1/subjects/{id}/legal-hold} forbid it and permit it again.
 */
public final class ErasureDoor {

    private static final String ERASURE = "/v1/subjects/{id}/erasure";
    private static final String HOLD = "/v1/subjects/{id}/legal-hold";

    /** When the last copy that nobody can tombstone has left its topic: a message to the person, or a dead letter. */
    private static final Duration COPIES_GONE = Topics.all().stream()
            .filter(topic -> topic != Topics.AUDIT_EVENTS) // ids alone
            .map(Topic::retention)
            .flatMap(Optional::stream)
            .max(Comparator.naturalOrder())
            .orElseThrow();

    private final HeldSubjects subjects;
    private final RightsHistories histories;
    private final Access access;
    private final RightsWriter rights;
    private final Clock clock;

    public ErasureDoor(HeldSubjects subjects, Peers peers, Access access, EventWriter writer, Clock clock) {
        this.histories = new RightsHistories(subjects, peers);
        this.subjects = subjects;
        this.access = access;
        this.clock = clock;
        this.rights = new RightsWriter(writer);
    }

    /** Why somebody is erased. */
    enum Ground {
        /** The person asked for it. */
        REQUEST_OF_THE_PERSON,
        /** The customership has ended. */
        END_OF_CUSTOMERSHIP
    }

    /**
     * The order to erase.
     *
     * @param evidence where the proof lies: the letter, the end of the contract
     * @param identityCheck how it was made sure that the person asked; needed where the person did
     * @param requestId the request that it answers; null for none
     */
    record Order(Ground ground, String evidence, String identityCheck, UUID requestId) {}

    /** Why somebody may not be erased, or may again. */
    record Hold(String ground, String evidence) {}

    /** How far an erasure is. */
    enum Status {
        /** On disk, and carried out in a moment. */
        ORDERED,
        /** The key is destroyed, the states are tombstones. */
        CARRIED_OUT,
        /** A legal hold forbids it. */
        REFUSED
    }

    /** A stop that is left, so that an old list does not bring the person back. */
    record StopLeft(Scope scope, String contactPointId) {}

    /**
     * What proves an erasure, without a word of who was erased.
     *
     * @param alsoErased the other names of the person that were erased with this one
     * @param logsCompactedBy when the broker has removed what the tombstones replace
     * @param lastCopiesExpireAt when short-lived topics, which nobody rewrites, have let go of the last message to the person
     */
    record Proof(
            UUID erasureId,
            String subjectId,
            Status status,
            Instant orderedAt,
            String orderedBy,
            String ground,
            String evidence,
            List<String> alsoErased,
            List<StopLeft> stopsLeft,
            Instant logsCompactedBy,
            Instant lastCopiesExpireAt) {}

    public void mount(RoutesConfig routes) {
        routes.post(ERASURE, this::order, Role.DPO);
        routes.get(ERASURE, this::prove, Role.DPO);
        routes.put(HOLD, this::hold, Role.DPO);
        routes.delete(HOLD, this::release, Role.DPO);
        // A form knows no other verb.
        routes.post("/console/subjects/{id}/legal-hold", this::hold, Role.DPO);
        routes.post("/console/subjects/{id}/legal-hold/release", this::release, Role.DPO);
    }

    private void order(Context ctx) {
        String recorder = access.require(ctx, Role.DPO).name();
        Read<Order> read = RequestBody.read(ctx, Order.class);
        Order order = read.value();
        List<Fault> faults = faults(order);
        if (ctx.isFormUrlencoded() && ctx.formParam("_sure") == null) {
            faults.add(new Fault("_sure", "Tick that you have checked whom it is about: this cannot be taken back."));
        }
        read.refuse(faults);
        subjects.atHolderOfTheSame(ctx, state -> {
            Optional<Proof> earlier = proof(state.getSubjectId());
            if (state.getRevision() == 0) {
                show(
                        ctx,
                        earlier.filter(proof -> proof.status() == Status.CARRIED_OUT)
                                .orElseThrow(HeldSubjects::nothingKnown));
                return;
            }
            ctx.future(() -> holds(ctx, state)
                    .thenCompose(holds -> holds.isEmpty()
                            ? order(ctx, state, order, recorder)
                            : refuse(ctx, state, order, recorder, holds.get(0))));
        });
    }

    private CompletableFuture<Void> order(Context ctx, ConsentState state, Order order, String recorder) {
        RightExercised ordered = exercised(state, RightKind.ERASED, order, recorder);
        return write(ctx, ordered)
                .thenAccept(written -> Accepted.answer(
                        ctx,
                        proof(ordered, Status.ORDERED, null, List.of()),
                        "/v1/subjects/" + state.getSubjectId() + "/erasure",
                        state.getSubjectId(),
                        ordered.getEventId()));
    }

    /** A refusal names its ground, and is itself kept. */
    private CompletableFuture<Void> refuse(
            Context ctx, ConsentState state, Order order, String recorder, Exercised hold) {
        RightExercised refused = RightExercised.newBuilder(exercised(state, RightKind.ERASURE_REFUSED, order, recorder))
                .setGround("legal hold: " + hold.ground())
                .build();
        return write(ctx, refused).thenAccept(written -> {
            throw ProblemException.conflict("A legal hold of %s forbids it: %s"
                    .formatted(hold.recordedAt().toString().substring(0, 10), hold.ground()));
        });
    }

    /** The holds on a person, under whichever names of theirs: one that was set before two were found to be the same binds both. */
    private CompletableFuture<List<Exercised>> holds(Context ctx, ConsentState state) {
        return histories.of(ctx, state, clock.instant()).thenApply(all -> Exercised.holds(all.done()));
    }

    private RightExercised exercised(ConsentState state, RightKind kind, Order order, String recorder) {
        String subjectId = state.getSubjectId();
        return RightsWriter.done(subjectId, kind, recorder, clock.instant())
                .setGround(order.ground().name())
                .setEvidence(order.evidence())
                .setIdentityCheck(order.identityCheck())
                .setRequestId(order.requestId())
                .setErasedKind(state.getContactPoints().stream()
                        .filter(point -> point.getId().equals(subjectId))
                        .findFirst()
                        .map(point -> point.getKind())
                        .orElse(null))
                .build();
    }

    private static List<Fault> faults(Order order) {
        List<Fault> faults = new ArrayList<>();
        RightsWriter.need(faults, "ground", order.ground(), "Say why: REQUEST_OF_THE_PERSON or END_OF_CUSTOMERSHIP.");
        RightsWriter.need(faults, "evidence", order.evidence(), "Say where the proof lies, as an archive reference.");
        if (order.ground() == Ground.REQUEST_OF_THE_PERSON) {
            RightsWriter.need(
                    faults,
                    "identityCheck",
                    order.identityCheck(),
                    "Say how it was made sure that the person asked, in words without personal data.");
        }
        return faults;
    }

    private void prove(Context ctx) {
        String subjectId = ctx.pathParam("id");
        subjects.atHolder(
                ctx,
                subjectId,
                () -> show(
                        ctx,
                        proof(subjectId)
                                .orElseThrow(() ->
                                        ProblemException.notFound("No erasure of this subject has been ordered."))));
    }

    private void show(Context ctx, Proof proof) {
        ctx.future(() -> access.record(ctx, proof.subjectId()).thenRun(() -> ctx.json(proof)));
    }

    /** Who did it is recorded before it is done. */
    private CompletableFuture<RightExercised> write(Context ctx, RightExercised done) {
        return access.record(ctx, done.getSubjectId()).thenCompose(recorded -> rights.write(done));
    }

    /** The proof of the newest erasure, carried out or refused. */
    private Optional<Proof> proof(String subjectId) {
        SubjectFile file = subjects.file(subjectId);
        return subjects.rights(subjectId).stream()
                .filter(done -> done.getKind() == RightKind.ERASED || done.getKind() == RightKind.ERASURE_REFUSED)
                .reduce((earlier, later) -> later)
                .map(done -> done.getKind() == RightKind.ERASED
                        ? proof(done, Status.CARRIED_OUT, file.getErasure(), stopsLeft(file))
                        : proof(done, Status.REFUSED, null, List.of()));
    }

    private static Proof proof(RightExercised done, Status status, Erasure erasure, List<StopLeft> stopsLeft) {
        boolean erased = status != Status.REFUSED;
        return new Proof(
                done.getEventId(),
                done.getSubjectId(),
                status,
                done.getRecordedAt(),
                done.getRecordedBy(),
                done.getGround(),
                done.getEvidence(),
                erasure == null
                        ? List.of()
                        : erasure.getAlso().stream()
                                .map(ErasedAlias::getSubjectId)
                                .toList(),
                stopsLeft,
                erased ? done.getRecordedAt().plus(Topics.REPLACED_GO_WITHIN.multipliedBy(2)) : null,
                erased ? done.getRecordedAt().plus(COPIES_GONE) : null);
    }

    private static List<StopLeft> stopsLeft(SubjectFile file) {
        return file.getStops().stream()
                .filter(ErasedFiles::isLeftByErasure)
                .map(stop -> new StopLeft(stop.getScope(), stop.getContactPointId()))
                .toList();
    }

    private void hold(Context ctx) {
        change(ctx, RightKind.HELD);
    }

    private void release(Context ctx) {
        change(ctx, RightKind.RELEASED);
    }

    private void change(Context ctx, RightKind kind) {
        String recorder = access.require(ctx, Role.DPO).name();
        Read<Hold> read = RequestBody.read(ctx, Hold.class);
        Hold hold = read.value();
        List<Fault> faults = new ArrayList<>();
        RightsWriter.need(
                faults, "ground", hold.ground(), "Say by which law or dispute, in words without personal data.");
        RightsWriter.need(faults, "evidence", hold.evidence(), "Say where the proof lies, as an archive reference.");
        read.refuse(faults);
        subjects.atHolderOfTheSame(ctx, state -> {
            if (state.getRevision() == 0) {
                throw HeldSubjects.nothingKnown();
            }
            RightExercised done = changed(state.getSubjectId(), kind, hold, recorder);
            ctx.future(() -> names(ctx, state, kind)
                    .thenCompose(
                            names -> CompletableFuture.allOf(names.filter(name -> !name.equals(state.getSubjectId()))
                                    .distinct()
                                    .map(name -> write(ctx, changed(name, kind, hold, recorder)))
                                    .toArray(CompletableFuture[]::new)))
                    .thenCompose(others -> write(ctx, done))
                    .thenAccept(written -> Accepted.answer(
                            ctx,
                            new Held(
                                    done.getEventId(),
                                    done.getSubjectId(),
                                    kind == RightKind.HELD,
                                    done.getRecordedAt()),
                            "/v1/subjects/" + done.getSubjectId() + "/requests",
                            done.getSubjectId(),
                            done.getEventId())));
        });
    }

    /** A hold is set under every name: it outlasts that they are parted. It is released wherever it is, or may be any moment. */
    private CompletableFuture<Stream<String>> names(Context ctx, ConsentState state, RightKind kind) {
        Stream<String> own = PublishedState.aliases(state).stream();
        return kind == RightKind.HELD
                ? CompletableFuture.completedFuture(own)
                : histories
                        .underAll(ctx, state, clock.instant())
                        .thenApply(all -> Stream.concat(
                                own,
                                setTogether(Exercised.holds(all.done()), state).map(Exercised::subjectId)));
    }

    /** The holds on a person, also under what has become somebody else's as well since; another's stay. */
    private static Stream<Exercised> setTogether(List<Exercised> holds, ConsentState state) {
        Set<String> own = new HashSet<>(PublishedState.aliases(state));
        own.add(state.getSubjectId());
        return holds.stream().filter(hold -> holds.stream()
                .anyMatch(their -> own.contains(their.subjectId())
                        && Objects.equals(their.ground(), hold.ground())
                        && Objects.equals(their.evidence(), hold.evidence())));
    }

    private RightExercised changed(String subjectId, RightKind kind, Hold hold, String recorder) {
        return RightsWriter.done(subjectId, kind, recorder, clock.instant())
                .setGround(hold.ground())
                .setEvidence(hold.evidence())
                .build();
    }

    /** The answer to a hold set or released, on disk. */
    record Held(UUID eventId, String subjectId, boolean held, Instant recordedAt) {}
}
