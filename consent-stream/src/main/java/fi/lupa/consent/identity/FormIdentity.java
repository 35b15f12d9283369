package fi.lupa.consent.identity;

import fi.lupa.edge.identity.IdentifierKind;
import fi.lupa.edge.identity.ParsedIdentifier;
import fi.lupa.edge.identity.ParsedIdentifier.Valid;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.identity.SubjectIds.Identifiers;
import fi.lupa.edge.streams.UnprocessableException;
import fi.lupa.event.FormPersonalData;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.PostalAddress;
import fi.lupa.permission.ContactKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Who sent a form in, and at which addresses and numbers they are reached. */
public final class FormIdentity {

    private final SubjectIds ids;
    private final Identifiers identifiers;
    private final List<Reached> contactPoints;

    /**
     * An address or number in the clear, with its pseudonymous id.
     *
     * @param address as a channel's system needs it: an email address, a number in E.164, a postal address in lines
     */
    public record Reached(ContactKind kind, String id, String address) {
        @Override
        public String toString() {
            return kind + " " + id;
        }
    }

    private FormIdentity(SubjectIds ids, Identifiers identifiers, List<Reached> contactPoints) {
        this.ids = ids;
        this.identifiers = identifiers;
        this.contactPoints = List.copyOf(contactPoints);
    }

    /** Reads what a form tells of its sender; what is not an address or number is left out. */
    public static FormIdentity of(FormSubmitted form, SubjectIds ids) {
        FormPersonalData personal = form.getPersonal();
        if (personal == null) {
            throw new UnprocessableException("the form does not say who sent it");
        }
        Identifiers identifiers = ids.read(personal.getCustomerId(), personal.getEmail(), personal.getPhone());
        List<Reached> points = new ArrayList<>(3);
        if (identifiers.email() instanceof Valid email) {
            points.add(new Reached(ContactKind.EMAIL, ids.id(email), email.value()));
        }
        if (identifiers.phone() instanceof Valid phone) {
            points.add(new Reached(ContactKind.PHONE, ids.id(phone), phone.value()));
        }
        PostalAddress address = personal.getAddress();
        if (address != null
                && ids.contactPoints()
                                .postal(
                                        address.getStreet(),
                                        address.getPostalCode(),
                                        address.getCity(),
                                        address.getCountry())
                        instanceof Valid postal) {
            points.add(new Reached(ContactKind.POSTAL, ids.id(postal), postal.value()));
        }
        return new FormIdentity(ids, identifiers, points);
    }

    /**
     * The subject that the form's strongest identifier names.
     *
     * @throws UnprocessableException if there is none, or one of them is not what it should be
     */
    public String subjectId() {
        List<ParsedIdentifier.Invalid> invalid = identifiers.invalid();
        if (!invalid.isEmpty()) {
            throw new UnprocessableException("the form has no valid "
                    + invalid.stream()
                            .map(identifier -> identifier.kind().name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(" and ")));
        }
        return ids.subjectId(identifiers)
                .orElseThrow(() -> new UnprocessableException("the form has no customer number, email or phone"));
    }

    /** The ids of the form's weaker identifiers: each names somebody who is, as far as the form tells, the same. */
    public List<String> otherIds() {
        return identifiers.valid().stream().skip(1).map(ids::id).toList();
    }

    /** What the form's strongest identifier is. */
    public IdentifierKind strongestKind() {
        return identifiers.strongest().orElseThrow().kind();
    }

    /** The addresses and numbers that the form gives. */
    public List<Reached> contactPoints() {
        return contactPoints;
    }

    /** Id of the form's address or number of a kind; null if it gives none. */
    public String contactPointId(ContactKind kind) {
        return contactPoints.stream()
                .filter(point -> point.kind() == kind)
                .map(Reached::id)
                .findFirst()
                .orElse(null);
    }

    /** The form with its identifiers in their one form. */
    public FormSubmitted normalised(FormSubmitted form) {
        return FormSubmitted.newBuilder(form)
                .setPersonal(FormPersonalData.newBuilder(form.getPersonal())
                        .setCustomerId(value(identifiers.customerId()))
                        .setEmail(value(identifiers.email()))
                        .setPhone(value(identifiers.phone()))
                        .build())
                .build();
    }

    private static String value(ParsedIdentifier identifier) {
        return identifier instanceof Valid valid ? valid.value() : null;
    }
}
