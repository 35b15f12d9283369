package fi.lupa.permission;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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

    private static final Consents NONE = new Consents(List.of(), List.of());

    /** In the order of their places, one for each. */
    private final List<Statement> inForce;

    /** What was permitted under names of several: it permits nothing. */
    private final List<Statement> permittedBySeveral;

    /** Both, as if one had said it all; where several permitted nothing, the very list of what is in force. */
    private final List<Statement> together;

    private Consents(List<Statement> inForce, List<Statement> permittedBySeveral) {
        this.inForce = inForce;
        this.permittedBySeveral = permittedBySeveral;
        this.together = permittedBySeveral.isEmpty() ? inForce : joined(inForce, permittedBySeveral, mistaken(inForce));
    }

    /** What is known of somebody who has said nothing. */
    public static Consents none() {
        return NONE;
    }

    public static Consents of(Collection<Statement> statements) {
        return new Consents(takeAll(new ArrayList<>(statements.size()), statements, mistaken(statements)), List.of());
    }

    /**
     * What is known of somebody who shares a name with others.
     *
     * @param permittedBySeveral what was permitted under that name: it permits nothing
     */
    public static Consents of(Collection<Statement> statements, Collection<Statement> permittedBySeveral) {
        Consents own = of(statements);
        return permittedBySeveral.isEmpty()
                ? own
                : own.join(of(permittedBySeveral).ofSeveral());
    }

    /** These and one more statement; this very object when the statement changes nothing. */
    public Consents with(Statement statement) {
        boolean corrects = statement.about() != null;
        int place = place(inForce, statement);
        if ((place >= 0 && !statement.countsOver(inForce.get(place)))
                || (!corrects && mistaken(inForce).contains(statement.eventId()))) {
            return this;
        }
        if (corrects) {
            return join(of(List.of(statement)));
        }
        List<Statement> next = new ArrayList<>(inForce);
        take(next, statement);
        return new Consents(next, permittedBySeveral);
    }

    /** What both have said, as if one person had said it all. */
    public Consents join(Consents other) {
        Set<UUID> mistaken = new HashSet<>(mistaken(inForce));
        mistaken.addAll(mistaken(other.inForce));
        return new Consents(
                joined(inForce, other.inForce, mistaken),
                joined(permittedBySeveral, other.permittedBySeveral, mistaken));
    }

    private static List<Statement> joined(List<Statement> some, List<Statement> more, Set<UUID> mistaken) {
        return takeAll(takeAll(new ArrayList<>(), some, mistaken), more, mistaken);
    }

    /**
     * These as they count for each of several who share the name they were said under. Who of them permitted something nobody knows:
     * it permits nothing, and where it made the standing stricter, as a consent that has ended since, it still does.
     */
    public Consents ofSeveral() {
        return new Consents(
                together.stream().filter(said -> !said.permits()).toList(),
                together.stream().filter(Statement::permits).toList());
    }

    /** The statements that count, by scope, then topic, then contact point. */
    public Collection<Statement> statements() {
        return Collections.unmodifiableCollection(inForce);
    }

    /** What was permitted under names that several share, in the same order: none of the {@link #statements}. */
    public Collection<Statement> permittedBySeveral() {
        return Collections.unmodifiableCollection(permittedBySeveral);
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
        Standing own = standing(inForce, scope, topic, contactPoint, at);
        return permittedBySeveral.isEmpty() ? own : own.orStricter(standing(together, scope, topic, contactPoint, at));
    }

    private static Standing standing(
            List<Statement> inForce, Scope scope, String topic, String contactPoint, Instant at) {
        Said all = new Said(inForce, scope, topic, contactPoint, at);
        Statement said = all.forCertain();
        if (said != null && said.will() == Will.PROHIBIT) {
            // Neither a newer consent that still waits for its confirmation (R9) nor one taken back later lifts it.
            return new Standing(ConsentStatus.PROHIBITED, said);
        }
        if (said != null && isConsent(said)) {
            return new Standing(ConsentStatus.GRANTED, said);
        }
        boolean silence = said == null && all.declined == null && all.ended == null;
        if (silence && all.imported != null && isConsent(all.imported)) {
            return new Standing(all.imported.endedBy(at) ? ConsentStatus.EXPIRED : ConsentStatus.GRANTED, all.imported);
        }
        Statement awaiting = all.awaiting(said);
        if (awaiting != null) {
            return new Standing(ConsentStatus.PENDING, awaiting);
        }
        if (said != null && said.will() == Will.WITHDRAW) {
            return new Standing(ConsentStatus.WITHDRAWN, said);
        }
        if (all.declined != null && (said == null || all.declined.occurredAt().isAfter(said.occurredAt()))) {
            return new Standing(ConsentStatus.REFUSED, all.declined);
        }
        if (said != null) {
            return new Standing(ConsentStatus.NEVER_ASKED, said);
        }
        if (all.ended != null) {
            return new Standing(ConsentStatus.EXPIRED, all.ended);
        }
        return all.correction == null ? Standing.NEVER_ASKED : new Standing(ConsentStatus.INVALIDATED, all.correction);
    }

    /**
     * What was said for certain and has not ended, for the address or number or for the whole scope; null for nothing. A
     * prohibition stands though a consent is taken back after it.
     */
    Statement said(Scope scope, String contactPoint, Instant at) {
        return inForce.isEmpty() ? null : new Said(inForce, scope, null, contactPoint, at).forCertain();
    }

    /**
     * The consent that waits for its confirmation, also where something else is in force until then; null where none waits.
     *
     * @param contactPoint id of the address or number
     */
    public Statement awaiting(Scope scope, String contactPoint, Instant at) {
        Said all = new Said(inForce, scope, null, contactPoint, at);
        return all.awaiting(all.forCertain());
    }

    /**
     * What was said of a scope or topic, for an address or number or for the whole: of each weight the latest, null for nothing. Of
     * what was said for a time, what has ended hides nothing that has not.
     */
    private static final class Said {

        private Statement certain;
        private Statement takenBack;
        private Statement until;
        private Statement ended;
        private Statement imported;
        private Statement awaiting;
        private Statement declined;
        private Statement correction;

        Said(List<Statement> inForce, Scope scope, String topic, String contactPoint, Instant at) {
            // By index: a decision asks this many times, and an iterator each time would be most of its garbage.
            for (int i = 0; i < inForce.size(); i++) {
                Statement held = inForce.get(i);
                if (held.scope() == scope
                        && Objects.equals(held.topic(), topic)
                        && (held.contactPoint() == null || held.contactPoint().equals(contactPoint))) {
                    take(held, at);
                }
            }
        }

        private void take(Statement held, Instant at) {
            switch (held.weight()) {
                case CERTAIN -> certain = later(held, certain);
                case TAKEN_BACK -> takenBack = later(held, takenBack);
                case UNTIL -> {
                    if (held.endedBy(at)) {
                        ended = later(held, ended);
                    } else {
                        until = later(held, until);
                    }
                }
                case IMPORTED -> imported = later(held, imported);
                case DECLINED -> declined = later(held, declined);
                case CORRECTING -> correction = later(held, correction);
                case AWAITING -> {
                    // A confirmation is sent to an address or number, and says nothing of any other.
                    awaiting = held.contactPoint() == null ? awaiting : held;
                }
            }
        }

        Statement forCertain() {
            Statement said = until == null ? certain : later(certain, until);
            return said != null && said.will() == Will.PROHIBIT ? said : later(said, takenBack);
        }

        /** @param said for certain */
        Statement awaiting(Statement said) {
            boolean waits = awaiting != null
                    && (said == null
                            || (!isConsent(said) && awaiting.occurredAt().isAfter(said.occurredAt())));
            return waits ? awaiting : null;
        }
    }

    /** A consent to be written to, said for no address, names nobody to write to: it replaces what was said, and grants nothing. */
    private static boolean isConsent(Statement said) {
        return (said.will() == Will.GRANT || said.will() == Will.CONFIRM)
                && (said.contactPoint() != null || !said.scope().consentNeedsContactPoint());
    }

    private static Statement later(Statement a, Statement b) {
        return a != null && a.countsOver(b) ? a : b;
    }

    private static List<Statement> takeAll(
            List<Statement> inForce, Collection<Statement> statements, Set<UUID> mistaken) {
        for (Statement said : statements) {
            if (said.about() != null || !mistaken.contains(said.eventId())) {
                take(inForce, said);
            }
        }
        return inForce;
    }

    private static void take(List<Statement> inForce, Statement said) {
        int place = place(inForce, said);
        if (place < 0) {
            inForce.add(-place - 1, said);
        } else {
            inForce.set(place, later(inForce.get(place), said));
        }
    }

    /** Where a statement's place is, or, as {@link Collections#binarySearch} says it, would be. */
    private static int place(List<Statement> inForce, Statement said) {
        int last = inForce.size() - 1;
        // What is kept was kept in order.
        return last < 0 || inForce.get(last).compareByPlace(said) < 0
                ? -inForce.size() - 1
                : Collections.binarySearch(inForce, said, Statement::compareByPlace);
    }

    private static Set<UUID> mistaken(Collection<Statement> statements) {
        Set<UUID> mistaken = Set.of();
        for (Statement said : statements) {
            if (said.about() != null) {
                mistaken = mistaken.isEmpty() ? new HashSet<>() : mistaken;
                mistaken.add(said.about());
            }
        }
        return mistaken;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Consents that
                && inForce.equals(that.inForce)
                && permittedBySeveral.equals(that.permittedBySeveral);
    }

    @Override
    public int hashCode() {
        return Objects.hash(inForce, permittedBySeveral);
    }

    @Override
    public String toString() {
        return permittedBySeveral.isEmpty() ? inForce.toString() : inForce + ", by several " + permittedBySeveral;
    }
}
