package fi.lupa.standalone.replay.whatif;

import fi.lupa.event.Reason;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.mapping.Words;
import java.util.Locale;

/**
 * What became of a message.
 *
 * @param reason the decisive one; null where it was cleared
 */
record Outcome(Kind kind, Reason reason) {

    /** Goes out, does not, or not yet. */
    enum Kind {
        CLEARED,
        SUPPRESSED,
        WAITING
    }

    static Outcome of(Verdict verdict) {
        if (verdict instanceof Verdict.Suppressed suppressed) {
            return new Outcome(Kind.SUPPRESSED, Words.same(suppressed.reasons().get(0), Reason.class));
        }
        return verdict instanceof Verdict.Cleared
                ? new Outcome(Kind.CLEARED, null)
                : new Outcome(Kind.WAITING, Reason.QUIET_HOURS);
    }

    @Override
    public String toString() {
        String word = kind.name().toLowerCase(Locale.ROOT);
        return reason == null ? word : word + " " + reason;
    }
}
