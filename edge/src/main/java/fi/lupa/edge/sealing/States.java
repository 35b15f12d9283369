package fi.lupa.edge.sealing;

import fi.lupa.event.ConsentState;
import fi.lupa.event.StatePersonalData;

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
        return state.getSealed() == null || state.getWrappedKey() == null
                ? state.getPersonal()
                : master.unwrap(state.getWrappedKey(), state.getSubjectId())
                        .openState(state.getSealed(), state.getSubjectId());
    }
}
