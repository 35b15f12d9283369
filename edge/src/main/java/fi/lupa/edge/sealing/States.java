package fi.lupa.edge.sealing;

import fi.lupa.event.ConsentState;
import fi.lupa.event.StatePersonalData;
import java.nio.ByteBuffer;

/** Opens what {@code consent.state} tells of people. */
public final class States {

    private States() {}

    /**
     * Who the state is of; null where nothing is known.
     *
     * @throws UnopenableException if it is sealed and does not open
     * @throws WrongMasterKeyException if its key does not unwrap
     */
    public static StatePersonalData personal(ConsentState state, MasterKey master) {
        return personal(state.getSubjectId(), state.getPersonal(), state.getSealed(), state.getWrappedKey(), master);
    }

    /** The same, of a state's parts. */
    public static StatePersonalData personal(
            String subjectId,
            StatePersonalData inTheClear,
            ByteBuffer sealed,
            ByteBuffer wrappedKey,
            MasterKey master) {
        return sealed == null || wrappedKey == null
                ? inTheClear
                : master.unwrap(wrappedKey, subjectId).openState(sealed, subjectId);
    }
}
