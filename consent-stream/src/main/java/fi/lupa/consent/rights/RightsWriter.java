package fi.lupa.consent.rights;

import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.event.RightExercised;
import fi.lupa.event.RightKind;
import fi.lupa.schemas.topic.Topics;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Records what was done about a subject's rights. */
final class RightsWriter {

    private final EventWriter writer;

    RightsWriter(EventWriter writer) {
        this.writer = writer;
    }

    /** What every such event has: whose right it is, what was done, when and by whom. */
    static RightExercised.Builder done(String subjectId, RightKind kind, String recorder, Instant now) {
        return RightExercised.newBuilder()
                .setEventId(UUID.randomUUID())
                .setSubjectId(subjectId)
                .setKind(kind)
                .setRecordedAt(now.truncatedTo(ChronoUnit.MILLIS))
                .setRecordedBy(recorder);
    }

    /** Completes when every in-sync replica has it. */
    CompletableFuture<RightExercised> write(RightExercised done) {
        return writer.send(Topics.SUBJECT_RIGHTS, done.getSubjectId(), done).thenApply(written -> done);
    }

    /**
     * Looks for an event among those of its subject, to which a sender may have given its id before.
     *
     * @return the same, recorded before; null for nothing
     * @throws ProblemException 409 where the id is that of something else
     */
    static RightExercised recorded(List<RightExercised> before, RightExercised event) {
        List<RightExercised> known = before.stream()
                .filter(done -> done.getEventId().equals(event.getEventId()))
                .toList();
        return known.stream()
                .filter(done -> done.getKind() == event.getKind())
                .findFirst()
                .orElseGet(() -> {
                    if (!known.isEmpty()) {
                        throw ProblemException.conflict(
                                "This eventId is that of something else; give another, or none.");
                    }
                    return null;
                });
    }

    static void need(List<Fault> faults, String field, Object value, String why) {
        if (value == null || value instanceof String text && text.isBlank()) {
            faults.add(new Fault(field, why));
        }
    }
}
