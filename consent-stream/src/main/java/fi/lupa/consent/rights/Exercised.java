package fi.lupa.consent.rights;

import fi.lupa.event.RightExercised;
import fi.lupa.event.RightKind;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * Something that was done about a person's rights, as it was recorded.
 *
 * @param subjectId under which of the person's names
 * @param requestId the request that it belongs to; null for none
 * @param shown sections of a report that was given
 * @param corrected names of the fields that were corrected
 * @param contactPointId an address or number that was removed
 */
public record Exercised(
        UUID eventId,
        String subjectId,
        RightKind kind,
        Instant recordedAt,
        String recordedBy,
        String ground,
        String evidence,
        String identityCheck,
        UUID requestId,
        List<String> shown,
        List<String> corrected,
        String contactPointId) {

    static final Comparator<Exercised> OLDEST_FIRST =
            Comparator.comparing(Exercised::recordedAt).thenComparing(Exercised::eventId);

    static Exercised of(RightExercised right) {
        return new Exercised(
                right.getEventId(),
                right.getSubjectId(),
                right.getKind(),
                right.getRecordedAt(),
                right.getRecordedBy(),
                right.getGround(),
                right.getEvidence(),
                right.getIdentityCheck(),
                right.getRequestId(),
                right.getShown(),
                right.getCorrected(),
                right.getContactPointId());
    }
}
