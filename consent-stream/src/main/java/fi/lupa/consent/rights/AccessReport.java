package fi.lupa.consent.rights;

import fi.lupa.consent.query.ConsentsView.ScopeView;
import fi.lupa.consent.query.ConsentsView.StatementView;
import fi.lupa.consent.query.HistoryEntry;
import fi.lupa.event.Channel;
import fi.lupa.event.Collection;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactKind;
import fi.lupa.event.Customership;
import fi.lupa.event.DatedText;
import fi.lupa.event.FormType;
import fi.lupa.event.LinkGround;
import fi.lupa.event.PostalAddress;
import fi.lupa.event.Purpose;
import fi.lupa.event.Reason;
import fi.lupa.event.Scope;
import fi.lupa.event.StatePersonalData;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.TransferBasis;
import fi.lupa.event.Will;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Everything that is stored about a person, under every name (R12).
 *
 * @param alsoKnownAs the person's other ids
 * @param language of the sentences in it, ISO 639-1
 * @param forms every form ever sent, with all of its fields, oldest first
 * @param statements everything ever said about permission, oldest first
 * @param inForce what of it counts now
 * @param stops what binds the person's addresses and numbers, whoever said it
 * @param links why the person's names are held to be one person's
 * @param possibleDuplicates how many customers share an address or number, and so may be the same: they are others until a
 *     person decides, so their ids are not shown
 * @param requests the first due first
 * @param rights what was done about the person's rights, oldest first
 * @param processors who handles the data for the controller
 * @param retention how long data is kept, in sentences
 * @param copies where copies are, and for how long
 */
public record AccessReport(
        String subjectId,
        List<String> alsoKnownAs,
        Instant madeAt,
        String language,
        Person person,
        List<Form> forms,
        List<HistoryEntry> statements,
        List<ScopeView> inForce,
        List<Stop> stops,
        List<Link> links,
        int possibleDuplicates,
        List<Request> requests,
        List<Exercised> rights,
        Messages messages,
        List<Handler> processors,
        List<String> retention,
        List<Place> copies) {

    /** What a record of access given says was shown. */
    static final List<String> SECTIONS = Arrays.stream(AccessReport.class.getRecordComponents())
            .map(component -> component.getName())
            .skip(4)
            .toList();

    /** Who the person is, by what they last gave. */
    public record Person(
            SubjectKind kind,
            String customerId,
            Dated name,
            Dated organisation,
            Dated position,
            Dated language,
            List<String> tags,
            Instant registeredAt,
            Customership customership,
            List<Point> contactPoints) {

        /** Who an opened state says the person is. */
        public static Person of(ConsentState state, Dated position) {
            StatePersonalData personal = state.getPersonal();
            Map<String, String> values = personal == null ? Map.of() : personal.getContactPoints();
            return new Person(
                    state.getKind(),
                    personal == null ? null : personal.getCustomerId(),
                    personal == null ? null : Dated.of(personal.getName()),
                    personal == null ? null : Dated.of(personal.getOrganisation()),
                    position,
                    Dated.of(state.getLanguage()),
                    state.getTags(),
                    state.getRegisteredAt(),
                    state.getCustomership(),
                    state.getContactPoints().stream()
                            .map(point -> new Point(
                                    point.getKind(),
                                    point.getId(),
                                    values.get(point.getId()),
                                    point.getFirst(),
                                    point.getSince()))
                            .toList());
        }
    }

    /** A text with the moment that it was given. */
    public record Dated(String value, Instant since) {

        static Dated of(DatedText text) {
            return text == null ? null : new Dated(text.getValue(), text.getSince());
        }
    }

    /** An address or number. */
    public record Point(ContactKind kind, String id, String value, Instant first, Instant since) {}

    /**
     * A form.
     *
     * @param subjectId under which of the person's names
     * @param sender what it tells of the person
     */
    public record Form(
            UUID eventId,
            String subjectId,
            String formId,
            FormType formType,
            String site,
            Instant occurredAt,
            Instant receivedAt,
            Collection collection,
            String noticeVersion,
            String language,
            List<String> tags,
            String campaignId,
            List<Ticked> statements,
            Sender sender) {}

    /** What was said on a form. */
    public record Ticked(Scope scope, String topic, Will will, String wording, boolean awaitsConfirmation) {}

    /** Everything on a form that tells who the person is. */
    public record Sender(
            String customerId,
            String email,
            String phone,
            String name,
            String organisation,
            String position,
            Address address,
            Map<String, String> billing,
            Map<String, String> fields) {}

    /** A postal address as it was given. */
    public record Address(String street, String postalCode, String city, String country) {

        static Address of(PostalAddress given) {
            return given == null
                    ? null
                    : new Address(given.getStreet(), given.getPostalCode(), given.getCity(), given.getCountry());
        }
    }

    /**
     * A statement that binds an address or number.
     *
     * @param value the address or number; null where only its id is known
     */
    public record Stop(String contactPointId, String value, StatementView statement) {}

    /** Why one of the person's names is, or is not, part of another. */
    public record Link(
            UUID eventId,
            String subjectId,
            String sameAs,
            boolean linked,
            LinkGround ground,
            Instant occurredAt,
            Instant recordedAt,
            String recordedBy,
            String evidence,
            UUID causedBy) {}

    /** Messages, as far as they are still kept. */
    public record Messages(List<Asked> asked, List<Cleared> cleared, List<Suppressed> suppressed) {}

    /** A message that a campaign system wanted to send. */
    public record Asked(
            String messageId,
            String campaignId,
            Channel channel,
            String template,
            Map<String, String> parameters,
            Instant requestedAt) {}

    /**
     * A message that was let through.
     *
     * @param contactPoint the address or number; null where it is the person's no more
     * @param template null where its words are kept no more; so are {@code notAfter} and {@code policyVersion}
     */
    public record Cleared(
            String messageId,
            String campaignId,
            Channel channel,
            Purpose purpose,
            String contactPoint,
            String template,
            Map<String, String> parameters,
            Instant decidedAt,
            Instant notAfter,
            String policyVersion) {}

    /** A message that was held back, with every reason. */
    public record Suppressed(
            String messageId,
            String campaignId,
            Channel channel,
            List<Reason> reasons,
            Instant decidedAt,
            String policyVersion) {}

    /**
     * Somebody who handles the data for the controller (R16).
     *
     * @param country ISO 3166-1 alpha-2
     * @param basis the ground of a transfer outside the EU/EEA; null where none is needed
     * @param purpose what for, as the controller says; null where it says nothing
     * @param campaigns names of the campaigns to the person that they carried out
     */
    public record Handler(String name, String country, TransferBasis basis, String purpose, List<String> campaigns) {}

    /** How long a topic keeps a copy. */
    public enum Kept {
        /** Until it is this old. */
        FOR_A_TIME,
        /** Until a newer one replaces it, or the person is erased. */
        UNTIL_REPLACED,
        /** As long as the register; what is sealed in it opens for nobody once the person is erased. */
        FOR_GOOD
    }

    /**
     * A place of copies.
     *
     * @param hours how long they are kept there; null unless for a time
     */
    public record Place(String topic, Kept kept, Long hours) {}

    @Override
    public String toString() {
        return "AccessReport[" + subjectId + "]";
    }
}
