package fi.lupa.edge.identity;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which identifier names a subject: the customer number before the email address before the phone number.
 *
 * <p>Intake, letters and messages all ask here, so that the same person is the same subject at every door.
 */
public final class SubjectIds {

    private final IdentifierParser contactPoints;
    private final PseudonymousIds ids;

    /** What came of a person's identifiers; each null where it was not given. */
    public record Identifiers(ParsedIdentifier customerId, ParsedIdentifier email, ParsedIdentifier phone) {

        /** Those that are not what they should be. */
        public List<ParsedIdentifier.Invalid> invalid() {
            return given().stream()
                    .filter(ParsedIdentifier.Invalid.class::isInstance)
                    .map(ParsedIdentifier.Invalid.class::cast)
                    .toList();
        }

        /** The strongest, if any was given and is valid. */
        public Optional<ParsedIdentifier.Valid> strongest() {
            return valid().stream().findFirst();
        }

        /** Those that were given and are valid, the strongest first. */
        public List<ParsedIdentifier.Valid> valid() {
            return given().stream()
                    .filter(ParsedIdentifier.Valid.class::isInstance)
                    .map(ParsedIdentifier.Valid.class::cast)
                    .toList();
        }

        private List<ParsedIdentifier> given() {
            List<ParsedIdentifier> given = new ArrayList<>(3);
            for (ParsedIdentifier identifier : new ParsedIdentifier[] {customerId, email, phone}) {
                if (identifier != null) {
                    given.add(identifier);
                }
            }
            return given;
        }
    }

    public SubjectIds(IdentifierParser contactPoints, PseudonymousIds ids) {
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
    public String id(ParsedIdentifier identifier) {
        return identifier instanceof ParsedIdentifier.Valid valid ? ids.of(valid) : null;
    }

    /** A hash of any content, keyed as the ids are: it tells two apart, and neither to anybody. */
    public String hash(ByteBuffer content) {
        return ids.hash(content);
    }

    public IdentifierParser contactPoints() {
        return contactPoints;
    }

    private static boolean given(String written) {
        return written != null && !written.isBlank();
    }
}
