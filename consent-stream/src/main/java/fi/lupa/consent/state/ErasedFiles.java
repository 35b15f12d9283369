package fi.lupa.consent.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactKind;
import fi.lupa.event.ErasedAlias;
import fi.lupa.event.Erasure;
import fi.lupa.event.JoinedSubject;
import fi.lupa.event.KnownContactPoint;
import fi.lupa.event.RightExercised;
import fi.lupa.event.StatementInForce;
import fi.lupa.event.SubjectFile;
import fi.lupa.event.SubjectLinked;
import fi.lupa.permission.Consents;
import fi.lupa.permission.Door;
import fi.lupa.permission.Policy;
import fi.lupa.permission.Scope;
import fi.lupa.permission.Statement;
import fi.lupa.permission.Will;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What an erasure leaves of a subject's file, and what comes too late for it. */
public final class ErasedFiles {

    private ErasedFiles() {}

    /**
     * The file after its subject was erased: what is left binds others, and tells that there was an erasure. Done again it is
     * the same.
     *
     * @param saidSince what the subject has said after the erasure was ordered
     */
    public static SubjectFile erased(
            SubjectFile file, RightExercised ordered, List<ConsentChanged> saidSince, Policy policy) {
        Erasure before = file.getErasure();
        Map<String, ContactKind> kinds = PublishedState.whole(file).getContactPoints().stream()
                .collect(Collectors.toMap(KnownContactPoint::getId, KnownContactPoint::getKind));
        String own = file.getOwn().getSubjectId();
        ContactKind kind = ordered.getErasedKind() == null ? kinds.get(own) : ordered.getErasedKind();
        Map<String, ErasedAlias> also = new TreeMap<>();
        Set<String> parted = new TreeSet<>(SameSubjects.known(file).keySet());
        SameSubjects.namesOfItsOwn(file).forEach(alias -> also.put(alias, new ErasedAlias(alias, kinds.get(alias))));
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
        Consents stops = leftByErasure(left).reduce(FileParts.stops(left), Consents::with, Consents::join);
        return PublishedState.revised(SubjectFiles.empty(own), FileParts.with(left, stops), policy);
    }

    /** An old list is not to bring the erased back: each id they were known by is stopped, as far as it is marketed to. */
    static Stream<Statement> leftByErasure(SubjectFile file) {
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

    /** Whether what was recorded then was erased since. */
    public static boolean isErased(SubjectFile file, Instant recordedAt) {
        return file.getErasure() != null
                && !recordedAt.isAfter(file.getErasure().getAt());
    }

    static boolean isErased(SubjectFile file, SubjectLinked linked) {
        return file.getLinks().stream()
                .filter(link -> link.getSameAs().equals(linked.getSameAs()))
                .anyMatch(link ->
                        link.getErasedAt() != null && !linked.getRecordedAt().isAfter(link.getErasedAt()));
    }

    /** Whether the subject was erased, and nothing has been heard of them since; that others are not part of it is nothing. */
    public static boolean isGone(SubjectFile file) {
        return file.getErasure() != null
                && file.getJoined().stream().noneMatch(JoinedSubject::getLinked)
                && StateFold.copy(file.getOwn())
                        .setRetracted(List.of())
                        .build()
                        .equals(StateFold.unknown(file.getOwn().getSubjectId()));
    }

    /** Whether it is an erasure that left the stop. */
    public static boolean isLeftByErasure(StatementInForce stop) {
        return stop.getDoor() == fi.lupa.event.Door.ERASURE;
    }
}
