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
}
