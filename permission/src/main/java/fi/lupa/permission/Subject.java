package fi.lupa.permission;

import java.util.List;

/**
 * A person or organisation, as the law sees them: no name, no address, only what was said and by which ids they are reached.
 *
 * @param contactPoints in the order of {@link ContactPoint#FIRST_TO_USE}
 * @param shared whether this is an address or number that several customers share, and so none of them
 * @param revision of the consent state this view was taken from
 */
public record Subject(
        String id,
        SubjectKind kind,
        Consents consents,
        List<ContactPoint> contactPoints,
        boolean shared,
        long revision) {

    public Subject {
        contactPoints = List.copyOf(contactPoints);
    }

    /** The address or number to use: the one asked for if it is the subject's, else the first of the kind; null if there is none. */
    ContactPoint contactPoint(ContactKind kind, String asked) {
        for (ContactPoint point : contactPoints) {
            if (point.kind() == kind && (asked == null || asked.equals(point.id()))) {
                return point;
            }
        }
        return null;
    }
}
