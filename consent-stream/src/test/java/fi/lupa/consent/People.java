package fi.lupa.consent;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.consent.confirmation.Confirmations;
import fi.lupa.consent.receipts.ReceiptLinks;
import fi.lupa.edge.identity.IdentifierParser;
import fi.lupa.edge.identity.ParsedIdentifier;
import fi.lupa.edge.identity.PseudonymousIds;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.links.LinkTokens;
import fi.lupa.edge.policy.PolicyFile;
import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.event.Collection;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Door;
import fi.lupa.event.FormPersonalData;
import fi.lupa.event.FormStatement;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.FormType;
import fi.lupa.event.PostalAddress;
import fi.lupa.event.RightExercised;
import fi.lupa.event.RightKind;
import fi.lupa.event.Scope;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.Will;
import fi.lupa.permission.Policy;
import fi.lupa.schemas.registry.EventClasses;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The people of the tests: {@code aino().says(Scope.EMAIL, Will.GRANT).form()}. */
public final class People {

    static {
        EventClasses.trust(); // as every serde does; a test without one copies events, too
    }

    public static final Policy POLICY = PolicyFile.shipped().read();

    public static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    public static final SubjectIds IDS = new SubjectIds(
            new IdentifierParser("FI"), new PseudonymousIds("the tests' secret, known to everybody".getBytes(UTF_8)));

    public static final MasterKey MASTER = masterKey();

    /** Links to confirm a consent work for 72 hours. */
    public static final Confirmations CONFIRMATIONS =
            new Confirmations(URI.create("https://lupa.example.fi"), Duration.ofDays(3));

    /** Links, signed with the tests' secret. */
    public static final LinkTokens TOKENS = new LinkTokens("the tests' secret, known to everybody".getBytes(UTF_8));

    /** Links to receipts. */
    public static final ReceiptLinks RECEIPTS =
            new ReceiptLinks(URI.create("https://lupa.example.fi"), TOKENS, IDS, true);

    public static final String AINO_EMAIL = id(IDS.contactPoints().email("aino@example.fi"));
    public static final String AINO_PHONE = id(IDS.contactPoints().phone("+358401234567"));
    public static final String AINO_POSTAL =
            id(IDS.contactPoints().postal("Mannerheimintie 1", "00100", "Helsinki", "FI"));

    /** Aino is known by her email address. */
    public static final String AINO = AINO_EMAIL;

    private People() {}

    private static MasterKey masterKey() {
        try {
            return MasterKey.read(MasterKey.generate(), null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Aino Virtanen, with an email address, a phone number and a postal address. */
    public static Visitor aino() {
        return new Visitor(FormPersonalData.newBuilder()
                .setName("Aino Virtanen")
                .setEmail("aino@example.fi")
                .setPhone("+358401234567")
                .setAddress(PostalAddress.newBuilder()
                        .setStreet("Mannerheimintie 1")
                        .setPostalCode("00100")
                        .setCity("Helsinki")
                        .build()));
    }

    /** Somebody who gives these identifiers and no others; each may be null. */
    public static Visitor visitor(String customerId, String email, String phone) {
        return new Visitor(FormPersonalData.newBuilder()
                .setCustomerId(customerId)
                .setEmail(email)
                .setPhone(phone));
    }

    /** What Aino says by letter. */
    public static ConsentChanged.Builder ainoWrites(Scope scope, Will will) {
        return ConsentChanged.newBuilder()
                .setEventId(UUID.randomUUID())
                .setSubjectId(AINO)
                .setScope(scope)
                .setWill(will)
                .setOccurredAt(NOON)
                .setRecordedAt(NOON)
                .setDoor(Door.LETTER)
                .setEvidence("archive 2026/17");
    }

    /** A legal hold for a claim. */
    public static RightExercised held(String subjectId) {
        return RightExercised.newBuilder()
                .setEventId(UUID.randomUUID())
                .setSubjectId(subjectId)
                .setKind(RightKind.HELD)
                .setGround("a claim")
                .setEvidence("court/1")
                .setRecordedAt(NOON)
                .setRecordedBy("officer")
                .build();
    }

    public static String id(ParsedIdentifier identifier) {
        return IDS.id(identifier);
    }

    /** Somebody in front of a form. */
    public static final class Visitor {

        private final FormPersonalData.Builder personal;
        private final List<FormStatement> statements = new ArrayList<>();
        private UUID eventId = UUID.randomUUID();
        private Instant occurredAt = NOON;
        private SubjectKind kind = SubjectKind.PERSON;

        private Visitor(FormPersonalData.Builder personal) {
            this.personal = personal;
        }

        public Visitor says(Scope scope, Will will) {
            statements.add(FormStatement.newBuilder()
                    .setScope(scope)
                    .setWill(will)
                    .setWording(will + " " + scope)
                    .build());
            return this;
        }

        public Visitor asksToBeConfirmed(Scope scope) {
            statements.add(FormStatement.newBuilder()
                    .setScope(scope)
                    .setWill(Will.GRANT)
                    .setWording("Send me " + scope)
                    .setAwaitsConfirmation(true)
                    .build());
            return this;
        }

        public Visitor at(Instant moment) {
            occurredAt = moment;
            return this;
        }

        public Visitor as(SubjectKind whose) {
            kind = whose;
            return this;
        }

        public Visitor under(UUID id) {
            eventId = id;
            return this;
        }

        public FormSubmitted form() {
            return FormSubmitted.newBuilder()
                    .setEventId(eventId)
                    .setOccurredAt(occurredAt)
                    .setReceivedAt(occurredAt)
                    .setFormId("newsletter")
                    .setFormType(FormType.NEWSLETTER)
                    .setSite("www.example.fi")
                    .setSubjectKind(kind)
                    .setPersonal(personal.build())
                    .setStatements(statements)
                    .setNoticeVersion("2023-07-01")
                    .setLanguage("fi")
                    .setTags(List.of("spring"))
                    .setCollection(Collection.WEB_FORM)
                    .build();
        }
    }
}
