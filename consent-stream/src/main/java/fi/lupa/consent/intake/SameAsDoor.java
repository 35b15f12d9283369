package fi.lupa.consent.intake;

import fi.lupa.consent.pages.Accepted;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.Read;
import fi.lupa.edge.http.RequestBody;
import fi.lupa.edge.identity.PseudonymousIds;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.keys.Role;
import fi.lupa.event.LinkGround;
import fi.lupa.event.SubjectLinked;
import fi.lupa.schemas.topic.Topics;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * {@code PUT} and {@code DELETE /v1/subjects/{id}/same-as/{other}}: a person decides that two subjects are the same, the other
 * standing for both, or that they are not.
 */
public final class SameAsDoor {

    private static final Role[] DECIDERS = {Role.CUSTOMER_SERVICE, Role.DPO, Role.OPERATOR};

    private final Access access;
    private final EventWriter writer;
    private final Clock clock;

    public SameAsDoor(Access access, EventWriter writer, Clock clock) {
        this.access = access;
        this.writer = writer;
        this.clock = clock;
    }

    /** Where the proof lies that they are, or are not, the same. */
    record Ground(String evidence) {}

    /** The answer to a decision that is on disk. */
    record Decided(
            UUID eventId,
            String subjectId,
            String sameAs,
            boolean linked,
            Instant recordedAt,
            String recordedBy,
            String evidence) {}

    public void mount(RoutesConfig routes) {
        routes.put("/v1/subjects/{id}/same-as/{other}", ctx -> decide(ctx, true), DECIDERS);
        routes.delete("/v1/subjects/{id}/same-as/{other}", ctx -> decide(ctx, false), DECIDERS);
        // A form knows no other verb.
        routes.post("/console/subjects/{id}/same-as/{other}", ctx -> decide(ctx, true), DECIDERS);
        routes.post("/console/subjects/{id}/other-than/{other}", ctx -> decide(ctx, false), DECIDERS);
    }

    private void decide(Context ctx, boolean linked) {
        String recorder = access.require(ctx, DECIDERS).name();
        String subjectId = ctx.pathParam("id");
        String sameAs = ctx.pathParam("other");
        Read<Ground> read = ctx.bodyAsBytes().length == 0
                ? new Read<>(new Ground(null), List.of())
                : RequestBody.read(ctx, Ground.class);
        Ground ground = read.value();
        List<Fault> faults = new ArrayList<>();
        for (String id : List.of(subjectId, sameAs)) {
            if (!PseudonymousIds.isId(id)) {
                faults.add(new Fault(null, "Both are named by the ids that Lupa gave them."));
                break;
            }
        }
        if (subjectId.equals(sameAs)) {
            faults.add(new Fault(null, "A subject is the same as itself; name two."));
        }
        if (ground.evidence() == null || ground.evidence().isBlank()) {
            faults.add(new Fault("evidence", "Say where the proof lies, as an archive reference."));
        }
        read.refuse(faults);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        SubjectLinked decided = SubjectLinked.newBuilder()
                .setEventId(UUID.randomUUID())
                .setSubjectId(subjectId)
                .setSameAs(sameAs)
                .setLinked(linked)
                .setGround(LinkGround.OPERATOR)
                .setOccurredAt(now)
                .setRecordedAt(now)
                .setRecordedBy(recorder)
                .setEvidence(ground.evidence())
                .build();
        ctx.future(() -> access.record(ctx, subjectId)
                .thenCompose(recorded -> access.record(ctx, sameAs))
                .thenCompose(recorded -> writer.send(Topics.SUBJECT_LINKS, subjectId, decided))
                .thenAccept(written -> Accepted.answer(
                        ctx,
                        new Decided(decided.getEventId(), subjectId, sameAs, linked, now, recorder, ground.evidence()),
                        "/v1/subjects/" + sameAs + "/consents",
                        linked ? sameAs : subjectId,
                        decided.getEventId())));
    }
}
