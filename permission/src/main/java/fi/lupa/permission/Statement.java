package fi.lupa.permission;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.UUID;

/**
 * What somebody said about a scope, when, and how it came.
 *
 * <p>Statements of one {@link Slot} are totally ordered: the later by {@code occurredAt} is greater, and of two at the same
 * instant the stricter. What follows in the order decides nothing about permission; it makes the choice of the proof the
 * same on every machine.
 *
 * @param contactPoint id of the address or number it was said for; null for the whole scope
 * @param awaitsConfirmation true for a GRANT that counts only once a CONFIRM follows
 * @param noticeVersion version of the privacy notice it was said under; null where unknown
 */
public record Statement(
        UUID eventId,
        Scope scope,
        Will will,
        String contactPoint,
        Instant occurredAt,
        Instant recordedAt,
        Door door,
        boolean awaitsConfirmation,
        String noticeVersion) {

    static final Comparator<Statement> LATER_THEN_STRICTER = Comparator.comparing(Statement::occurredAt)
            .thenComparing(Statement::will)
            .thenComparing(Statement::recordedAt, Comparator.reverseOrder())
            .thenComparing(Statement::eventId)
            .thenComparing(Statement::door)
            .thenComparing(Statement::noticeVersion, Comparator.nullsFirst(Comparator.naturalOrder()));

    public Statement {
        Objects.requireNonNull(eventId, "eventId");
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(will, "will");
        Objects.requireNonNull(occurredAt, "occurredAt");
        Objects.requireNonNull(recordedAt, "recordedAt");
        Objects.requireNonNull(door, "door");
        if (awaitsConfirmation && will != Will.GRANT) {
            throw new IllegalArgumentException("only a GRANT can await confirmation, not a " + will);
        }
    }

    /** Whether this statement counts over the other, of the same scope, by time and then strictness. */
    boolean countsOver(Statement other) {
        return other == null || LATER_THEN_STRICTER.compare(this, other) > 0;
    }

    Slot slot() {
        return new Slot(scope, contactPoint, awaitsConfirmation);
    }

    /**
     * The place a statement takes in {@link Consents}: of all that claim it, the greatest holds it.
     *
     * <p>A consent that awaits confirmation has a place of its own, so that an unconfirmed form can never push out what was
     * said for certain.
     */
    record Slot(Scope scope, String contactPoint, boolean awaiting) implements Comparable<Slot> {

        private static final Comparator<Slot> ORDER = Comparator.comparing(Slot::scope)
                .thenComparing(Slot::contactPoint, Comparator.nullsFirst(Comparator.naturalOrder()))
                .thenComparing(Slot::awaiting);

        @Override
        public int compareTo(Slot other) {
            return ORDER.compare(this, other);
        }
    }
}
