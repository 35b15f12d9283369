package fi.lupa.consent.rights;

import fi.lupa.event.RightExercised;
import fi.lupa.event.RightKind;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

    /** The legal holds that keep a person from being erased, under whichever names, of all that was done. */
    public static List<Exercised> holds(List<Exercised> oldestFirst) {
        Map<String, Exercised> holds = new TreeMap<>();
        for (Exercised one : oldestFirst) {
            if (one.kind() == RightKind.HELD) {
                holds.put(one.subjectId(), one);
            } else if (one.kind() == RightKind.RELEASED) {
                holds.remove(one.subjectId());
            }
        }
        return List.copyOf(holds.values());
    }

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
