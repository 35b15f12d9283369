package fi.lupa.consent.state;

import fi.lupa.event.JoinedSubject;
import fi.lupa.event.LinkGround;
import fi.lupa.event.SubjectFile;
import fi.lupa.event.SubjectLink;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who else the subject of a file is.
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
public final class SameSubjects {

    private static final Comparator<SubjectLink> FIRST_BY_FORM =
            Comparator.comparing(SubjectLink::getFormAt).thenComparing(SubjectLink::getSameAs);

    static final Comparator<SubjectLink> LAST_DECIDED =
            Comparator.comparing(SubjectLink::getDecidedAt).thenComparing(SubjectLink::getDecidedBy);

    private static final Comparator<JoinedSubject> KNOWN_FIRST = Comparator.comparing(JoinedSubject::getSince)
            .thenComparing(joined -> joined.getPath().size())
            .thenComparing(SameSubjects::key);

    /** Who claims an address is told along, through whose files it goes, for as many as these. */
    private static final int MOST_MERGED = 20;

    private SameSubjects() {}

    /**
     * Who else the subject is, and nobody with them: those who stand for it, by their own files, or for nobody but others of whom
     * this holds. An address that other customers gave as well, or a number that first came with another's address, is none's own.
     */
    public static Set<String> namesOfItsOwn(SubjectFile file) {
        Map<String, Set<String>> standFor = new TreeMap<>();
        known(file).forEach((name, known) -> standFor.put(name, standsFor(file, known)));
        Set<String> own = new HashSet<>();
        own.add(file.getOwn().getSubjectId());
        own.add(sameAs(file));
        Set<String> names = new TreeSet<>();
        boolean more = true;
        while (more) {
            more = false;
            for (var each : standFor.entrySet()) {
                boolean its = own.contains(each.getKey()) || own.containsAll(each.getValue());
                if (its && names.add(each.getKey())) {
                    own.add(each.getKey());
                    more = true;
                }
            }
        }
        return names;
    }

    /**
     * Since when one that is not its own has been somebody else's, as far as the links tell that now hold; not before it was known
     * to be the same.
     *
     * @param known of the others that are the same
     * @param itsOwn the names among them that are nobody else's
     * @param shared the one that is not
     */
    static Instant sharedSince(Map<String, JoinedSubject> known, Set<String> itsOwn, JoinedSubject shared) {
        Instant latest = shared.getSince();
        JoinedSubject next = shared;
        // As far as each stands for the next: for whom that one stands, it does.
        for (String name : shared.getPath()) {
            if (next == null || itsOwn.contains(name) || !name.equals(next.getSubjectId())) {
                break;
            }
            Instant since = next.getStandsForSince();
            latest = since != null && since.isAfter(latest) ? since : latest;
            List<String> standsFor = next.getStandsFor();
            next = standsFor.size() == 1 ? known.get(standsFor.get(0)) : null;
        }
        return latest;
    }

    /** Whom the file's subject stands for: one, which may be itself, or the few who claim it; so many are never merged into one. */
    static List<String> standsFor(SubjectFile file) {
        List<String> claimedBy = claimedBy(file);
        return claimedBy.isEmpty() || claimedBy.size() > MOST_MERGED
                ? List.of(Objects.requireNonNullElse(sameAs(file), file.getOwn().getSubjectId()))
                : claimedBy;
    }

    /** Whom another stands for: one, or the several who claim it. */
    private static Set<String> standsFor(SubjectFile file, JoinedSubject known) {
        Set<String> claimedBy = file.getJoined().stream()
                .filter(told -> told.getSubjectId().equals(known.getSubjectId()) && told.getState() != null)
                .flatMap(told -> told.getState().getClaimedBy().stream())
                .collect(Collectors.toSet());
        if (!claimedBy.isEmpty()) {
            return claimedBy;
        }
        if (!known.getStandsFor().isEmpty()) {
            return Set.copyOf(known.getStandsFor());
        }
        // Told by an earlier version, which told only of customers that share an address.
        List<String> path = known.getPath();
        return Set.of(path.size() == 1 ? file.getOwn().getSubjectId() : path.get(1));
    }

    /** What is known of the others that are the same, of each by the way it was known first. */
    static SortedMap<String, JoinedSubject> known(SubjectFile file) {
        return file.getJoined().stream()
                .filter(JoinedSubject::getLinked)
                .collect(Collectors.toMap(
                        JoinedSubject::getSubjectId,
                        Function.identity(),
                        BinaryOperator.minBy(KNOWN_FIRST),
                        TreeMap::new));
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
                .map(link -> resolved(file, link))
                .orElse(null);
    }

    /**
     * Since when the file's subject has stood for whom it does, and nobody else: since a second customer came, also where a person
     * decided between them later.
     */
    static Instant standsForSince(SubjectFile file) {
        Stream<Instant> decided = lastDecided(file).map(SubjectLink::getDecidedAt).stream();
        List<Instant> customers = customerLinks(file)
                .collect(Collectors.toMap(
                        link -> resolved(file, link),
                        SubjectLink::getFormAt,
                        BinaryOperator.minBy(Comparator.naturalOrder())))
                .values()
                .stream()
                .sorted()
                .toList();
        return Stream.concat(decided, customers.stream().skip(1))
                .min(Comparator.naturalOrder())
                .or(() -> customers.stream().findFirst())
                .or(() -> linked(file).map(SubjectLink::getFormAt).min(Comparator.naturalOrder()))
                .orElse(Instant.EPOCH);
    }

    /**
     * What is known of another subject that is the same, by the way it was known first.
     *
     * @param to leaves out what came from there; null for nobody
     */
    static Optional<JoinedSubject> best(SubjectFile file, String origin, String to) {
        return file.getJoined().stream()
                .filter(joined -> joined.getSubjectId().equals(origin))
                .filter(JoinedSubject::getLinked)
                .filter(joined -> to == null || !joined.getPath().contains(to))
                .min(KNOWN_FIRST);
    }

    /** Every neighbour tells for itself; what one takes back may still be told by another. */
    static String key(JoinedSubject joined) {
        List<String> path = joined.getPath();
        return joined.getSubjectId() + " " + path.get(path.size() - 1);
    }

    /** Whom a person last decided the file's subject to be the same as; null for nobody. */
    static String decided(SubjectFile file) {
        return lastDecided(file).map(SubjectLink::getSameAs).orElse(null);
    }

    private static Optional<SubjectLink> lastDecided(SubjectFile file) {
        return file.getLinks().stream()
                .filter(link -> Boolean.TRUE.equals(link.getDecided()))
                .max(LAST_DECIDED);
    }

    private static List<String> customers(SubjectFile file) {
        return customerLinks(file)
                .map(link -> resolved(file, link))
                .distinct()
                .sorted()
                .toList();
    }

    private static Stream<SubjectLink> customerLinks(SubjectFile file) {
        String own = file.getOwn().getSubjectId();
        return linked(file)
                .filter(link -> link.getFormGround() == LinkGround.CUSTOMER_NUMBER
                        && !resolved(file, link).equals(own));
    }

    static List<String> claimedBy(SubjectFile file) {
        List<String> customers = customers(file);
        return customers.size() > 1 && sameAs(file) == null ? customers : List.of();
    }

    private static Stream<SubjectLink> linked(SubjectFile file) {
        return file.getLinks().stream().filter(SameSubjects::isLinked);
    }

    /** Whom the other stands for in turn, as far as it and those in between have told; of several in a circle, the smallest. */
    private static String resolved(SubjectFile file, SubjectLink link) {
        List<String> passed = new ArrayList<>();
        String last = link.getSameAs();
        while (!passed.contains(last)) {
            passed.add(last);
            String next = otherSameAs(file, last);
            if (next == null) {
                return last;
            }
            last = next;
        }
        return Collections.min(passed.subList(passed.indexOf(last), passed.size()));
    }

    private static String otherSameAs(SubjectFile file, String other) {
        return linked(file)
                .filter(link -> link.getSameAs().equals(other))
                .findFirst()
                .map(SubjectLink::getOtherSameAs)
                .orElse(null);
    }

    static boolean isLinked(SubjectLink link) {
        return Objects.requireNonNullElse(link.getDecided(), link.getFormGround() != null);
    }

    /** Whether anything links the two, or parts them, since the other was last erased. */
    static boolean isSaid(SubjectLink link) {
        return link.getFormAt() != null || link.getDecidedAt() != null;
    }

    static Instant since(SubjectLink link) {
        return link.getDecidedAt() == null ? link.getFormAt() : link.getDecidedAt();
    }
}
