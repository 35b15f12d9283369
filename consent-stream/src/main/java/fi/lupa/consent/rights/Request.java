package fi.lupa.consent.rights;

import fi.lupa.edge.http.Negotiation;
import fi.lupa.event.RequestOutcome;
import fi.lupa.event.RequestedRight;
import fi.lupa.event.RightExercised;
import fi.lupa.event.RightKind;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What a person asked for, and how far it is.
 *
 * @param requestId the event that opened it
 * @param due when it is to be answered: a calendar month after it was received, three if it was extended
 * @param overdue open, and due before now
 * @param ground the person's own; null for none
 * @param extendedBecause what the person was told; null where it was not extended
 * @param outcome null while it is open
 * @param closedBecause the ground of a refusal, which it always has; else null or a remark
 */
public record Request(
        UUID requestId,
        String subjectId,
        RequestedRight right,
        Instant receivedAt,
        Instant due,
        boolean overdue,
        String ground,
        String evidence,
        Instant recordedAt,
        String recordedBy,
        Instant extendedAt,
        String extendedBecause,
        Instant closedAt,
        String closedBy,
        RequestOutcome outcome,
        String closedBecause,
        String closingEvidence) {

    static final Comparator<Request> FIRST_DUE =
            Comparator.comparing(Request::due).thenComparing(Request::requestId);

    /** Of two of a kind for the same request the first counts, whichever is heard first. */
    private static final Comparator<RightExercised> FIRST_RECORDED =
            Comparator.comparing(RightExercised::getRecordedAt).thenComparing(RightExercised::getEventId);

    public boolean isOpen() {
        return outcome == null;
    }

    /** When a request is to be answered (Art. 12(3)), in the calendar: received on 31 January, on 28 February. */
    static Instant monthAfter(Instant receivedAt) {
        return receivedAt.atZone(Negotiation.HERE).plusMonths(1).toInstant();
    }

    /** When it is to be answered if it was extended: two further months, counted from the same day. */
    static Instant threeMonthsAfter(Instant receivedAt) {
        return receivedAt.atZone(Negotiation.HERE).plusMonths(3).toInstant();
    }

    /** The requests among what was done about rights, the first due first. */
    static List<Request> of(List<RightExercised> done, Instant now) {
        Map<UUID, RightExercised> extended = first(done, RightKind.REQUEST_EXTENDED);
        Map<UUID, RightExercised> closed = first(done, RightKind.REQUEST_CLOSED);
        return done.stream()
                .filter(right -> right.getKind() == RightKind.REQUEST_OPENED)
                .map(opened -> of(opened, extended.get(opened.getEventId()), closed.get(opened.getEventId()), now))
                .sorted(FIRST_DUE)
                .toList();
    }

    private static Map<UUID, RightExercised> first(List<RightExercised> done, RightKind kind) {
        return done.stream()
                .filter(right -> right.getKind() == kind && right.getRequestId() != null)
                .collect(Collectors.toMap(
                        RightExercised::getRequestId,
                        right -> right,
                        (one, other) -> FIRST_RECORDED.compare(one, other) <= 0 ? one : other,
                        HashMap::new));
    }

    private static Request of(RightExercised opened, RightExercised extended, RightExercised closed, Instant now) {
        Instant receivedAt = Objects.requireNonNullElse(opened.getReceivedAt(), opened.getRecordedAt());
        Instant due = extended == null ? monthAfter(receivedAt) : threeMonthsAfter(receivedAt);
        return new Request(
                opened.getEventId(),
                opened.getSubjectId(),
                opened.getRight(),
                receivedAt,
                due,
                closed == null && due.isBefore(now),
                opened.getGround(),
                opened.getEvidence(),
                opened.getRecordedAt(),
                opened.getRecordedBy(),
                extended == null ? null : extended.getRecordedAt(),
                extended == null ? null : extended.getGround(),
                closed == null ? null : closed.getRecordedAt(),
                closed == null ? null : closed.getRecordedBy(),
                closed == null ? null : closed.getOutcome(),
                closed == null ? null : closed.getGround(),
                closed == null ? null : closed.getEvidence());
    }
}
