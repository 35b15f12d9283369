package fi.lupa.consent.query;

import fi.lupa.event.ConsentChanged;
import fi.lupa.permission.Door;
import fi.lupa.permission.Scope;
import fi.lupa.permission.Statement;
import fi.lupa.permission.Will;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;

/**
 * One statement of a subject's history, as it was recorded.
 *
 * @param subjectId whom it was recorded under: the subject, or another found to be the same
 * @param topic within marketing; null for the whole scope
 * @param about for an INVALIDATE, the eventId of the statement recorded by mistake
 */
public record HistoryEntry(
        UUID eventId,
        String subjectId,
        Scope scope,
        String topic,
        Will will,
        String contactPointId,
        boolean awaitsConfirmation,
        Instant occurredAt,
        Instant recordedAt,
        Door door,
        String recordedBy,
        String noticeVersion,
        String wording,
        String evidence,
        Instant validUntil,
        UUID causedBy,
        UUID about) {

    static final Comparator<HistoryEntry> OLDEST_FIRST = Comparator.comparing(HistoryEntry::occurredAt)
            .thenComparing(HistoryEntry::recordedAt)
            .thenComparing(HistoryEntry::eventId);

    public static HistoryEntry of(ConsentChanged said) {
        return new HistoryEntry(
                said.getEventId(),
                said.getSubjectId(),
                Scope.valueOf(said.getScope().name()),
                said.getTopic(),
                Will.valueOf(said.getWill().name()),
                said.getContactPointId(),
                said.getAwaitsConfirmation(),
                said.getOccurredAt(),
                said.getRecordedAt(),
                Door.valueOf(said.getDoor().name()),
                said.getRecordedBy(),
                said.getNoticeVersion(),
                said.getWording(),
                said.getEvidence(),
                said.getValidUntil(),
                said.getCausedBy(),
                said.getAbout());
    }

    Statement statement() {
        return new Statement(
                eventId,
                scope,
                topic,
                will,
                contactPointId,
                occurredAt,
                recordedAt,
                door,
                awaitsConfirmation,
                noticeVersion,
                validUntil,
                about);
    }
}
