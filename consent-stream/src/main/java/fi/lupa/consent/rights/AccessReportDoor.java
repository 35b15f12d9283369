package fi.lupa.consent.rights;

import fi.lupa.consent.controller.Controller;
import fi.lupa.consent.pages.Accepted;
import fi.lupa.consent.pages.Pages;
import fi.lupa.consent.pages.Texts;
import fi.lupa.consent.query.Files;
import fi.lupa.consent.query.HeldSubjects;
import fi.lupa.consent.state.ErasedFiles;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.Negotiation;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.http.Read;
import fi.lupa.edge.http.RequestBody;
import fi.lupa.edge.kafka.Copies;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.ConsentState;
import fi.lupa.event.DatedText;
import fi.lupa.event.RightExercised;
import fi.lupa.event.RightKind;
import fi.lupa.event.SubjectFile;
import fi.lupa.permission.Policy;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * {@code POST /v1/subjects/{id}/access-report} records how a person's identity was checked, and then gives everything that is
 * stored about them, or records why it is refused; {@code GET} the same shows it again for an hour, to whoever gave it.
 */
public final class AccessReportDoor {

    private static final Role GIVES = Role.DPO;
    private static final String REPORT = "/v1/subjects/{id}/access-report";
    private static final String PAGES = "report";

    /** To print it, also in another language: what the check is good for. */
    private static final Duration SHOWN_AGAIN_WITHIN = Duration.ofHours(1);

    private final HeldSubjects subjects;
    private final AccessReports reports;
    private final Access access;
    private final RightsWriter rights;
    private final Optional<Controller> controller;
    private final Clock clock;

    /** @param others what is kept on addresses and numbers, by whichever instance */
    public AccessReportDoor(
            HeldSubjects subjects,
            Peers peers,
            Files others,
            Copies copies,
            MasterKey master,
            Policy policy,
            Optional<Controller> controller,
            Access access,
            EventWriter writer,
            Clock clock) {
        this.subjects = subjects;
        this.reports = new AccessReports(subjects, peers, others, copies, master, policy, controller);
        this.access = access;
        this.rights = new RightsWriter(writer);
        this.controller = controller;
        this.clock = clock;
    }

    /**
     * Access, given or refused.
     *
     * @param identityCheck how it was made sure that the person asks; needed to give it
     * @param evidence where the proof lies
     * @param refusedBecause the ground on which it is refused; null to give it
     * @param requestId the request that it answers; null for none
     */
    record Check(UUID eventId, String identityCheck, String evidence, String refusedBecause, UUID requestId) {}

    /** The answer to a refusal that is on disk. */
    record Refused(UUID eventId, String subjectId, String refusedBecause, Instant recordedAt, String recordedBy) {}

    public void mount(RoutesConfig routes) {
        routes.post(REPORT, this::give, GIVES);
        routes.get(REPORT, this::showAgain, GIVES);
    }

    private void give(Context ctx) {
        String recorder = access.require(ctx, GIVES).name();
        Read<Check> read = RequestBody.read(ctx, Check.class);
        Check check = read.value();
        List<Fault> faults = new ArrayList<>();
        RightsWriter.need(faults, "evidence", check.evidence(), "Say where the proof lies, as an archive reference.");
        if (check.refusedBecause() == null) {
            RightsWriter.need(
                    faults,
                    "identityCheck",
                    check.identityCheck(),
                    "Say how it was made sure that the person asks, in words without personal data; or refusedBecause.");
        } else {
            RightsWriter.need(
                    faults,
                    "refusedBecause",
                    check.refusedBecause(),
                    "A refusal names its ground: by which law, or why.");
        }
        read.refuse(faults);
        atHolder(ctx, state -> {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            boolean refused = check.refusedBecause() != null;
            RightExercised.Builder event = RightsWriter.done(
                            state.getSubjectId(),
                            refused ? RightKind.ACCESS_REFUSED : RightKind.ACCESS_GIVEN,
                            recorder,
                            now)
                    .setIdentityCheck(check.identityCheck())
                    .setEvidence(check.evidence())
                    .setGround(check.refusedBecause())
                    .setRequestId(check.requestId())
                    .setShown(refused ? List.of() : AccessReport.SECTIONS);
            RightExercised done = check.eventId() == null
                    ? event.build()
                    : event.setEventId(check.eventId()).build();
            RightsWriter.recorded(subjects.rights(state.getSubjectId()), done);
            if (refused) {
                ctx.future(() -> access.record(ctx, state.getSubjectId())
                        .thenCompose(recorded -> rights.write(done))
                        .thenAccept(written -> refused(ctx, done)));
            } else {
                Texts texts = texts(ctx, state);
                // Collected before it is recorded as given, so that what could not be collected was not given.
                ctx.future(() -> reports.of(ctx, state.getSubjectId(), texts.language(), now)
                        .thenCompose(report -> access.record(ctx, state.getSubjectId())
                                .thenCompose(recorded -> rights.write(done))
                                .thenAccept(written -> show(ctx, with(report, done), texts))));
            }
        });
    }

    private static void refused(Context ctx, RightExercised done) {
        Refused refused = new Refused(
                done.getEventId(), done.getSubjectId(), done.getGround(), done.getRecordedAt(), done.getRecordedBy());
        if (Negotiation.wantsHtml(ctx)) {
            Accepted.answer(ctx, refused, ctx.path(), done.getSubjectId(), done.getEventId());
        } else {
            ctx.json(refused);
        }
    }

    /** That it was given is itself stored from now on. */
    private static AccessReport with(AccessReport report, RightExercised given) {
        List<Exercised> rights = Stream.concat(
                        report.rights().stream().filter(done -> !done.eventId().equals(given.getEventId())),
                        Stream.of(Exercised.of(given)))
                .toList();
        return new AccessReport(
                report.subjectId(),
                report.alsoKnownAs(),
                report.madeAt(),
                report.language(),
                report.person(),
                report.forms(),
                report.statements(),
                report.inForce(),
                report.stops(),
                report.links(),
                report.possibleDuplicates(),
                report.requests(),
                rights,
                report.messages(),
                report.processors(),
                report.retention(),
                report.copies());
    }

    private void showAgain(Context ctx) {
        String asking = access.require(ctx, GIVES).name();
        atHolder(ctx, state -> {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            boolean given = subjects.rights(state.getSubjectId()).stream()
                    .anyMatch(right -> right.getKind() == RightKind.ACCESS_GIVEN
                            && right.getRecordedBy().equals(asking)
                            && right.getRecordedAt().plus(SHOWN_AGAIN_WITHIN).isAfter(now));
            if (!given) {
                throw access.forbidden(
                        ctx,
                        "Nobody's data is shown before it is recorded how their identity was checked: POST it to this"
                                + " address, as {\"identityCheck\": \"…\", \"evidence\": \"…\"}; then you can open the report"
                                + " again for an hour.");
            }
            Texts texts = texts(ctx, state);
            ctx.future(() -> reports.of(ctx, state.getSubjectId(), texts.language(), now)
                    .thenCombine(access.record(ctx, state.getSubjectId()), (report, recorded) -> report)
                    .thenAccept(report -> show(ctx, report, texts)));
        });
    }

    private interface OnSubject {
        void answer(ConsentState state);
    }

    private void atHolder(Context ctx, OnSubject then) {
        if (Negotiation.wantsHtml(ctx)) {
            Pages.head(ctx, 200); // for a page that another instance makes
        }
        subjects.atHolderOfTheSame(ctx, state -> {
            if (state.getRevision() == 0) {
                SubjectFile file = subjects.file(state.getSubjectId());
                if (file == null || !ErasedFiles.isGone(file)) {
                    throw HeldSubjects.nothingKnown();
                }
                throw new ProblemException(
                        410,
                        "Gone",
                        "This person was erased on %s, so there is nothing to show; GET …/erasure proves it."
                                .formatted(file.getErasure().getAt().toString().substring(0, 10)),
                        List.of(),
                        null);
            }
            then.answer(state);
        });
    }

    private static Texts texts(Context ctx, ConsentState state) {
        DatedText known = state.getLanguage();
        return Texts.of(PAGES, ctx, known == null ? null : known.getValue());
    }

    private void show(Context ctx, AccessReport report, Texts texts) {
        ctx.header(Header.VARY, Header.ACCEPT + ", " + Header.ACCEPT_LANGUAGE);
        if (Negotiation.wantsHtml(ctx)) {
            Pages.show(
                    ctx,
                    200,
                    PAGES,
                    texts,
                    Map.of(
                            "sections",
                            ReportPage.of(report, controller, texts),
                            "madeAt",
                            texts.moment(report.madeAt())));
        } else {
            ctx.json(report);
        }
    }
}
