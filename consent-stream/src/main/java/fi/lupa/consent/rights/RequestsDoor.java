package fi.lupa.consent.rights;

import fi.lupa.consent.identity.ClockSkew;
import fi.lupa.consent.pages.Accepted;
import fi.lupa.consent.query.HeldSubjects;
import fi.lupa.consent.topology.ConsentTopology;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.access.Relays;
import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.Parameters;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.http.Read;
import fi.lupa.edge.http.RequestBody;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.RequestOutcome;
import fi.lupa.event.RequestedRight;
import fi.lupa.event.RightExercised;
import fi.lupa.event.RightKind;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.streams.state.HostInfo;

/**
 * {@code POST /v1/subjects/{id}/requests} records what a person asks for, {@code …/extension} and {@code …/closing} what became of
 * it; {@code GET} the same, and {@code GET /v1/requests} for everybody, tell until when it is to be answered.
 */
public final class RequestsDoor {

    private static final Role[] TAKE_IN = {Role.CUSTOMER_SERVICE, Role.DPO};
    private static final Role ANSWER = Role.DPO;

    private static final String REQUESTS = "/v1/subjects/{id}/requests";
    private static final int USUAL_PAGE = 100;
    private static final int LARGEST_PAGE = 1_000;

    private final HeldSubjects subjects;
    private final RightsHistories histories;
    private final Peers peers;
    private final Access access;
    private final RightsWriter rights;
    private final Clock clock;

    public RequestsDoor(HeldSubjects subjects, Peers peers, Access access, EventWriter writer, Clock clock) {
        this.subjects = subjects;
        this.histories = new RightsHistories(subjects, peers);
        this.peers = peers;
        this.access = access;
        this.rights = new RightsWriter(writer);
        this.clock = clock;
    }

    /**
     * What a person asks for.
     *
     * @param eventId the sender's own id for it, so that it can be sent again; null for a new one
     * @param receivedAt when it reached the company; null for the present moment
     * @param evidence where the letter or the note of the call lies
     * @param ground the person's own; null for none
     */
    record Opening(UUID eventId, RequestedRight right, Instant receivedAt, String evidence, String ground) {}

    /**
     * Two further months.
     *
     * @param ground what the person was told: why it takes longer
     */
    record Extension(UUID eventId, String ground, String evidence) {}

    /**
     * The end of a request.
     *
     * @param ground needed for a refusal
     * @param evidence where the answer to the person lies
     */
    record Closing(UUID eventId, RequestOutcome outcome, String ground, String evidence) {}

    /**
     * Requests, the first due first.
     *
     * @param next to be given as {@code after} for those that follow; null where none do
     */
    public record RequestsPage(List<Request> requests, String next) {}

    public void mount(RoutesConfig routes) {
        routes.post(REQUESTS, this::open, TAKE_IN);
        routes.get(REQUESTS, this::show, TAKE_IN);
        routes.post(REQUESTS + "/{requestId}/extension", this::extend, ANSWER);
        routes.post(REQUESTS + "/{requestId}/closing", this::close, ANSWER);
        routes.get("/v1/requests", this::list, TAKE_IN);
    }

    /** Counts what this instance holds: the sum over all instances is the company's. */
    public void measure(MeterRegistry meters) {
        count(meters, "lupa.requests.open", "Requests of people that wait for an answer", Request::isOpen);
        count(meters, "lupa.requests.overdue", "Requests of people that should be answered by now", Request::overdue);
    }

    private void count(MeterRegistry meters, String name, String description, Predicate<Request> which) {
        Gauge.builder(name, () -> {
                    try {
                        return histories.everybodys(clock.instant()).stream()
                                .filter(which)
                                .count();
                    } catch (ProblemException e) {
                        return Double.NaN; // restored or moved: nobody knows now
                    }
                })
                .description(description)
                .strongReference(true)
                .register(meters);
    }

    private void open(Context ctx) {
        String recorder = access.require(ctx, TAKE_IN).name();
        Read<Opening> read = RequestBody.read(ctx, Opening.class);
        Opening opening = read.value();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<Fault> faults = new ArrayList<>();
        if (opening.right() == null || opening.right() == RequestedRight.OTHER) {
            faults.add(new Fault(
                    "right",
                    "Say what is asked for: one of " + words(RequestedRight.values(), RequestedRight.OTHER) + "."));
        }
        RightsWriter.need(faults, "evidence", opening.evidence(), "Say where the proof lies, as an archive reference.");
        if (opening.receivedAt() != null && ClockSkew.isTooFarAhead(opening.receivedAt(), now)) {
            faults.add(new Fault("receivedAt", "This moment lies more than five minutes in the future."));
        }
        if (opening.receivedAt() != null && opening.receivedAt().isBefore(Instant.EPOCH)) {
            faults.add(new Fault("receivedAt", "This moment lies before 1970; check the year."));
        }
        read.refuse(faults);
        subjects.atHolderOfTheSame(ctx, state -> {
            Instant receivedAt = opening.receivedAt() == null
                    ? now
                    : ClockSkew.notAhead(opening.receivedAt().truncatedTo(ChronoUnit.MILLIS), now);
            RightExercised opened = done(
                            opening.eventId(), state.getSubjectId(), RightKind.REQUEST_OPENED, recorder, now)
                    .setRight(opening.right())
                    .setReceivedAt(receivedAt)
                    .setDue(Request.monthAfter(receivedAt))
                    .setGround(opening.ground())
                    .setEvidence(opening.evidence())
                    .build();
            record(ctx, subjects.rights(state.getSubjectId()), opened, opened.getEventId());
        });
    }

    private void extend(Context ctx) {
        String recorder = access.require(ctx, ANSWER).name();
        Read<Extension> read = RequestBody.read(ctx, Extension.class);
        Extension extension = read.value();
        List<Fault> faults = new ArrayList<>();
        RightsWriter.need(
                faults,
                "ground",
                extension.ground(),
                "Say why it takes longer, as the person has been told, in words without personal data.");
        read.refuse(faults);
        atRequest(ctx, (done, request) -> {
            Instant now = clock.instant();
            if (isRecorded(done, extension.eventId(), RightKind.REQUEST_EXTENDED)) {
                answerAgain(ctx, request);
                return;
            }
            checkOpen(request);
            if (request.extendedAt() != null) {
                throw ProblemException.conflict("It was extended on %s, which can be done once; answer it by %s."
                        .formatted(day(request.extendedAt()), day(request.due())));
            }
            if (request.overdue()) {
                throw ProblemException.conflict(
                        "Its month ended on %s, and an extension has to be told within it; answer the person now."
                                .formatted(day(request.due())));
            }
            RightExercised extended = done(
                            extension.eventId(), request.subjectId(), RightKind.REQUEST_EXTENDED, recorder, now)
                    .setRequestId(request.requestId())
                    .setRight(request.right())
                    .setDue(Request.threeMonthsAfter(request.receivedAt()))
                    .setGround(extension.ground())
                    .setEvidence(extension.evidence())
                    .build();
            record(ctx, done, extended, request.requestId());
        });
    }

    private void close(Context ctx) {
        String recorder = access.require(ctx, ANSWER).name();
        Read<Closing> read = RequestBody.read(ctx, Closing.class);
        Closing closing = read.value();
        List<Fault> faults = new ArrayList<>();
        if (closing.outcome() == null || closing.outcome() == RequestOutcome.OTHER) {
            faults.add(new Fault("outcome", "Say what came of it: DONE or REFUSED."));
        }
        if (closing.outcome() == RequestOutcome.REFUSED) {
            RightsWriter.need(faults, "ground", closing.ground(), "A refusal names its ground: by which law, or why.");
        }
        RightsWriter.need(
                faults,
                "evidence",
                closing.evidence(),
                "Say where the answer to the person lies, as an archive reference.");
        read.refuse(faults);
        atRequest(ctx, (done, request) -> {
            if (isRecorded(done, closing.eventId(), RightKind.REQUEST_CLOSED)) {
                answerAgain(ctx, request);
                return;
            }
            checkOpen(request);
            RightExercised closed = done(
                            closing.eventId(), request.subjectId(), RightKind.REQUEST_CLOSED, recorder, clock.instant())
                    .setRequestId(request.requestId())
                    .setRight(request.right())
                    .setOutcome(closing.outcome())
                    .setGround(closing.ground())
                    .setEvidence(closing.evidence())
                    .build();
            record(ctx, done, closed, request.requestId());
        });
    }

    private interface OnRequest {
        void answer(List<RightExercised> done, Request request);
    }

    /** Answers where the request is held: under the name that it was opened under, also when that was merged or erased since. */
    private void atRequest(Context ctx, OnRequest then) {
        String subjectId = ctx.pathParam("id");
        subjects.atHolder(ctx, subjectId, () -> {
            List<RightExercised> done = subjects.rights(subjectId);
            Request request = Request.of(done, clock.instant()).stream()
                    .filter(known -> known.requestId().toString().equals(ctx.pathParam("requestId")))
                    .findFirst()
                    .orElseThrow(() -> ProblemException.notFound(
                            "No request of this id was opened for this subject; one just opened may need a moment."));
            then.answer(done, request);
        });
    }

    private static void checkOpen(Request request) {
        if (!request.isOpen()) {
            throw ProblemException.conflict("It was closed on %s as %s; open a new one if the person asks again."
                    .formatted(day(request.closedAt()), request.outcome()));
        }
    }

    /** Writes the event, unless it was written before, and answers with the request as it is after it. */
    private void record(Context ctx, List<RightExercised> before, RightExercised event, UUID requestId) {
        RightExercised known = RightsWriter.recorded(before, event);
        List<RightExercised> after = new ArrayList<>(before);
        if (known == null) {
            after.add(event);
        }
        Request request = Request.of(after, clock.instant()).stream()
                .filter(each -> each.requestId().equals(requestId))
                .findFirst()
                .orElseThrow();
        ctx.future(() -> access.record(ctx, event.getSubjectId())
                .thenCompose(recorded -> known == null ? rights.write(event) : CompletableFuture.completedFuture(event))
                .thenAccept(written -> Accepted.answer(
                        ctx,
                        request,
                        "/v1/subjects/" + event.getSubjectId() + "/requests",
                        event.getSubjectId(),
                        event.getEventId())));
    }

    /** Whether this very thing was recorded before, and is only sent again. */
    private static boolean isRecorded(List<RightExercised> done, UUID eventId, RightKind kind) {
        return done.stream().anyMatch(right -> right.getEventId().equals(eventId) && right.getKind() == kind);
    }

    private void answerAgain(Context ctx, Request request) {
        ctx.future(() -> access.record(ctx, request.subjectId())
                .thenRun(() -> Accepted.answer(
                        ctx,
                        request,
                        "/v1/subjects/" + request.subjectId() + "/requests",
                        request.subjectId(),
                        request.requestId())));
    }

    private void show(Context ctx) {
        String subjectId = ctx.pathParam("id");
        if ("true".equals(ctx.queryParam("alone"))) {
            subjects.atHolder(ctx, subjectId, () -> {
                RightsHistories.RightsOf alone = histories.alone(subjectId, clock.instant());
                ctx.future(() -> access.record(ctx, subjectId).thenRun(() -> ctx.json(alone)));
            });
            return;
        }
        subjects.atHolderOfTheSame(
                ctx,
                state -> ctx.future(() -> histories
                        .of(ctx, state, clock.instant())
                        .thenCombine(access.record(ctx, state.getSubjectId()), (all, recorded) -> all)
                        .thenAccept(all -> {
                            if (state.getRevision() == 0 && all.done().isEmpty()) {
                                throw HeldSubjects.nothingKnown();
                            }
                            ctx.json(all);
                        })));
    }

    private void list(Context ctx) {
        List<Fault> faults = new ArrayList<>(Parameters.others(ctx, List.of(), "open", "limit", "after"));
        String open = Objects.requireNonNullElse(ctx.queryParam("open"), "false");
        if (!List.of("true", "false").contains(open)) {
            faults.add(new Fault("open", "It is true, for those that wait for an answer, or false, for all."));
        }
        int limit = limit(ctx, faults);
        Cursor after = Cursor.of(ctx.queryParam("after"), faults);
        if (!faults.isEmpty()) {
            throw ProblemException.badRequest(faults);
        }
        ctx.future(() -> page(ctx, open.equals("true"), limit, after)
                .thenCombine(access.record(ctx, null), (page, recorded) -> page)
                .thenAccept(ctx::json));
    }

    /** The first requests that wait for an answer, of everybody, whichever instances hold them. */
    public CompletableFuture<RequestsPage> firstOpen(Context ctx) {
        return page(ctx, true, USUAL_PAGE, Cursor.START);
    }

    private CompletableFuture<RequestsPage> page(Context ctx, boolean open, int limit, Cursor after) {
        List<Request> here = histories.everybodys(clock.instant()).stream()
                .filter(request -> !open || request.isOpen())
                .filter(after::isBefore)
                .limit(limit + 1L)
                .toList();
        String asked = "/v1/requests?open=%s&limit=%d%s".formatted(open, limit, after.written());
        CompletableFuture<RequestsPage> all = CompletableFuture.completedFuture(page(here, limit));
        for (HostInfo other : Relays.isRelayed(ctx) ? List.<HostInfo>of() : peers.othersWith(ConsentTopology.RIGHTS)) {
            all = all.thenCombine(
                    peers.get(ctx, other, asked).thenApply(answer -> RightsHistories.read(answer, RequestsPage.class)),
                    (some, more) -> both(some, more, limit));
        }
        return all;
    }

    /** Each tells the first that it holds, and so the first of both are among them. */
    private static RequestsPage both(RequestsPage some, RequestsPage more, int limit) {
        RequestsPage both = page(
                Stream.concat(some.requests().stream(), more.requests().stream())
                        .sorted(Request.FIRST_DUE)
                        .toList(),
                limit);
        boolean moreFollow = some.next() != null || more.next() != null;
        return both.next() == null && moreFollow ? ending(both.requests()) : both;
    }

    private static RequestsPage page(List<Request> requests, int limit) {
        return requests.size() > limit ? ending(requests.subList(0, limit)) : new RequestsPage(requests, null);
    }

    private static RequestsPage ending(List<Request> requests) {
        return new RequestsPage(requests, Cursor.at(requests.get(requests.size() - 1)));
    }

    private static int limit(Context ctx, List<Fault> faults) {
        String limit = ctx.queryParam("limit");
        if (limit == null) {
            return USUAL_PAGE;
        }
        if (!limit.matches("[1-9]\\d{0,3}") || Integer.parseInt(limit) > LARGEST_PAGE) {
            faults.add(new Fault("limit", "A page has 1 to %d requests.".formatted(LARGEST_PAGE)));
            return USUAL_PAGE;
        }
        return Integer.parseInt(limit);
    }

    /** Where a page ended. */
    private record Cursor(Instant due, UUID requestId) {

        static final Cursor START = new Cursor(Instant.MIN, new UUID(0, 0));

        /** As a page is asked for after it. */
        String written() {
            return equals(START) ? "" : "&after=" + due + "_" + requestId;
        }

        static Cursor of(String written, List<Fault> faults) {
            try {
                if (written == null) {
                    return START;
                }
                String[] parts = written.split("_", -1);
                return new Cursor(Instant.parse(parts[0]), UUID.fromString(parts[1]));
            } catch (DateTimeParseException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                faults.add(new Fault("after", "It is what the page before gave as next."));
                return null;
            }
        }

        static String at(Request last) {
            return last.due() + "_" + last.requestId();
        }

        boolean isBefore(Request request) {
            int order = due.compareTo(request.due());
            return order < 0 || (order == 0 && requestId.compareTo(request.requestId()) < 0);
        }
    }

    private static RightExercised.Builder done(
            UUID eventId, String subjectId, RightKind kind, String recorder, Instant now) {
        RightExercised.Builder done = RightsWriter.done(subjectId, kind, recorder, now);
        return eventId == null ? done : done.setEventId(eventId);
    }

    private static <E extends Enum<E>> String words(E[] all, E but) {
        return String.join(
                ", ", Stream.of(all).filter(word -> word != but).map(Enum::name).toList());
    }

    private static String day(Instant moment) {
        return moment.toString().substring(0, 10);
    }
}
