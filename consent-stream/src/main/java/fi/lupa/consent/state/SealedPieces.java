package fi.lupa.consent.state;

import fi.lupa.edge.sealing.Seal;
import fi.lupa.edge.sealing.UnopenableException;
import fi.lupa.event.ConsentState;
import fi.lupa.event.JoinedSubject;
import fi.lupa.event.StatePersonalData;
import fi.lupa.event.SubjectFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Opens a subject's file and seals it again. What was not changed keeps its sealed piece, so that a statement, which tells
 * nothing new of who somebody is, costs no sealing and leaves the same bytes.
 */
public final class SealedPieces {

    private final Supplier<Seal> opens;
    private final Supplier<Seal> seals;
    private final List<Piece> pieces = new ArrayList<>(2);

    private record Piece(String subjectId, StatePersonalData personal, ByteBuffer sealed) {}

    /**
     * Each is asked only where there is something to open or seal.
     *
     * @param opens gives null where the key is gone
     * @param seals makes a key where there is none
     */
    public SealedPieces(Supplier<Seal> opens, Supplier<Seal> seals) {
        this.opens = opens;
        this.seals = seals;
    }

    /** The file with everything in it in the clear. What does not open is left out: its form comes again, or nobody's does. */
    public SubjectFile opened(SubjectFile file) {
        return with(file, this::opened);
    }

    /** The file with everything in it sealed. */
    public SubjectFile sealed(SubjectFile file) {
        return with(file, this::sealed);
    }

    /** The state with nothing of who it is of in the clear. */
    public ConsentState sealed(ConsentState state) {
        if (state.getPersonal() == null) {
            return state;
        }
        String subjectId = state.getSubjectId();
        ByteBuffer sealed = pieces.stream()
                .filter(piece ->
                        piece.subjectId().equals(subjectId) && piece.personal().equals(state.getPersonal()))
                .map(Piece::sealed)
                .findFirst()
                .orElseGet(() -> {
                    ByteBuffer made = seals.get().state(state.getPersonal(), subjectId);
                    pieces.add(new Piece(subjectId, state.getPersonal(), made));
                    return made;
                });
        return StateFold.copy(state).setPersonal(null).setSealed(sealed).build();
    }

    /** The state in the clear. */
    public ConsentState opened(ConsentState state) {
        if (state.getSealed() == null) {
            return state;
        }
        StatePersonalData personal = personal(state);
        if (personal != null) {
            pieces.add(new Piece(state.getSubjectId(), personal, state.getSealed()));
        }
        return StateFold.copy(state).setPersonal(personal).build();
    }

    /** The sealed state with the key that opens it, wrapped. */
    public static ConsentState withKey(ConsentState sealed, ByteBuffer wrappedKey) {
        return StateFold.copy(sealed)
                .setSealed(sealed.getSealed())
                .setWrappedKey(wrappedKey)
                .build();
    }

    private StatePersonalData personal(ConsentState state) {
        try {
            Seal key = opens.get();
            return key == null ? null : key.openState(state.getSealed(), state.getSubjectId());
        } catch (UnopenableException e) {
            return null;
        }
    }

    private static SubjectFile with(SubjectFile file, UnaryOperator<ConsentState> each) {
        return new SubjectFile(
                each.apply(file.getOwn()),
                file.getLinks(),
                file.getJoined().stream().map(joined -> with(joined, each)).toList(),
                file.getStops(),
                file.getErasure());
    }

    /** What was joined, with its state opened or sealed. */
    public static JoinedSubject with(JoinedSubject joined, UnaryOperator<ConsentState> each) {
        return joined.getState() == null
                ? joined
                : JoinedSubject.newBuilder()
                        .setSubjectId(joined.getSubjectId())
                        .setPath(joined.getPath())
                        .setLinked(joined.getLinked())
                        .setSince(joined.getSince())
                        .setStandsFor(joined.getStandsFor())
                        .setStandsForSince(joined.getStandsForSince())
                        .setTyped(joined.getTyped())
                        .setState(each.apply(joined.getState()))
                        .build();
    }
}
