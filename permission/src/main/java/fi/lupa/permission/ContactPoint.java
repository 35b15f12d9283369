package fi.lupa.permission;

import java.time.Instant;
import java.util.Comparator;

/**
 * An address or number, by its pseudonymous id.
 *
 * @param first when the subject first gave it
 * @param since when the subject last gave it
 * @param unverified whether it came only with forms sent under an address or number of the subject's, which anybody can type, and
 *     none of the subject's own
 */
public record ContactPoint(ContactKind kind, String id, Instant first, Instant since, boolean unverified) {

    /** By kind, then the subject's own first, then latest first; the id decides between two of the same instant. */
    public static final Comparator<ContactPoint> FIRST_TO_USE = Comparator.comparing(ContactPoint::kind)
            .thenComparing(ContactPoint::unverified)
            .thenComparing(ContactPoint::since, Comparator.reverseOrder())
            .thenComparing(ContactPoint::id);

    /** The same address or number, given by both. */
    public ContactPoint join(ContactPoint other) {
        return new ContactPoint(
                kind,
                id,
                first.isBefore(other.first) ? first : other.first,
                since.isAfter(other.since) ? since : other.since,
                unverified && other.unverified);
    }
}
