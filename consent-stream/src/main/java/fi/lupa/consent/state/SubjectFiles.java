package fi.lupa.consent.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.consent.identity.FormIdentity;
import fi.lupa.event.Alias;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactKind;
import fi.lupa.event.ErasedAlias;
import fi.lupa.event.Erasure;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.JoinedSubject;
import fi.lupa.event.KnownContactPoint;
import fi.lupa.event.LinkGround;
import fi.lupa.event.RetractedContactPoint;
import fi.lupa.event.RightExercised;
import fi.lupa.event.StatementInForce;
import fi.lupa.event.SubjectFile;
import fi.lupa.event.SubjectLink;
import fi.lupa.event.SubjectLinked;
import fi.lupa.event.SubjectNote;
import fi.lupa.permission.Consents;
import fi.lupa.permission.Door;
import fi.lupa.permission.Policy;
import fi.lupa.permission.Scope;
import fi.lupa.permission.Statement;
import fi.lupa.permission.Will;
import fi.lupa.schemas.mapping.Statements;
import fi.lupa.schemas.mapping.Subjects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is kept on one subject, and who else the subject is.
 *
 * <p>An identifier stands for the subject that it was given with: an address for the customer whose form brought it, a phone
 * number for the address. Each keeps its own file, which tells the other what was said under it; so the outcome is the same
 * whether the link or the statement came first, and a link that a person undoes takes back exactly what it brought.
 *
 * <ul>
 *   <li>What a person last decided counts over what forms say.
 *   <li>One customer's address stands for that customer. An address that several customers share stands for none of them:
 *       it is shown as a possible duplicate, and only a person merges.
 *   <li>A phone number that came with several addresses stands for the one it first came with.
 * </ul>
 */
public final class SubjectFiles {

    /** What is published is the same whenever it is published: what ends by itself, a decision looks at. */
    private static final Instant BEFORE_ANYTHING_ENDS = Instant.EPOCH;

    private static final Comparator<SubjectLink> FIRST_BY_FORM =
            Comparator.comparing(SubjectLink::getFormAt).thenComparing(SubjectLink::getSameAs);

    private static final Comparator<SubjectLink> LAST_DECIDED =
            Comparator.comparing(SubjectLink::getDecidedAt).thenComparing(SubjectLink::getDecidedBy);

    private static final Comparator<JoinedSubject> KNOWN_FIRST = Comparator.comparing(JoinedSubject::getSince)
            .thenComparing(joined -> joined.getPath().size())
            .thenComparing(SubjectFiles::key);

    /** Of others that one subject may be linked with by forms, or be told of: there is no end to who gives an address that is nobody's. */
    private static final int MOST_LINKED = 1_000;

    /** Well below what a topic takes, 1 MB: what is published is made of the same pieces, and sealed. */
    private static final int MOST_BYTES = 400_000;

    /** So few fit, whatever they hold: none has more than some 3 kB. */
    private static final int FEW_ENTRIES = 100;

    private SubjectFiles() {}

    /** The file of somebody not heard of. */
    public static SubjectFile empty(String subjectId) {
        return new SubjectFile(StateFold.unknown(subjectId), List.of(), List.of(), List.of(), null);
    }

    public static SubjectFile after(SubjectFile file, ConsentChanged changed) {
        return with(file, StateFold.after(file.getOwn(), changed));
    }

    /** The file after a correction: what the mistaken statement had hidden, only the whole history tells. */
    public static SubjectFile refolded(SubjectFile file, List<ConsentChanged> history) {
        return with(file, StateFold.refolded(file.getOwn(), history));
    }

    public static SubjectFile after(SubjectFile file, FormSubmitted form, FormIdentity identity) {
        return with(file, StateFold.after(file.getOwn(), form, identity));
    }

    /**
     * The file after an address or number was said not to be the subject's: it leaves what is published, and its text leaves the
     * file. What was said about permission for it stays. Given later than that, it is back.
     */
    public static SubjectFile retracted(SubjectFile file, String contactPointId, Instant at) {
        return isErased(file, at)
                ? file
                : withoutRetracted(with(file, StateFold.retracted(file.getOwn(), contactPointId, at)));
    }

    /** What others told of an address or number goes with it. */
    private static SubjectFile withoutRetracted(SubjectFile file) {
        List<RetractedContactPoint> marks = file.getOwn().getRetracted();
        return marks.isEmpty()
                ? file
                : with(
                        file,
                        file.getLinks(),
                        file.getJoined().stream()
                                .map(joined ->
                                        SealedPieces.with(joined, state -> StateFold.withoutRetracted(state, marks)))
                                .toList());
    }

    public static SubjectFile after(SubjectFile file, SubjectLinked linked) {
        if (isErased(file, linked.getRecordedAt()) || isErased(file, linked)) {
            return file;
        }
        SubjectLink before = file.getLinks().stream()
                .filter(link -> link.getSameAs().equals(linked.getSameAs()))
                .findFirst()
                .orElseGet(() ->
                        SubjectLink.newBuilder().setSameAs(linked.getSameAs()).build());
        if (linked.getGround() == LinkGround.OPERATOR) {
            return with(file, decided(before, linked));
        }
        boolean oneTooMany = before.getFormAt() == null
                && before.getDecidedAt() == null
                && file.getLinks().stream()
                                .filter(link -> link.getFormGround() == linked.getGround())
                                .count()
                        >= MOST_LINKED;
        return oneTooMany ? file : with(file, told(before, linked));
    }

    /** The file after a linked subject told what it, or another that is part of it, has said. */
    public static SubjectFile after(SubjectFile file, JoinedSubject told) {
        if (isErased(file, told.getSince())) {
            return file;
        }
        JoinedSubject known = file.getJoined().stream()
                .filter(joined -> key(joined).equals(key(told)))
                .findFirst()
                .orElse(null);
        if (known == null && file.getJoined().size() >= MOST_LINKED) {
            // Of one too many the noes count, as the subject's own.
            return told.getLinked() ? with(file, StateFold.withNoes(file.getOwn(), told.getState())) : file;
        }
        JoinedSubject now = known == null || !told.getLinked() ? told : join(known, told);
        return withoutRetracted(with(file, file.getLinks(), replaced(file.getJoined(), SubjectFiles::key, now)));
    }

    /** The file after a linked subject told whom a person decided it to be the same as. */
    public static SubjectFile afterSameAs(SubjectFile file, String other, String sameAs) {
        return file.getLinks().stream()
                .filter(link -> link.getSameAs().equals(other))
                .findFirst()
                .map(link -> with(
                        file,
                        SubjectLink.newBuilder(link).setOtherSameAs(sameAs).build()))
                .orElse(file);
    }

    /** The file of an address or number after a no was said for it. */
    public static SubjectFile afterStop(SubjectFile file, ConsentChanged stop) {
        return with(file, stops(file).with(Statements.of(stop)));
    }

    /**
     * The file of an address or number after one of its stops was found to be a mistake.
     *
     * @param stops every other that was ever said for it; what an erasure left, nobody said
     */
    public static SubjectFile refoldedStops(SubjectFile file, List<ConsentChanged> stops) {
        return with(
                file,
                Consents.of(Stream.concat(leftByErasure(file), stops.stream().map(Statements::of))
                        .toList()));
    }

    /**
     * The file after its subject was erased: what is left binds others, and tells that there was an erasure. Done again it is
     * the same.
     *
     * @param saidSince what the subject has said after the erasure was ordered
     */
    public static SubjectFile erased(
            SubjectFile file, RightExercised ordered, List<ConsentChanged> saidSince, Policy policy) {
        Erasure before = file.getErasure();
        Map<String, ContactKind> kinds = whole(file).getContactPoints().stream()
                .collect(Collectors.toMap(KnownContactPoint::getId, KnownContactPoint::getKind));
        String own = file.getOwn().getSubjectId();
        ContactKind kind = ordered.getErasedKind() == null ? kinds.get(own) : ordered.getErasedKind();
        Map<String, ErasedAlias> also = new TreeMap<>();
        Set<String> parted = shared(file);
        namesOfItsOwn(file).forEach(alias -> also.put(alias, new ErasedAlias(alias, kinds.get(alias))));
        file.getLinks().forEach(link -> parted.add(link.getSameAs()));
        boolean again = before != null && before.getEventId().equals(ordered.getEventId());
        // Another order that was given before the first was carried out finds nobody: what is kept is of the first.
        boolean nobody = before != null && isGone(file);
        if (again || nobody) {
            before.getAlso().forEach(alias -> also.put(alias.getSubjectId(), alias));
            parted.addAll(before.getParted());
            kind = kind == null ? before.getKind() : kind;
        }
        parted.removeAll(also.keySet());
        Instant at = before == null || ordered.getRecordedAt().isAfter(before.getAt())
                ? ordered.getRecordedAt()
                : before.getAt();
        ConsentState since = StateFold.copy(StateFold.unknown(own))
                .setRetracted(file.getOwn().getRetracted().stream()
                        .filter(mark -> mark.getAt().isAfter(at))
                        .toList())
                .build();
        SubjectFile left = new SubjectFile(
                StateFold.refolded(since, saidSince),
                List.of(),
                List.of(),
                file.getStops(),
                new Erasure(
                        nobody ? before.getEventId() : ordered.getEventId(),
                        at,
                        kind,
                        List.copyOf(also.values()),
                        List.copyOf(parted)));
        Consents stops = leftByErasure(left).reduce(stops(left), Consents::with, Consents::join);
        return revised(empty(own), with(left, stops), policy);
    }

    /** An old list is not to bring the erased back: each id they were known by is stopped, as far as it is marketed to. */
    private static Stream<Statement> leftByErasure(SubjectFile file) {
        Erasure erasure = file.getErasure();
        return erasure == null
                ? Stream.empty()
                : scopes(erasure.getKind()).stream()
                        .map(scope -> new Statement(
                                UUID.nameUUIDFromBytes((erasure.getEventId() + "/" + scope).getBytes(UTF_8)),
                                scope,
                                Will.PROHIBIT,
                                file.getOwn().getSubjectId(),
                                erasure.getAt(),
                                erasure.getAt(),
                                Door.ERASURE,
                                false,
                                null,
                                null,
                                null));
    }

    private static List<Scope> scopes(ContactKind kind) {
        if (kind == null) {
            return List.of(Scope.MARKETING_USE);
        }
        return switch (kind) {
            case EMAIL -> List.of(Scope.EMAIL);
            case PHONE -> List.of(Scope.MOBILE, Scope.PHONE);
            case POSTAL -> List.of(Scope.POST);
        };
    }

    /** Who else the subject is, and nobody with them: an address or number that several customers gave is none's own. */
    public static Set<String> namesOfItsOwn(SubjectFile file) {
        Set<String> shared = shared(file);
        return origins(file, joined -> joined.getPath().stream().noneMatch(shared::contains));
    }

    private static Set<String> shared(SubjectFile file) {
        return origins(file, joined -> !joined.getState().getClaimedBy().isEmpty());
    }

    /** Other subjects, held to be the same, of whom it is so in every way they are known. */
    private static Set<String> origins(SubjectFile file, Predicate<JoinedSubject> which) {
        return file.getJoined().stream()
                .filter(JoinedSubject::getLinked)
                .filter(which)
                .map(JoinedSubject::getSubjectId)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The file after another subject was erased: what linked the two, and what the other told, counts no more. */
    public static SubjectFile parted(SubjectFile file, String other, Instant erasedAt) {
        List<SubjectLink> links = file.getLinks().stream()
                .map(link -> link.getSameAs().equals(other) ? cut(link, erasedAt) : link)
                .toList();
        List<JoinedSubject> joined = file.getJoined().stream()
                .filter(told ->
                        !(told.getSubjectId().equals(other) || told.getPath().contains(other))
                                || told.getSince().isAfter(erasedAt))
                .toList();
        return with(file, links, joined);
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

    /** Whether what was recorded then was erased since. */
    public static boolean isErased(SubjectFile file, Instant recordedAt) {
        return file.getErasure() != null
                && !recordedAt.isAfter(file.getErasure().getAt());
    }

    private static boolean isErased(SubjectFile file, SubjectLinked linked) {
        return file.getLinks().stream()
                .filter(link -> link.getSameAs().equals(linked.getSameAs()))
                .anyMatch(link ->
                        link.getErasedAt() != null && !linked.getRecordedAt().isAfter(link.getErasedAt()));
    }

    /** Whether the subject was erased, and nothing has been heard of them since. */
    public static boolean isGone(SubjectFile file) {
        return file.getErasure() != null
                && file.getJoined().isEmpty()
                && StateFold.copy(file.getOwn())
                        .setRetracted(List.of())
                        .build()
                        .equals(StateFold.unknown(file.getOwn().getSubjectId()));
    }

    /** Whether it is an erasure that left the stop. */
    public static boolean isLeftByErasure(StatementInForce stop) {
        return stop.getDoor() == fi.lupa.event.Door.ERASURE;
    }

    /** Tells the files of those not erased with the subject that it is. */
    public static List<SubjectNote> partings(SubjectFile erased) {
        return erased.getErasure().getParted().stream()
                .map(other -> note(erased, other, 0)
                        .setErasedAt(erased.getErasure().getAt())
                        .build())
                .toList();
    }

    /**
     * What is published of the file: everything known of the subject, under whichever id it was said.
     *
     * @param policy that says who gets the essential only
     */
    public static ConsentState published(SubjectFile file, Policy policy) {
        ConsentState state = StateFold.shown(whole(file));
        boolean essentialOnly = policy.essentialOnly(Subjects.of(state), BEFORE_ANYTHING_ENDS);
        return essentialOnly == state.getEssentialOnly()
                ? state
                : StateFold.copy(state).setEssentialOnly(essentialOnly).build();
    }

    /** The file as one state, with what was retracted and the marks of it. */
    private static ConsentState whole(SubjectFile file) {
        ConsentState state = file.getOwn();
        if (!isAlone(file)) {
            List<JoinedSubject> same = origins(file).stream()
                    .flatMap(origin -> best(file, origin, null).stream())
                    .toList();
            TreeSet<String> duplicates = new TreeSet<>();
            for (JoinedSubject joined : same) {
                state = StateFold.join(state, brought(file, joined));
                duplicates.addAll(joined.getState().getClaimedBy());
            }
            duplicates.remove(state.getSubjectId());
            // A person has decided that they are others.
            file.getLinks().stream()
                    .filter(link -> Boolean.FALSE.equals(link.getDecided()))
                    .map(SubjectLink::getSameAs)
                    .forEach(duplicates::remove);
            List<String> claimedBy = claimedBy(file);
            duplicates.addAll(claimedBy);
            state = StateFold.copy(state)
                    .setSameAs(sameAs(file))
                    .setAlsoKnownAs(same.stream()
                            .map(joined -> new Alias(joined.getSubjectId(), joined.getSince()))
                            .toList())
                    .setClaimedBy(claimedBy)
                    .setPossibleDuplicates(List.copyOf(duplicates))
                    .build();
        }
        return state;
    }

    /**
     * What another brings along that is the same: an address brings itself, where the subject's own form or a person linked the two,
     * and a customer what their own forms gave. Whatever else was typed beside an address anybody may have typed.
     */
    private static ConsentState brought(SubjectFile file, JoinedSubject joined) {
        ConsentState state = joined.getState();
        String other = joined.getSubjectId();
        boolean linkedItself = file.getJoined().stream()
                .anyMatch(known -> known.getLinked()
                        && known.getSubjectId().equals(other)
                        && known.getPath().size() == 1);
        boolean customer = state.getContactPoints().stream()
                .noneMatch(point -> point.getId().equals(other));
        return linkedItself && customer
                ? state
                : StateFold.unverifiedBut(state, id -> linkedItself && id.equals(other));
    }

    /** The state without a word of who the subject is. */
    public static ConsentState withoutPerson(ConsentState state) {
        return StateFold.copy(state).setPersonal(null).build();
    }

    /** The file, its revision one more than before if what is published of it has changed. */
    public static SubjectFile revised(SubjectFile before, SubjectFile whole, Policy policy) {
        SubjectFile after = fitting(whole);
        // Of one who is nobody else, what is published follows from their own state.
        boolean itself = isAlone(before)
                && isAlone(after)
                && after.getOwn().getRetracted().isEmpty();
        boolean changed = itself
                ? !after.getOwn().equals(before.getOwn())
                : !published(after, policy).equals(published(before, policy));
        return changed
                ? with(
                        after,
                        StateFold.copy(after.getOwn())
                                .setRevision(before.getOwn().getRevision() + 1)
                                .build())
                : after;
    }

    /**
     * The file, or, where it has grown so large that its topic would not take it and every no after it would be lost, what it says
     * of whole scopes. Nobody is reached by that: nothing goes out until they give an address or number anew. What was said for single
     * ones stands with them.
     */
    private static SubjectFile fitting(SubjectFile file) {
        return entries(file) < FEW_ENTRIES || bytes(file) <= MOST_BYTES
                ? file
                : with(
                        with(file, StateFold.ofWholeScopes(file.getOwn())),
                        file.getLinks(),
                        file.getJoined().stream()
                                .map(joined -> SealedPieces.with(joined, StateFold::ofWholeScopes))
                                .toList());
    }

    private static int bytes(SubjectFile file) {
        try {
            return file.toByteBuffer().remaining();
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes what is written to it", e);
        }
    }

    private static int entries(SubjectFile file) {
        int entries = StateFold.entries(file.getOwn()) + file.getLinks().size();
        for (JoinedSubject joined : file.getJoined()) {
            entries += 1 + (joined.getState() == null ? 0 : StateFold.entries(joined.getState()));
        }
        return entries;
    }

    private static boolean isAlone(SubjectFile file) {
        return file.getJoined().isEmpty() && file.getLinks().isEmpty();
    }

    /**
     * Whom the file's subject is found to be the same as; null while it stands for itself.
     *
     * <p>Of two that were each merged into the other, the one with the smaller id stands for both.
     */
    public static String sameAs(SubjectFile file) {
        String own = file.getOwn().getSubjectId();
        String decided = decided(file);
        if (decided != null) {
            boolean mutual = file.getLinks().stream()
                    .anyMatch(link -> link.getSameAs().equals(decided) && own.equals(link.getOtherSameAs()));
            return mutual && own.compareTo(decided) < 0 ? null : decided;
        }
        List<String> customers = customers(file);
        if (!customers.isEmpty()) {
            return customers.size() == 1 ? customers.get(0) : null;
        }
        return linked(file)
                .filter(link -> link.getDecided() == null)
                .min(FIRST_BY_FORM)
                .map(SubjectFiles::resolved)
                .orElse(null);
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
                .filter(SubjectFiles::isSaid)
                .flatMap(link -> told(file, link).map(told -> note(file, link.getSameAs(), passedOn)
                        .setJoined(told)
                        .build()));
        // Of whom nobody ever decided it there is nothing to tell: each of many who share an address would, and be told
        // by it anew.
        Stream<SubjectNote> down = (everDecided ? file.getJoined() : List.<JoinedSubject>of())
                .stream().filter(joined -> joined.getPath().size() == 1).map(joined -> note(
                                file, joined.getSubjectId(), passedOn)
                        .setTellsSameAs(true)
                        .setSameAs(decided(file))
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
        Stream<JoinedSubject> others = origins(file).stream()
                .filter(origin -> !origin.equals(to))
                .map(origin -> best(file, origin, to).orElseGet(() -> parted(origin)));
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
                        .setClaimedBy(claimedBy(file))
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
        boolean linked = told.getLinked() && isLinked(link);
        return JoinedSubject.newBuilder()
                .setSubjectId(told.getSubjectId())
                .setPath(Stream.concat(
                                told.getPath().stream(), Stream.of(file.getOwn().getSubjectId()))
                        .toList())
                .setLinked(linked)
                .setSince(told.getSince().isAfter(since(link)) ? told.getSince() : since(link))
                .setState(linked ? withoutSharers(told) : null)
                .build();
    }

    /** An address tells itself who shares it. */
    private static ConsentState withoutSharers(JoinedSubject told) {
        return told.getPath().isEmpty()
                ? told.getState()
                : StateFold.copy(told.getState()).setClaimedBy(List.of()).build();
    }

    /**
     * What is known of another subject that is the same, by the way it was known first.
     *
     * @param to leaves out what came from there; null for nobody
     */
    private static Optional<JoinedSubject> best(SubjectFile file, String origin, String to) {
        return file.getJoined().stream()
                .filter(joined -> joined.getSubjectId().equals(origin))
                .filter(JoinedSubject::getLinked)
                .filter(joined -> to == null || !joined.getPath().contains(to))
                .min(KNOWN_FIRST);
    }

    private static TreeSet<String> origins(SubjectFile file) {
        return file.getJoined().stream()
                .map(JoinedSubject::getSubjectId)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Every neighbour tells for itself; what one takes back may still be told by another. */
    private static String key(JoinedSubject joined) {
        List<String> path = joined.getPath();
        return joined.getSubjectId() + " " + path.get(path.size() - 1);
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
                        .setState(StateFold.copy(StateFold.join(told.getState(), known.getState()))
                                .setRevision(0)
                                .build())
                        .build();
    }

    private static SubjectLink told(SubjectLink before, SubjectLinked linked) {
        boolean first = before.getFormAt() == null || linked.getRecordedAt().isBefore(before.getFormAt());
        return SubjectLink.newBuilder(before)
                .setFormGround(linked.getGround())
                .setFormAt(first ? linked.getRecordedAt() : before.getFormAt())
                .build();
    }

    private static SubjectLink decided(SubjectLink before, SubjectLinked linked) {
        SubjectLink after = SubjectLink.newBuilder(before)
                .setDecided(linked.getLinked())
                .setDecidedAt(linked.getRecordedAt())
                .setDecidedBy(linked.getEventId())
                .build();
        return before.getDecidedAt() == null || LAST_DECIDED.compare(after, before) > 0 ? after : before;
    }

    /** Whom a person last decided the file's subject to be the same as; null for nobody. */
    private static String decided(SubjectFile file) {
        return file.getLinks().stream()
                .filter(link -> Boolean.TRUE.equals(link.getDecided()))
                .max(LAST_DECIDED)
                .map(SubjectLink::getSameAs)
                .orElse(null);
    }

    private static List<String> customers(SubjectFile file) {
        return linked(file)
                .filter(link -> link.getFormGround() == LinkGround.CUSTOMER_NUMBER)
                .map(SubjectFiles::resolved)
                .filter(customer -> !customer.equals(file.getOwn().getSubjectId()))
                .distinct()
                .sorted()
                .toList();
    }

    private static List<String> claimedBy(SubjectFile file) {
        List<String> customers = customers(file);
        return customers.size() > 1 && sameAs(file) == null ? customers : List.of();
    }

    private static Stream<SubjectLink> linked(SubjectFile file) {
        return file.getLinks().stream().filter(SubjectFiles::isLinked);
    }

    /** Whom the other stands for in turn, as far as it has told. */
    private static String resolved(SubjectLink link) {
        return Objects.requireNonNullElse(link.getOtherSameAs(), link.getSameAs());
    }

    private static boolean isLinked(SubjectLink link) {
        return Objects.requireNonNullElse(link.getDecided(), link.getFormGround() != null);
    }

    /** Whether anything links the two, or parts them, since the other was last erased. */
    private static boolean isSaid(SubjectLink link) {
        return link.getFormAt() != null || link.getDecidedAt() != null;
    }

    private static Instant since(SubjectLink link) {
        return link.getDecidedAt() == null ? link.getFormAt() : link.getDecidedAt();
    }

    private static Consents stops(SubjectFile file) {
        return Consents.of(file.getStops().stream().map(Statements::of).toList());
    }

    private static SubjectFile with(SubjectFile file, ConsentState own) {
        return new SubjectFile(own, file.getLinks(), file.getJoined(), file.getStops(), file.getErasure());
    }

    private static SubjectFile with(SubjectFile file, SubjectLink link) {
        return with(file, replaced(file.getLinks(), SubjectLink::getSameAs, link), file.getJoined());
    }

    private static SubjectFile with(SubjectFile file, Consents stops) {
        List<StatementInForce> kept =
                stops.statements().stream().map(Statements::kept).toList();
        return new SubjectFile(file.getOwn(), file.getLinks(), file.getJoined(), kept, file.getErasure());
    }

    private static SubjectFile with(SubjectFile file, List<SubjectLink> links, List<JoinedSubject> joined) {
        return new SubjectFile(file.getOwn(), links, joined, file.getStops(), file.getErasure());
    }

    /** The list in the order of its keys, with one element put in the place of its key. */
    private static <T> List<T> replaced(List<T> list, Function<T, String> key, T element) {
        TreeMap<String, T> byKey =
                list.stream().collect(Collectors.toMap(key, Function.identity(), (one, other) -> other, TreeMap::new));
        byKey.put(key.apply(element), element);
        return List.copyOf(byKey.values());
    }
}
