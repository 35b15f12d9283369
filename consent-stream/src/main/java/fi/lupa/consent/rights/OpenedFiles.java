package fi.lupa.consent.rights;

import fi.lupa.consent.query.HeldSubjects;
import fi.lupa.consent.state.SealedPieces;
import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.edge.sealing.Seal;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.ConsentState;
import fi.lupa.event.JoinedSubject;
import fi.lupa.event.SubjectFile;
import java.util.Objects;
import java.util.stream.Stream;

/** What this instance holds of a subject, in the clear. */
public final class OpenedFiles {

    private final HeldSubjects subjects;
    private final MasterKey master;

    public OpenedFiles(HeldSubjects subjects, MasterKey master) {
        this.subjects = subjects;
        this.master = master;
    }

    /**
     * The file, all of it opened.
     *
     * @throws fi.lupa.edge.http.ProblemException 503 while a piece does not open, as between an erasure's steps: a file that
     *     lacks something must not pass for a whole one
     */
    public SubjectFile open(String subjectId) {
        SubjectFile sealed = subjects.file(subjectId);
        if (sealed == null) {
            throw Peers.moving();
        }
        Seal seal = master.sealOf(subjects.key(subjectId));
        SubjectFile opened = new SealedPieces(() -> seal, () -> seal).opened(sealed);
        if (states(sealed).filter(state -> state.getSealed() != null).count()
                != states(opened).filter(state -> state.getPersonal() != null).count()) {
            throw Peers.moving();
        }
        return opened;
    }

    private static Stream<ConsentState> states(SubjectFile file) {
        return Stream.concat(
                Stream.of(file.getOwn()),
                file.getJoined().stream().map(JoinedSubject::getState).filter(Objects::nonNull));
    }
}
