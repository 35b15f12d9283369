package fi.lupa.permission;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Everything one subject has said, as far as it still counts: the fold of their statements.
 *
 * <p><b>The law.</b> {@link #of} depends on the set of statements alone: in whatever order they arrive, however often, the
 * outcome is the same, and a letter keyed today with last week's date takes its place in the past. What was recorded by
 * mistake counts as if it had never been said. {@link #with} and {@link #join} are total, idempotent, commutative and
 * associative: a join of maps whose values are joined by a total order.
 *
 * <p>Only the whole history tells what a mistaken statement had hidden. {@link #with} a correction therefore drops the
 * mistaken statement and no more; who holds the history folds it again.
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
        folded.takeAll(statements, mistaken(statements));
        return folded;
    }

    /** These and one more statement; this very object when the statement changes nothing. */
    public Consents with(Statement statement) {
        boolean corrects = statement.about() != null;
        if (!statement.countsOver(inForce.get(statement.slot()))
                || (!corrects && mistaken(statements()).contains(statement.eventId()))) {
            return this;
        }
        Consents next = new Consents(new TreeMap<>(inForce));
        next.inForce.put(statement.slot(), statement);
        if (corrects) {
            next.inForce
                    .values()
                    .removeIf(held -> held.about() == null && held.eventId().equals(statement.about()));
        }
        return next;
    }

    /** What both have said, as if one person had said it all. */
    public Consents join(Consents other) {
        Set<UUID> mistaken = mistaken(statements());
        mistaken.addAll(mistaken(other.statements()));
        Consents joined = new Consents(new TreeMap<>());
        joined.takeAll(statements(), mistaken);
        joined.takeAll(other.statements(), mistaken);
        return joined;
    }

    /** The statements that count, by scope, then topic, then contact point. */
    public Collection<Statement> statements() {
        return Collections.unmodifiableCollection(inForce.values());
    }

    /** What an erasure left; null where there was none. */
    Statement erasure() {
        return statements().stream()
                .filter(said -> said.door() == Door.ERASURE)
                .max(Statement.LATER_THEN_STRICTER)
                .orElse(null);
    }

    /**
     * Where a scope stands for an address or number: what was said for it and what was said for the whole scope, the later
     * of the two, at the same instant the stricter.
     *
     * @param contactPoint id of the address or number; null to ask for the whole scope only
     * @param at what has ended by then no longer counts
     */
    public Standing standing(Scope scope, String contactPoint, Instant at) {
        return standing(scope, null, contactPoint, at);
    }

    /**
     * Where a topic within marketing stands. What is said of marketing use as a whole is not looked at: it stands beside it.
     *
     * @param at what has ended by then no longer counts
     */
    public Standing standing(String topic, Instant at) {
        return standing(Scope.MARKETING_USE, topic, null, at);
    }

    private Standing standing(Scope scope, String topic, String contactPoint, Instant at) {
        Statement said = said(scope, topic, contactPoint, at);
        if (said != null && said.will() == Will.PROHIBIT) {
            // Neither a newer consent that still waits for its confirmation (R9) nor one taken back later lifts it.
            return new Standing(ConsentStatus.PROHIBITED, said);
        }
        if (said != null && isConsent(said)) {
            return new Standing(ConsentStatus.GRANTED, said);
        }
        Statement declined = latest(Statement.Weight.DECLINED, scope, topic, contactPoint);
        Statement imported = latest(Statement.Weight.IMPORTED, scope, topic, contactPoint);
        Statement ended = latest(Statement.Weight.UNTIL, scope, topic, contactPoint);
        boolean silence = said == null && declined == null && ended == null;
        if (silence && imported != null && isConsent(imported)) {
            return imported.endedBy(at)
                    ? new Standing(ConsentStatus.EXPIRED, imported)
                    : new Standing(ConsentStatus.GRANTED, imported);
        }
        Statement awaiting = contactPoint == null ? null : awaiting(scope, contactPoint, at);
        if (awaiting != null) {
            return new Standing(ConsentStatus.PENDING, awaiting);
        }
        if (said != null && said.will() == Will.WITHDRAW) {
            return new Standing(ConsentStatus.WITHDRAWN, said);
        }
        if (declined != null && (said == null || declined.occurredAt().isAfter(said.occurredAt()))) {
            return new Standing(ConsentStatus.REFUSED, declined);
        }
        if (said != null) {
            return new Standing(ConsentStatus.NEVER_ASKED, said);
        }
        return ended == null ? corrected(scope, topic, contactPoint) : new Standing(ConsentStatus.EXPIRED, ended);
    }

    /**
     * What was said for certain and has not ended, for the address or number or for the whole scope; null for nothing. A
     * prohibition stands though a consent is taken back after it.
     */
    Statement said(Scope scope, String contactPoint, Instant at) {
        return said(scope, null, contactPoint, at);
    }

    private Statement said(Scope scope, String topic, String contactPoint, Instant at) {
        Statement withoutEnd = latest(Statement.Weight.CERTAIN, scope, topic, contactPoint);
        Statement until = latest(Statement.Weight.UNTIL, scope, topic, contactPoint);
        Statement said = until == null || until.endedBy(at) ? withoutEnd : later(withoutEnd, until);
        return said != null && said.will() == Will.PROHIBIT
                ? said
                : later(said, latest(Statement.Weight.TAKEN_BACK, scope, topic, contactPoint));
    }

    /**
     * The consent that waits for its confirmation, also where something else is in force until then; null where none waits.
     *
     * @param contactPoint id of the address or number
     */
    public Statement awaiting(Scope scope, String contactPoint, Instant at) {
        Statement awaiting = held(Statement.Weight.AWAITING, scope, null, contactPoint);
        Statement said = said(scope, contactPoint, at);
        boolean waits = awaiting != null
                && (said == null || (!isConsent(said) && awaiting.occurredAt().isAfter(said.occurredAt())));
        return waits ? awaiting : null;
    }

    private Standing corrected(Scope scope, String topic, String contactPoint) {
        Statement correction = null;
        for (Statement held : inForce.values()) {
            boolean concerns = held.will() == Will.INVALIDATE
                    && held.scope() == scope
                    && Objects.equals(held.topic(), topic)
                    && (held.contactPoint() == null || held.contactPoint().equals(contactPoint));
            if (concerns) {
                correction = later(held, correction);
            }
        }
        return correction == null ? Standing.NEVER_ASKED : new Standing(ConsentStatus.INVALIDATED, correction);
    }

    private Statement latest(Statement.Weight weight, Scope scope, String topic, String contactPoint) {
        Statement ofScope = held(weight, scope, topic, null);
        return contactPoint == null ? ofScope : later(ofScope, held(weight, scope, topic, contactPoint));
    }

    private Statement held(Statement.Weight weight, Scope scope, String topic, String contactPoint) {
        return inForce.get(new Statement.Slot(scope, topic, contactPoint, weight, null));
    }

    /** A consent to be written to, said for no address, names nobody to write to: it replaces what was said, and grants nothing. */
    private static boolean isConsent(Statement said) {
        return (said.will() == Will.GRANT || said.will() == Will.CONFIRM)
                && (said.contactPoint() != null || !said.scope().consentNeedsContactPoint());
    }

    private static Statement later(Statement a, Statement b) {
        return a != null && a.countsOver(b) ? a : b;
    }

    private void takeAll(Iterable<Statement> statements, Set<UUID> mistaken) {
        for (Statement said : statements) {
            if (said.about() != null || !mistaken.contains(said.eventId())) {
                inForce.merge(said.slot(), said, Consents::later);
            }
        }
    }

    private static Set<UUID> mistaken(Iterable<Statement> statements) {
        Set<UUID> mistaken = new HashSet<>();
        for (Statement said : statements) {
            if (said.about() != null) {
                mistaken.add(said.about());
            }
        }
        return mistaken;
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
