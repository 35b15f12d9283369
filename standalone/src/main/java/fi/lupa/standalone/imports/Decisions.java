package fi.lupa.standalone.imports;

import fi.lupa.consent.identity.FormIdentity;
import fi.lupa.consent.topology.FormStatements;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.permission.ConsentStatus;
import fi.lupa.permission.Consents;
import fi.lupa.permission.Door;
import fi.lupa.permission.Standing;
import fi.lupa.permission.Statement;
import fi.lupa.schemas.mapping.Statements;
import fi.lupa.standalone.imports.Row.Consent;
import fi.lupa.standalone.imports.Row.Said;
import fi.lupa.standalone.imports.Row.Stop;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * Decides what becomes of what a list says, by the law that will decide it again when it is folded: each statement is put to
 * what is known, and what would change nothing is not written.
 *
 * <p>A consent fills silence only. A stop is added; the law keeps a prohibition over a withdrawal and what has no end over
 * what has one, and a stop that would shorten another is left out here.
 */
final class Decisions {

    private final Known known;
    private final SubjectIds ids;
    private final Instant now;
    private final Set<String> stoppedInList = new HashSet<>();

    Decisions(Known known, SubjectIds ids, Instant now) {
        this.known = known;
        this.ids = ids;
        this.now = now;
    }

    /** Takes note, before anything is decided, of what the list says anywhere: within a list a stop wins over a consent. */
    void note(Said said) {
        known.want(said.ids());
        if (said instanceof Stop) {
            stoppedInList.add(key(said));
        }
    }

    Outcome decide(Said said) {
        return said instanceof Stop stop ? decide(stop) : decide((Consent) said);
    }

    private Outcome decide(Consent consent) {
        if (stoppedInList.contains(key(consent))) {
            return Outcome.STOPPED_IN_LIST;
        }
        if (known.unreadable(consent.ids())) {
            return Outcome.UNKNOWABLE;
        }
        Statement grant = Statements.of(FormStatements.of(consent.form(), FormIdentity.of(consent.form(), ids))
                .get(0));
        Consents before = known.of(consent.about(), consent.ids());
        if (before.standing(grant.scope(), grant.contactPoint(), now).is(ConsentStatus.GRANTED)) {
            return Outcome.CONSENTED_ALREADY;
        }
        if (before.statements().stream().anyMatch(said -> said.door() == Door.ERASURE)) {
            // Of one of the ids somebody was erased: a list registers nobody again whom it names so, for whatever
            // scope.
            return Outcome.SAID_OTHERWISE;
        }
        if (!before.with(grant)
                .standing(grant.scope(), grant.contactPoint(), now)
                .is(ConsentStatus.GRANTED)) {
            return Outcome.SAID_OTHERWISE;
        }
        known.learn(consent.about(), grant);
        return Outcome.NEW_CONSENT;
    }

    private Outcome decide(Stop stop) {
        Statement no = Statements.of(stop.changed());
        Consents before = known.of(stop.about(), stop.ids());
        Standing standing = before.standing(no.scope(), no.contactPoint(), now);
        if (isNo(standing) && shortens(no, standing.because())) {
            return Outcome.STOPPED_ALREADY;
        }
        Consents after = before.with(no);
        if (after.equals(before)) {
            return isNo(standing) ? Outcome.STOPPED_ALREADY : Outcome.OVERTAKEN;
        }
        if (!isNo(after.standing(no.scope(), no.contactPoint(), now))) {
            return Outcome.OVERTAKEN;
        }
        known.learn(stop.about(), no);
        return Outcome.NEW_STOP;
    }

    private static boolean isNo(Standing standing) {
        return standing.is(ConsentStatus.WITHDRAWN) || standing.is(ConsentStatus.PROHIBITED);
    }

    /** Of two stops with an end, the newer would count, though it ended before the other. */
    private static boolean shortens(Statement no, Statement standing) {
        return no.validUntil() != null
                && standing.validUntil() != null
                && no.validUntil().isBefore(standing.validUntil());
    }

    private static String key(Said said) {
        return said.scope() + " " + said.about();
    }
}
