package fi.lupa.campaign.decision;

import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.edge.sealing.States;
import fi.lupa.event.Alias;
import fi.lupa.event.ConsentState;
import fi.lupa.event.StatePersonalData;
import fi.lupa.permission.Subject;
import fi.lupa.schemas.mapping.Subjects;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a decision looks at of a consent state.
 *
 * @param sameAs whom the subject was found to be; null for nobody else
 * @param alsoKnownAs who were found to be this subject, and nobody else
 * @param possibleDuplicates who share an address or number with them
 * @param personal who they are, where it is kept in the clear; null else
 * @param sealed who they are, sealed; null where it is not
 * @param wrappedKey opens it; null where it is not sealed
 */
public record Recipient(
        Subject subject,
        String sameAs,
        List<String> alsoKnownAs,
        List<String> possibleDuplicates,
        StatePersonalData personal,
        ByteBuffer sealed,
        ByteBuffer wrappedKey) {

    /** @throws RuntimeException if the state has words that the law does not know */
    public static Recipient of(ConsentState state) {
        return new Recipient(
                Subjects.of(state),
                state.getSameAs(),
                state.getAlsoKnownAs().stream()
                        .filter(alias -> alias.getSharedSince() == null)
                        .map(Alias::getSubjectId)
                        .toList(),
                state.getPossibleDuplicates(),
                state.getPersonal(),
                state.getSealed(),
                state.getWrappedKey());
    }

    /** One who was found to be another is reached as that one; an address that several share stands for none of them. */
    public boolean standsForThemselves() {
        return sameAs == null && !subject.shared();
    }

    public String id() {
        return subject.id();
    }

    /** Who they are; null where nothing is known. Throws as {@link States#personal}. */
    StatePersonalData open(MasterKey master) {
        return States.personal(id(), personal, sealed, wrappedKey, master);
    }

    /** The same with who they are in the clear: for who decides about them several times. */
    Recipient inTheClear(StatePersonalData opened) {
        return new Recipient(subject, sameAs, alsoKnownAs, possibleDuplicates, opened, null, null);
    }

    @Override
    public String toString() {
        return "Recipient[hidden]";
    }
}
