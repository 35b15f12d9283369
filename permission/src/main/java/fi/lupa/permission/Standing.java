package fi.lupa.permission;

import java.time.Instant;

/**
 * Where a scope stands, and the statement that made it so.
 *
 * @param because null where nothing was said
 */
public record Standing(ConsentStatus status, Statement because) {

    static final Standing NEVER_ASKED = new Standing(ConsentStatus.NEVER_ASKED, null);

    public boolean is(ConsentStatus status) {
        return this.status == status;
    }

    /** The one that permits less; of two that permit the same, this one. */
    Standing orStricter(Standing other) {
        return other.leniency() < leniency() ? other : this;
    }

    /** A prohibition before a consent taken back: both stop also what needs no consent. All else but a consent stops what needs one. */
    private int leniency() {
        return switch (status) {
            case PROHIBITED -> 0;
            case WITHDRAWN -> 1;
            case NEVER_ASKED, PENDING, REFUSED, EXPIRED, INVALIDATED -> 2;
            case GRANTED -> 3;
        };
    }

    /** Since when, or null where nothing was said. */
    public Instant since() {
        return because == null ? null : because.occurredAt();
    }
}
