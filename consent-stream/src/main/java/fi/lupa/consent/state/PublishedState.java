package fi.lupa.consent.state;

import fi.lupa.event.Alias;
import fi.lupa.event.ConsentState;
import fi.lupa.event.JoinedSubject;
import fi.lupa.event.RetractedContactPoint;
import fi.lupa.event.SubjectFile;
import fi.lupa.event.SubjectLink;
import fi.lupa.permission.Policy;
import fi.lupa.schemas.mapping.Subjects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is published of a subject's file, and when that is another. */
public final class PublishedState {

    /** What is published is the same whenever it is published: what ends by itself, a decision looks at. */
    private static final Instant BEFORE_ANYTHING_ENDS = Instant.EPOCH;

    /** Well below what a topic takes, 1 MB: what is published is made of the same pieces, and sealed. */
    private static final int MOST_BYTES = 400_000;

    /** So few fit, whatever they hold: none has more than some 3 kB. */
    private static final int FEW_ENTRIES = 100;

    private PublishedState() {}

    /**
     * What is published of the file: everything known of the subject, under whichever id it was said.
     *
     * @param policy that says who gets the essential only
     */
    public static ConsentState of(SubjectFile file, Policy policy) {
        ConsentState state = StateFold.shown(whole(file));
        boolean essentialOnly = policy.essentialOnly(Subjects.of(state), BEFORE_ANYTHING_ENDS);
        return essentialOnly == state.getEssentialOnly()
                ? state
                : StateFold.copy(state).setEssentialOnly(essentialOnly).build();
    }

    /** The file as one state, with what was retracted and the marks of it. */
    static ConsentState whole(SubjectFile file) {
        ConsentState state = file.getOwn();
        if (!isAlone(file)) {
            Map<String, JoinedSubject> known = SameSubjects.known(file);
            Collection<JoinedSubject> same = known.values();
            Set<String> linkedItself = file.getJoined().stream()
                    .filter(joined -> joined.getLinked() && joined.getPath().size() == 1)
                    .map(JoinedSubject::getSubjectId)
                    .collect(Collectors.toSet());
            TreeSet<String> duplicates = new TreeSet<>();
            Set<String> itsOwn = SameSubjects.namesOfItsOwn(file);
            Set<String> notTheirs = Stream.concat(
                            Stream.of(state), same.stream().map(JoinedSubject::getState))
                    .flatMap(each -> each.getRetracted().stream())
                    .map(RetractedContactPoint::getContactPointId)
                    .collect(Collectors.toSet());
            for (JoinedSubject joined : same) {
                String other = joined.getSubjectId();
                ConsentState brought = brought(
                        other,
                        itsOwn.contains(other) ? joined.getState() : StateFold.ofSeveral(joined.getState()),
                        linkedItself.contains(other));
                // Whose it really is uses it: that gives it to nobody who said that it is not theirs.
                state = StateFold.join(
                        state, notTheirs.contains(other) ? StateFold.withoutContactPoint(brought, other) : brought);
                duplicates.addAll(joined.getState().getClaimedBy());
            }
            duplicates.removeAll(itsOwn);
            duplicates.remove(state.getSubjectId());
            // A person has decided that they are others.
            file.getLinks().stream()
                    .filter(link -> Boolean.FALSE.equals(link.getDecided()))
                    .map(SubjectLink::getSameAs)
                    .forEach(duplicates::remove);
            List<String> claimedBy = SameSubjects.claimedBy(file);
            duplicates.addAll(claimedBy);
            state = StateFold.copy(state)
                    .setSameAs(SameSubjects.sameAs(file))
                    .setAlsoKnownAs(same.stream()
                            .map(joined -> new Alias(
                                    joined.getSubjectId(),
                                    joined.getSince(),
                                    itsOwn.contains(joined.getSubjectId())
                                            ? null
                                            : SameSubjects.sharedSince(known, itsOwn, joined)))
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
    private static ConsentState brought(String other, ConsentState state, boolean linkedItself) {
        boolean customer = state.getContactPoints().stream()
                .noneMatch(point -> point.getId().equals(other));
        return linkedItself && customer
                ? state
                : StateFold.unverifiedBut(state, id -> linkedItself && id.equals(other));
    }

    /** What is published of the file as if those were unknown who are somebody else's as well. */
    public static ConsentState ofItsOwn(SubjectFile file, Policy policy) {
        Set<String> itsOwn = SameSubjects.namesOfItsOwn(file);
        List<JoinedSubject> joined = file.getJoined().stream()
                .filter(known -> itsOwn.contains(known.getSubjectId()))
                .toList();
        return of(FileParts.with(file, file.getLinks(), joined), policy);
    }

    /** The other names that are the subject's, and nobody else's. */
    public static List<String> aliases(ConsentState published) {
        return published.getAlsoKnownAs().stream()
                .filter(alias -> alias.getSharedSince() == null)
                .map(Alias::getSubjectId)
                .toList();
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
                : !of(after, policy).equals(of(before, policy));
        return changed
                ? FileParts.with(
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
                : FileParts.with(
                        FileParts.with(file, StateFold.ofWholeScopes(file.getOwn())),
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
}
