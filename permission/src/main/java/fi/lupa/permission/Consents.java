package fi.lupa.permission;

import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Everything one subject has said, as far as it still counts: the fold of their statements.
 *
 * <p><b>The law.</b> {@link #with} and {@link #join} are total, idempotent, commutative and associative: a join of maps
 * whose values are joined by a total order. In whatever order statements arrive, however often, and however they were
 * grouped on the way, the outcome is the same; a letter keyed today with last week's date takes its place in the past.
 */
public final class Consents {

    private static final Consents NONE = new Consents(new TreeMap<>());

    private final NavigableMap<Statement.Slot, Statement> inForce;

    private Consents(NavigableMap<Statement.Slot, Statement> inForce) {
        this.inForce = inForce;
    }

    /** What is known of somebody who has said nothing. */
    public static Consents none() {
        return NONE;
    }

    public static Consents of(Iterable<Statement> statements) {
        Consents folded = new Consents(new TreeMap<>());
        statements.forEach(folded::take);
        return folded;
    }

    /** These and one more statement; this very object when the statement changes nothing. */
    public Consents with(Statement statement) {
        if (!statement.countsOver(inForce.get(statement.slot()))) {
            return this;
        }
        Consents next = new Consents(new TreeMap<>(inForce));
        next.take(statement);
        return next;
    }

    /** What both have said, as if one person had said it all. */
    public Consents join(Consents other) {
        Consents joined = new Consents(new TreeMap<>(inForce));
        other.inForce.values().forEach(joined::take);
        return joined;
    }

    /** The statements that count, by scope, then contact point. */
    public Collection<Statement> statements() {
        return Collections.unmodifiableCollection(inForce.values());
    }

    /**
     * Where a scope stands for an address or number: what was said for it and what was said for the whole scope, the later
     * of the two, at the same instant the stricter.
     *
     * @param contactPoint id of the address or number; null to ask for the whole scope only
     */
    public Standing standing(Scope scope, String contactPoint) {
        Statement said = later(settled(scope, null), contactPoint == null ? null : settled(scope, contactPoint));
        if (said != null && said.will() == Will.PROHIBIT) {
            // A newer consent that still waits for its confirmation does not lift it (R9).
            return new Standing(ConsentStatus.PROHIBITED, said);
        }
        if (said != null && isConsent(said)) {
            return new Standing(ConsentStatus.GRANTED, said);
        }
        Statement awaiting = contactPoint == null ? null : inForce.get(new Statement.Slot(scope, contactPoint, true));
        if (awaiting != null && (said == null || awaiting.occurredAt().isAfter(said.occurredAt()))) {
            return new Standing(ConsentStatus.PENDING, awaiting);
        }
        if (said == null) {
            return Standing.NEVER_ASKED;
        }
        return new Standing(said.will() == Will.WITHDRAW ? ConsentStatus.WITHDRAWN : ConsentStatus.NEVER_ASKED, said);
    }

    private Statement settled(Scope scope, String contactPoint) {
        return inForce.get(new Statement.Slot(scope, contactPoint, false));
    }

    /** A consent to be written to, said for no address, names nobody to write to: it replaces what was said, and grants nothing. */
    private static boolean isConsent(Statement said) {
        return (said.will() == Will.GRANT || said.will() == Will.CONFIRM)
                && (said.contactPoint() != null || !said.scope().consentNeedsContactPoint());
    }

    private static Statement later(Statement a, Statement b) {
        return a != null && a.countsOver(b) ? a : b;
    }

    private void take(Statement statement) {
        inForce.merge(statement.slot(), statement, Consents::later);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Consents that && inForce.equals(that.inForce);
    }

    @Override
    public int hashCode() {
        return inForce.hashCode();
    }

    @Override
    public String toString() {
        return inForce.values().toString();
    }
}
