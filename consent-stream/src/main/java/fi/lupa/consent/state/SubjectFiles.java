package fi.lupa.consent.state;

import fi.lupa.consent.identity.FormIdentity;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.JoinedSubject;
import fi.lupa.event.LinkGround;
import fi.lupa.event.RetractedContactPoint;
import fi.lupa.event.StatementInForce;
import fi.lupa.event.SubjectFile;
import fi.lupa.event.SubjectLink;
import fi.lupa.event.SubjectLinked;
import fi.lupa.permission.Consents;
import fi.lupa.schemas.mapping.Statements;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is kept on one subject: its file after each event that is heard of it. Whatever the order and however often each is heard,
 * the file is the same.
 */
public final class SubjectFiles {

    /** Of others that one subject may be linked with by forms, or be told of: there is no end to who gives an address that is nobody's. */
    private static final int MOST_LINKED = 1_000;

    /** Of these, numbers typed beside an address: each is folded into what is published, and anybody may type them. */
    private static final int MOST_TYPED = 100;

    private SubjectFiles() {}

    /** The file of somebody not heard of. */
    public static SubjectFile empty(String subjectId) {
        return new SubjectFile(StateFold.unknown(subjectId), List.of(), List.of(), List.of(), null);
    }

    public static SubjectFile after(SubjectFile file, ConsentChanged changed) {
        return FileParts.with(file, StateFold.after(file.getOwn(), changed));
    }

    /** The file after a correction: what the mistaken statement had hidden, only the whole history tells; noes of others that stand, stay. */
    public static SubjectFile refolded(SubjectFile file, List<ConsentChanged> history) {
        ConsentState own = file.getOwn();
        Set<UUID> itsOwn = history.stream().map(ConsentChanged::getEventId).collect(Collectors.toSet());
        List<StatementInForce> others = own.getStatements().stream()
                .filter(said -> !itsOwn.contains(said.getEventId()))
                .toList();
        return FileParts.with(
                file,
                StateFold.withNoes(
                        StateFold.refolded(own, history),
                        StateFold.copy(own).setStatements(others).build()));
    }

    public static SubjectFile after(SubjectFile file, FormSubmitted form, FormIdentity identity) {
        return FileParts.with(file, StateFold.after(file.getOwn(), form, identity));
    }

    /**
     * The file after an address or number was said not to be the subject's: it leaves what is published, and its text leaves the
     * file. What was said about permission for it stays. Given later than that, it is back.
     */
    public static SubjectFile retracted(SubjectFile file, String contactPointId, Instant at) {
        return ErasedFiles.isErased(file, at)
                ? file
                : withoutRetracted(FileParts.with(file, StateFold.retracted(file.getOwn(), contactPointId, at)));
    }

    /** What others told of an address or number goes with it. */
    private static SubjectFile withoutRetracted(SubjectFile file) {
        List<RetractedContactPoint> marks = file.getOwn().getRetracted();
        return marks.isEmpty()
                ? file
                : FileParts.with(
                        file,
                        file.getLinks(),
                        file.getJoined().stream()
                                .map(joined ->
                                        SealedPieces.with(joined, state -> StateFold.withoutRetracted(state, marks)))
                                .toList());
    }

    public static SubjectFile after(SubjectFile file, SubjectLinked linked) {
        if (ErasedFiles.isErased(file, linked.getRecordedAt()) || ErasedFiles.isErased(file, linked)) {
            return file;
        }
        SubjectLink before = file.getLinks().stream()
                .filter(link -> link.getSameAs().equals(linked.getSameAs()))
                .findFirst()
                .orElseGet(() ->
                        SubjectLink.newBuilder().setSameAs(linked.getSameAs()).build());
        if (linked.getGround() == LinkGround.OPERATOR) {
            return FileParts.with(file, saidByPerson(before, linked));
        }
        boolean oneTooMany = before.getFormAt() == null
                && before.getDecidedAt() == null
                && file.getLinks().stream()
                                .filter(link -> link.getFormGround() == linked.getGround())
                                .count()
                        >= MOST_LINKED;
        return oneTooMany ? file : FileParts.with(file, saidByForm(before, linked));
    }

    /** The file after a linked subject told what it, or another that is part of it, has said. */
    public static SubjectFile after(SubjectFile file, JoinedSubject told) {
        if (ErasedFiles.isErased(file, told.getSince())) {
            return file;
        }
        JoinedSubject known = file.getJoined().stream()
                .filter(joined -> SameSubjects.key(joined).equals(SameSubjects.key(told)))
                .findFirst()
                .orElse(null);
        if (known == null && !told.getLinked()) {
            return file;
        }
        if (known == null && isOneTooMany(file, told)) {
            // Of one too many the noes count, as the subject's own.
            return FileParts.with(file, StateFold.withNoes(file.getOwn(), told.getState()));
        }
        JoinedSubject now = known == null || !told.getLinked() ? told : join(known, told);
        return withoutRetracted(
                FileParts.with(file, file.getLinks(), FileParts.replaced(file.getJoined(), SameSubjects::key, now)));
    }

    private static boolean isOneTooMany(SubjectFile file, JoinedSubject told) {
        long before = file.getJoined().stream()
                .filter(joined -> joined.getLinked() && (joined.getTyped() || !told.getTyped()))
                .count();
        return before >= (told.getTyped() ? MOST_TYPED : MOST_LINKED);
    }

    /** The file after a linked subject told whom a person decided it to be the same as. */
    public static SubjectFile afterSameAs(SubjectFile file, String other, String sameAs) {
        return file.getLinks().stream()
                .filter(link -> link.getSameAs().equals(other))
                .findFirst()
                .map(link -> FileParts.with(
                        file,
                        SubjectLink.newBuilder(link).setOtherSameAs(sameAs).build()))
                .orElse(file);
    }

    /** The file of an address or number after a no was said for it. */
    public static SubjectFile afterStop(SubjectFile file, ConsentChanged stop) {
        return FileParts.with(file, FileParts.stops(file).with(Statements.of(stop)));
    }

    /**
     * The file of an address or number after one of its stops was found to be a mistake.
     *
     * @param stops every other that was ever said for it; what an erasure left, nobody said
     */
    public static SubjectFile refoldedStops(SubjectFile file, List<ConsentChanged> stops) {
        return FileParts.with(
                file,
                Consents.of(Stream.concat(
                                ErasedFiles.leftByErasure(file), stops.stream().map(Statements::of))
                        .toList()));
    }

    /** The file after another subject was erased: what linked the two, and what the other told, counts no more. */
    public static SubjectFile parted(SubjectFile file, String other, Instant erasedAt) {
        List<SubjectLink> links = file.getLinks().stream()
                .map(link -> link.getSameAs().equals(other) ? cut(link, erasedAt) : link)
                .toList();
        List<JoinedSubject> joined = file.getJoined().stream()
                .map(told ->
                        (told.getSubjectId().equals(other) || told.getPath().contains(other))
                                        && !told.getSince().isAfter(erasedAt)
                                ? forgotten(told)
                                : told)
                .toList();
        return FileParts.with(file, links, joined);
    }

    /** That it was known stays, so that those who were told of it are told, and told again after a crash, that it is no more. */
    private static JoinedSubject forgotten(JoinedSubject told) {
        return JoinedSubject.newBuilder()
                .setSubjectId(told.getSubjectId())
                .setPath(told.getPath())
                .setLinked(false)
                .setSince(told.getSince())
                .build();
    }

    private static SubjectLink cut(SubjectLink link, Instant erasedAt) {
        boolean byForm = link.getFormAt() != null && link.getFormAt().isAfter(erasedAt);
        boolean byPerson = link.getDecidedAt() != null && link.getDecidedAt().isAfter(erasedAt);
        return SubjectLink.newBuilder()
                .setSameAs(link.getSameAs())
                .setFormGround(byForm ? link.getFormGround() : null)
                .setFormAt(byForm ? link.getFormAt() : null)
                .setDecided(byPerson ? link.getDecided() : null)
                .setDecidedAt(byPerson ? link.getDecidedAt() : null)
                .setDecidedBy(byPerson ? link.getDecidedBy() : null)
                .setErasedAt(erasedAt)
                .build();
    }

    /** What was said only grows; who shares an address may change with every decision. */
    private static JoinedSubject join(JoinedSubject known, JoinedSubject told) {
        return known.getState() == null
                ? told
                : JoinedSubject.newBuilder()
                        .setSubjectId(told.getSubjectId())
                        .setPath(told.getPath())
                        .setLinked(true)
                        .setSince(told.getSince())
                        .setStandsFor(told.getStandsFor())
                        .setStandsForSince(told.getStandsForSince())
                        .setTyped(told.getTyped())
                        .setState(StateFold.copy(StateFold.join(told.getState(), known.getState()))
                                .setRevision(0)
                                .build())
                        .build();
    }

    private static SubjectLink saidByForm(SubjectLink before, SubjectLinked linked) {
        boolean first = before.getFormAt() == null || linked.getRecordedAt().isBefore(before.getFormAt());
        return SubjectLink.newBuilder(before)
                .setFormGround(linked.getGround())
                .setFormAt(first ? linked.getRecordedAt() : before.getFormAt())
                .build();
    }

    private static SubjectLink saidByPerson(SubjectLink before, SubjectLinked linked) {
        SubjectLink after = SubjectLink.newBuilder(before)
                .setDecided(linked.getLinked())
                .setDecidedAt(linked.getRecordedAt())
                .setDecidedBy(linked.getEventId())
                .build();
        return before.getDecidedAt() == null || SameSubjects.LAST_DECIDED.compare(after, before) > 0 ? after : before;
    }
}
