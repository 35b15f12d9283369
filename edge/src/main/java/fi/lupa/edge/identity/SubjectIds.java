package fi.lupa.edge.identity;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which identifier names a subject: the customer number before the email address before the phone number.
 *
 * <p>Intake, letters and messages all ask here, so that the same person is the same subject at every door.
 */
public final class SubjectIds {

    private final ContactPoints contactPoints;
    private final PseudonymousIds ids;

    /** What came of a person's identifiers; each null where it was not given. */
    public record Identifiers(ContactPoint customerId, ContactPoint email, ContactPoint phone) {

        /** Those that are not what they should be. */
        public List<ContactPoint.Invalid> invalid() {
            return given().stream()
                    .filter(ContactPoint.Invalid.class::isInstance)
                    .map(ContactPoint.Invalid.class::cast)
                    .toList();
        }

        /** The strongest, if any was given and is valid. */
        public Optional<ContactPoint.Valid> strongest() {
            return valid().stream().findFirst();
        }

        /** Those that were given and are valid, the strongest first. */
        public List<ContactPoint.Valid> valid() {
            return given().stream()
                    .filter(ContactPoint.Valid.class::isInstance)
                    .map(ContactPoint.Valid.class::cast)
                    .toList();
        }

        private List<ContactPoint> given() {
            List<ContactPoint> given = new ArrayList<>(3);
            for (ContactPoint identifier : new ContactPoint[] {customerId, email, phone}) {
                if (identifier != null) {
                    given.add(identifier);
                }
            }
            return given;
        }
    }

    public SubjectIds(ContactPoints contactPoints, PseudonymousIds ids) {
        this.contactPoints = contactPoints;
        this.ids = ids;
    }

    /** Brings the identifiers to their one form; null or blank for one not given. */
    public Identifiers read(String customerId, String email, String phone) {
        return new Identifiers(
                given(customerId) ? contactPoints.customerId(customerId) : null,
                given(email) ? contactPoints.email(email) : null,
                given(phone) ? contactPoints.phone(phone) : null);
    }

    /** The subject that the strongest identifier names, if there is one. */
    public Optional<String> subjectId(Identifiers identifiers) {
        return identifiers.strongest().map(ids::of);
    }

    /** The pseudonymous id of an identifier; null for none. */
    public String id(ContactPoint identifier) {
        return identifier instanceof ContactPoint.Valid valid ? ids.of(valid) : null;
    }

    public ContactPoints contactPoints() {
        return contactPoints;
    }

    private static boolean given(String written) {
        return written != null && !written.isBlank();
    }
}
