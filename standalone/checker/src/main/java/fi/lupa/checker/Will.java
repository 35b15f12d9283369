package fi.lupa.checker;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericRecord;

/**
 * What somebody wants on one scope, read off what they said by this checker's own understanding of the notice: a prohibition
 * stands until it is lifted or a consent is newer; a consent stands until it is taken back; of two words of one moment the no
 * counts. It knows no imports, no consent that waits for a confirmation and none that ends by itself: whoever is checked says
 * none of these.
 */
enum Will {
    YES,
    NO,
    SILENCE;

    private static final long NEVER = Long.MIN_VALUE;

    /**
     * One statement.
     *
     * @param contactPoint id of the address or number it was said for; null for the whole scope
     */
    record Said(
            String eventId,
            String scope,
            String contactPoint,
            String will,
            long occurredAt,
            long recordedAt,
            String about) {

        static Said of(GenericRecord statement) {
            return new Said(
                    text(statement, "eventId"),
                    text(statement, "scope"),
                    text(statement, "contactPointId"),
                    text(statement, "will"),
                    (Long) statement.get("occurredAt"),
                    (Long) statement.get("recordedAt"),
                    text(statement, "about"));
        }

        boolean isNo() {
            return will.equals("PROHIBIT") || will.equals("WITHDRAW");
        }

        boolean isYes() {
            return will.equals("GRANT") || will.equals("CONFIRM");
        }

        private static String text(GenericRecord statement, String field) {
            Object said = statement.get(field);
            return said == null ? null : said.toString();
        }
    }

    /** Where a scope stands for an address or number, by all that a subject has said. */
    static Will of(Collection<Said> all, String scope, String contactPoint) {
        Set<String> mistaken = strictestOfEach(all).stream().map(Said::about).collect(Collectors.toSet());
        List<Said> said = strictestOfEach(all).stream()
                .filter(one -> one.scope().equals(scope))
                .filter(one -> one.contactPoint() == null || one.contactPoint().equals(contactPoint))
                .filter(one -> !mistaken.contains(one.eventId()))
                .toList();
        long prohibited = latest(said, one -> one.will().equals("PROHIBIT"));
        long lifted = latest(said, one -> one.isYes() || one.will().equals("LIFT"));
        long granted = latest(said, Said::isYes);
        long withdrawn = latest(said, one -> one.will().equals("WITHDRAW"));
        if (prohibited != NEVER && prohibited >= lifted) {
            return NO;
        }
        if (granted > withdrawn && granted >= lifted) {
            return YES;
        }
        return withdrawn != NEVER && withdrawn >= lifted ? NO : SILENCE;
    }

    /** What was recorded again under its id, in the same words, is a yes from the first record on, a no from the last. */
    private static Collection<Said> strictestOfEach(Collection<Said> all) {
        return all.stream()
                .collect(Collectors.toMap(
                        one -> Arrays.asList(one.eventId(), one.scope(), one.contactPoint(), one.will(), one.about()),
                        one -> one,
                        (one, other) -> (one.isNo()
                                        ? other.recordedAt() > one.recordedAt()
                                        : other.recordedAt() < one.recordedAt())
                                ? other
                                : one))
                .values();
    }

    private static long latest(List<Said> said, Predicate<Said> which) {
        Optional<Said> latest = said.stream().filter(which).max(Comparator.comparingLong(Said::occurredAt));
        return latest.map(Said::occurredAt).orElse(NEVER);
    }
}
