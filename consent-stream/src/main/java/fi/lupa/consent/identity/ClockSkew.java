package fi.lupa.consent.identity;

import java.time.Duration;
import java.time.Instant;

/** How far a sender's clock may be ahead: a statement from further in the future would win over everything said for real. */
public final class ClockSkew {

    private static final Duration MOST = Duration.ofMinutes(5);

    private ClockSkew() {}

    /** @param now by the clock of whoever takes the statement in */
    public static boolean isTooFarAhead(Instant occurredAt, Instant now) {
        return occurredAt.isAfter(now.plus(MOST));
    }

    /**
     * The moment, but no later than now: said before it was heard, whatever the sender's clock says. Else a consent from a
     * clock that is fast would win over a withdrawal minutes after it, for ever.
     *
     * @param now by the clock of whoever takes the statement in
     */
    public static Instant notAhead(Instant occurredAt, Instant now) {
        return occurredAt.isAfter(now) ? now : occurredAt;
    }
}
