package fi.lupa.campaign.message;

import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.identity.ParsedIdentifier;
import fi.lupa.edge.identity.PseudonymousIds;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.identity.SubjectIds.Identifiers;
import java.util.ArrayList;
import java.util.List;

/** A recipient, as a campaign system names one: by the id Lupa gave, or by an identifier of the campaign system's own. */
public record RecipientOf(String subjectId, String customerId, String email, String phone) {

    /** What is wrong with it, under the given path; empty when somebody is named. */
    public static List<Fault> faults(RecipientOf recipient, String path, SubjectIds ids) {
        if (recipient == null) {
            return List.of(nobody(path));
        }
        Identifiers identifiers = recipient.identifiers(ids);
        List<Fault> invalid = new ArrayList<>();
        boolean named = recipient.subjectId() != null && !recipient.subjectId().isBlank();
        // It becomes a key: an address written here would stay in the clear for ever.
        if (named && !PseudonymousIds.isId(recipient.subjectId().strip())) {
            invalid.add(new Fault(
                    path + ".subjectId",
                    "An id is 22 characters, as Lupa gives it; name an address as email, a number as phone."));
        }
        identifiers
                .invalid()
                .forEach(identifier -> invalid.add(new Fault(path + "." + fieldOf(identifier), identifier.why())));
        return invalid.isEmpty() && !named && identifiers.strongest().isEmpty() ? List.of(nobody(path)) : invalid;
    }

    /**
     * The subject meant.
     *
     * @throws ProblemException 400 if nobody is named
     */
    public String resolved(SubjectIds ids) {
        return subjectId != null && !subjectId.isBlank()
                ? subjectId.strip()
                : ids.subjectId(identifiers(ids))
                        .orElseThrow(() -> ProblemException.badRequest(List.of(nobody("recipient"))));
    }

    /** The same recipient, by the id of the subject that they were found to be. */
    public RecipientOf as(String subject) {
        return new RecipientOf(subject, customerId, email, phone);
    }

    private Identifiers identifiers(SubjectIds ids) {
        return ids.read(customerId, email, phone);
    }

    private static Fault nobody(String path) {
        return new Fault(path, "Name the recipient by subjectId, customerId, email or phone.");
    }

    private static String fieldOf(ParsedIdentifier.Invalid invalid) {
        return switch (invalid.kind()) {
            case CUSTOMER -> "customerId";
            case EMAIL -> "email";
            case PHONE -> "phone";
            case POSTAL -> "address";
        };
    }

    @Override
    public String toString() {
        return "RecipientOf[hidden]";
    }
}
