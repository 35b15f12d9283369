package fi.lupa.permission;

import java.time.Instant;
import java.util.Comparator;

/**
 * An address or number, by its pseudonymous id.
 *
 * @param since when the subject last gave it
 */
public record ContactPoint(ContactKind kind, String id, Instant since) {

    /** By kind, then latest first; the id decides between two of the same instant. */
    public static final Comparator<ContactPoint> LATEST_FIRST = Comparator.comparing(ContactPoint::kind)
            .thenComparing(ContactPoint::since, Comparator.reverseOrder())
            .thenComparing(ContactPoint::id);
}
