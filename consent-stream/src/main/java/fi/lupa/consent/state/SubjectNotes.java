package fi.lupa.consent.state;

import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.JoinedSubject;
import fi.lupa.event.SubjectFile;
import fi.lupa.event.SubjectLink;
import fi.lupa.event.SubjectNote;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** What one subject's file tells those of others. */
public final class SubjectNotes {

    private SubjectNotes() {}

    /** Tells the files of those not erased with the subject that it is. */
    public static List<SubjectNote> partings(SubjectFile erased) {
        return erased.getErasure().getParted().stream()
                .map(other -> note(erased, other, 0)
                        .setErasedAt(erased.getErasure().getAt())
                        .build())
                .toList();
    }

    /**
     * What the file's subject tells others after an event: to the subjects it is part of, what was said; to the subjects that
     * are part of it, whom a person decided it to be the same as.
     *
     * @param passedOn how many files have passed the event on before
     */
    public static List<SubjectNote> notes(SubjectFile file, int passedOn) {
        boolean everDecided =
                file.getLinks().stream().anyMatch(link -> link.getDecidedAt() != null || link.getErasedAt() != null);
        Stream<SubjectNote> up = file.getLinks().stream()
                .filter(SameSubjects::isSaid)
                .flatMap(link -> told(file, link).map(told -> note(file, link.getSameAs(), passedOn)
                        .setJoined(told)
                        .build()));
        // Of whom nobody ever decided it there is nothing to tell: each of many who share an address would, and be told
        // by it anew.
        Stream<SubjectNote> down = (everDecided ? file.getJoined() : List.<JoinedSubject>of())
                .stream().filter(joined -> joined.getPath().size() == 1).map(joined -> note(
                                file, joined.getSubjectId(), passedOn)
                        .setTellsSameAs(true)
                        .setSameAs(SameSubjects.decided(file))
                        .build());
        return Stream.concat(up, down).toList();
    }

    /** A note that tells an address or number of a no, or of the correction of one. */
    public static SubjectNote stop(SubjectFile file, ConsentChanged said) {
        return note(file, said.getContactPointId(), 0).setStop(said).build();
    }

    private static SubjectNote.Builder note(SubjectFile file, String to, int passedOn) {
        return SubjectNote.newBuilder()
                .setSubjectId(to)
                .setFrom(file.getOwn().getSubjectId())
                .setPassedOn(passedOn + 1);
    }

    /** What is told along a link: what the subject said itself, and what those said who are part of it. */
    private static Stream<JoinedSubject> told(SubjectFile file, SubjectLink link) {
        String to = link.getSameAs();
        Stream<JoinedSubject> others = SameSubjects.origins(file).stream()
                .filter(origin -> !origin.equals(to))
                .map(origin -> SameSubjects.best(file, origin, to).orElseGet(() -> parted(origin)));
        return Stream.concat(Stream.of(self(file)), others).map(told -> along(file, link, told));
    }

    /** Who shares the subject as an address goes along, for those to see. */
    private static JoinedSubject self(SubjectFile file) {
        return JoinedSubject.newBuilder()
                .setSubjectId(file.getOwn().getSubjectId())
                .setPath(List.of())
                .setLinked(true)
                .setSince(Instant.EPOCH)
                .setState(StateFold.copy(file.getOwn())
                        .setClaimedBy(SameSubjects.claimedBy(file))
                        .build())
                .build();
    }

    private static JoinedSubject parted(String subjectId) {
        return JoinedSubject.newBuilder()
                .setSubjectId(subjectId)
                .setPath(List.of())
                .setLinked(false)
                .setSince(Instant.EPOCH)
                .build();
    }

    /** What is told along a link holds no longer than the link does. */
    private static JoinedSubject along(SubjectFile file, SubjectLink link, JoinedSubject told) {
        boolean linked = told.getLinked() && SameSubjects.isLinked(link);
        return JoinedSubject.newBuilder()
                .setSubjectId(told.getSubjectId())
                .setPath(Stream.concat(
                                told.getPath().stream(), Stream.of(file.getOwn().getSubjectId()))
                        .toList())
                .setLinked(linked)
                .setSince(
                        told.getSince().isAfter(SameSubjects.since(link)) ? told.getSince() : SameSubjects.since(link))
                .setState(linked ? withoutSharers(told) : null)
                .build();
    }

    /** An address tells itself who shares it. */
    private static ConsentState withoutSharers(JoinedSubject told) {
        return told.getPath().isEmpty()
                ? told.getState()
                : StateFold.copy(told.getState()).setClaimedBy(List.of()).build();
    }
}
