package fi.lupa.consent.state;

import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.JoinedSubject;
import fi.lupa.event.LinkGround;
import fi.lupa.event.SubjectFile;
import fi.lupa.event.SubjectLink;
import fi.lupa.event.SubjectLinked;
import fi.lupa.event.SubjectNote;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

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
     * are part of it, whom a person decided it to be the same as. Only what the event concerned is told, whether it changed
     * anything or not: each of many who share an address would tell of all else that they know, too, and be told by it anew.
     *
     * @param event that the file is after: a form, a statement, a link, a right or another's note
     * @param passedOn how many files have passed the event on before
     */
    public static List<SubjectNote> notes(SpecificRecord event, SubjectFile file, int passedOn) {
        Concerned concerned = Concerned.by(event);
        boolean itself = concerned.itself() || isOneTooMany(event, file);
        boolean everDecided =
                file.getLinks().stream().anyMatch(link -> link.getDecidedAt() != null || link.getErasedAt() != null);
        Stream<SubjectNote> up = file.getLinks().stream()
                .filter(SameSubjects::isSaid)
                .flatMap(link -> told(file, link, itself, concerned).map(told -> note(file, link.getSameAs(), passedOn)
                        .setJoined(told)
                        .build()));
        // Of whom nobody ever decided it there is nothing to tell.
        Stream<SubjectNote> down = (everDecided ? file.getJoined() : List.<JoinedSubject>of())
                .stream()
                        .filter(joined -> joined.getLinked()
                                && joined.getPath().size() == 1
                                && concerned.tells().test(joined.getSubjectId()))
                        .map(joined -> note(file, joined.getSubjectId(), passedOn)
                                .setTellsSameAs(true)
                                .setSameAs(SameSubjects.decided(file))
                                .build());
        return Stream.concat(up, down).toList();
    }

    /** Whether an event's noes were taken for the subject's own, since of the others that are part of it there are too many. */
    private static boolean isOneTooMany(SpecificRecord event, SubjectFile file) {
        return event instanceof SubjectNote note
                && note.getJoined() != null
                && file.getJoined().stream()
                        .noneMatch(known -> SameSubjects.key(known).equals(SameSubjects.key(note.getJoined())));
    }

    /**
     * Of what there is to tell after an event.
     *
     * @param itself whether of what the subject said itself, or who it is
     * @param others of whom else
     * @param along whether of everybody along the link to this subject
     * @param tells who is told whom the subject was decided to be the same as
     */
    private record Concerned(
            boolean itself, Predicate<String> others, Predicate<String> along, Predicate<String> tells) {

        private static final Predicate<String> NOBODY = subject -> false;
        private static final Predicate<String> EVERYBODY = subject -> true;

        static Concerned by(SpecificRecord event) {
            if (event instanceof SubjectLinked linked) {
                return new Concerned(true, NOBODY, linked.getSameAs()::equals, EVERYBODY);
            }
            if (event instanceof SubjectNote note && note.getJoined() != null) {
                Predicate<String> told = note.getJoined().getSubjectId()::equals;
                return new Concerned(false, told, NOBODY, told.and(note.getFrom()::equals));
            }
            boolean ofItself = event instanceof ConsentChanged
                    || event instanceof FormSubmitted
                    || (event instanceof SubjectNote note && note.getErasedAt() == null);
            return ofItself
                    ? new Concerned(true, NOBODY, NOBODY, NOBODY)
                    : new Concerned(true, EVERYBODY, EVERYBODY, EVERYBODY);
        }
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
    private static Stream<JoinedSubject> told(SubjectFile file, SubjectLink link, boolean itself, Concerned concerned) {
        String to = link.getSameAs();
        boolean all = concerned.along().test(to);
        Stream<JoinedSubject> others = file.getJoined().stream()
                .map(JoinedSubject::getSubjectId)
                .distinct()
                .filter(origin ->
                        !origin.equals(to) && (all || concerned.others().test(origin)))
                .map(origin -> SameSubjects.best(file, origin, to).orElseGet(() -> parted(origin)));
        Stream<JoinedSubject> self = itself || all ? Stream.of(self(file)) : Stream.empty();
        return Stream.concat(self, others).map(told -> along(file, link, told));
    }

    /** Who shares the subject as an address goes along, for those to see. */
    private static JoinedSubject self(SubjectFile file) {
        return JoinedSubject.newBuilder()
                .setSubjectId(file.getOwn().getSubjectId())
                .setPath(List.of())
                .setLinked(true)
                .setSince(Instant.EPOCH)
                .setStandsFor(SameSubjects.standsFor(file))
                .setStandsForSince(SameSubjects.standsForSince(file))
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
                .setStandsFor(told.getStandsFor())
                .setStandsForSince(told.getStandsForSince())
                .setTyped(told.getTyped() || isTyped(link))
                .setState(linked ? withoutSharers(told) : null)
                .build();
    }

    /** Of a form with a customer number only who has it knows it. */
    private static boolean isTyped(SubjectLink link) {
        return link.getDecided() == null && link.getFormGround() == LinkGround.EMAIL_ADDRESS;
    }

    /** An address tells itself who shares it. */
    private static ConsentState withoutSharers(JoinedSubject told) {
        return told.getPath().isEmpty()
                ? told.getState()
                : StateFold.copy(told.getState()).setClaimedBy(List.of()).build();
    }
}
