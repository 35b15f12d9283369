package fi.lupa.permission;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.UUID;

/**
 * What somebody said about a scope, when, and how it came.
 *
 * <p>Statements of one place ({@link #compareByPlace}) are totally ordered: the later by {@code occurredAt} is greater, and of two at the same
 * instant the stricter. What follows in the order decides nothing about permission; it makes the choice of the proof the
 * same on every machine.
 *
 * @param topic the topic within marketing that it is about; null for the whole scope
 * @param contactPoint id of the address or number it was said for; null for the whole scope
 * @param awaitsConfirmation true for a GRANT that counts only once a CONFIRM follows
 * @param noticeVersion version of the privacy notice it was said under; null where unknown
 * @param validUntil it ends by itself at this moment; null for never
 * @param about eventId of the statement that an INVALIDATE declares a mistake; null for every other will
 */
public record Statement(
        UUID eventId,
        Scope scope,
        String topic,
        Will will,
        String contactPoint,
        Instant occurredAt,
        Instant recordedAt,
        Door door,
        boolean awaitsConfirmation,
        String noticeVersion,
        Instant validUntil,
        UUID about) {

    static final Comparator<Statement> LATER_THEN_STRICTER = Comparator.comparing(Statement::occurredAt)
            .thenComparing(Statement::will)
            .thenComparing(Statement::validUntil, Comparator.nullsLast(Comparator.naturalOrder()))
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
        if ((will == Will.INVALIDATE) != (about != null)) {
            throw new IllegalArgumentException("an INVALIDATE is about another statement, and nothing else is");
        }
        if (topic != null && (scope != Scope.MARKETING_USE || contactPoint != null)) {
            throw new IllegalArgumentException("topics are within MARKETING_USE, whatever the address or number");
        }
    }

    /** A statement about a whole scope. */
    public Statement(
            UUID eventId,
            Scope scope,
            Will will,
            String contactPoint,
            Instant occurredAt,
            Instant recordedAt,
            Door door,
            boolean awaitsConfirmation,
            String noticeVersion,
            Instant validUntil,
            UUID about) {
        this(
                eventId,
                scope,
                null,
                will,
                contactPoint,
                occurredAt,
                recordedAt,
                door,
                awaitsConfirmation,
                noticeVersion,
                validUntil,
                about);
    }

    /** Whether this statement counts over the other, of the same scope, by time and then strictness. */
    boolean countsOver(Statement other) {
        return other == null || LATER_THEN_STRICTER.compare(this, other) > 0;
    }

    /** A no for one address or number: it binds that address or number, whoever else is reached there. */
    public boolean stopsContactPoint() {
        return contactPoint != null && isNo();
    }

    /** Whether it permits what was not permitted: a consent, also while it waits for its confirmation, or that a prohibition is lifted. */
    boolean permits() {
        return will == Will.GRANT || will == Will.CONFIRM || will == Will.LIFT;
    }

    boolean isNo() {
        return will == Will.WITHDRAW || will == Will.PROHIBIT;
    }

    boolean endedBy(Instant at) {
        return validUntil != null && !at.isBefore(validUntil);
    }

    Weight weight() {
        return Weight.of(this);
    }

    /**
     * The order of the places that statements take in {@link Consents}: by scope, topic, contact point, weight and, for what was said
     * for a time, its end, for a correction, what it corrects. Of all that claim one place, the greatest holds it.
     */
    int compareByPlace(Statement other) {
        int order = scope.compareTo(other.scope);
        order = order != 0 ? order : nullFirst(topic, other.topic);
        order = order != 0 ? order : nullFirst(contactPoint, other.contactPoint);
        order = order != 0 ? order : weight().compareTo(other.weight());
        order = order != 0 || weight() != Weight.UNTIL ? order : validUntil.compareTo(other.validUntil);
        return order != 0 ? order : nullFirst(about, other.about);
    }

    private static <C extends Comparable<C>> int nullFirst(C a, C b) {
        if (a == null || b == null) {
            return (a == null ? 0 : 1) - (b == null ? 0 : 1);
        }
        return a.compareTo(b);
    }

    /** How much a statement can do. Of two different weights neither takes the other's place. */
    enum Weight {
        /** Said for certain by the one concerned. */
        CERTAIN,
        /** Takes a consent back: that ends a consent, and never a prohibition. */
        TAKEN_BACK,
        /** Said for a time: it puts nothing aside that was said without an end. */
        UNTIL,
        /** Brought from another system: it may fill silence, and change nothing that was ever said here. */
        IMPORTED,
        /** Waits for its confirmation: an unconfirmed form can never push out what was said for certain. */
        AWAITING,
        /** A box left empty: it takes back nothing. */
        DECLINED,
        /** Says of another statement that it was recorded by mistake. */
        CORRECTING;

        static Weight of(Statement said) {
            Weight weight = whateverItsEnd(said);
            return said.validUntil() != null && (weight == CERTAIN || weight == TAKEN_BACK) ? UNTIL : weight;
        }

        private static Weight whateverItsEnd(Statement said) {
            return switch (said.will()) {
                case INVALIDATE -> CORRECTING;
                case REFUSE -> DECLINED;
                case WITHDRAW -> TAKEN_BACK;
                case PROHIBIT -> CERTAIN;
                case GRANT, CONFIRM, LIFT -> {
                    if (said.awaitsConfirmation()) {
                        yield AWAITING;
                    }
                    yield said.door() == Door.IMPORT ? IMPORTED : CERTAIN;
                }
            };
        }
    }
}
