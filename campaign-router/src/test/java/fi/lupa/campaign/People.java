package fi.lupa.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.campaign.decision.MessageLinks;
import fi.lupa.edge.identity.IdentifierParser;
import fi.lupa.edge.identity.ParsedIdentifier;
import fi.lupa.edge.identity.PseudonymousIds;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.links.LinkTokens;
import fi.lupa.edge.policy.PolicyFile;
import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactKind;
import fi.lupa.event.Customership;
import fi.lupa.event.Door;
import fi.lupa.event.KnownContactPoint;
import fi.lupa.event.MessagePersonalData;
import fi.lupa.event.Processor;
import fi.lupa.event.Purpose;
import fi.lupa.event.Scope;
import fi.lupa.event.StatePersonalData;
import fi.lupa.event.StatementInForce;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.TransferBasis;
import fi.lupa.event.Will;
import fi.lupa.permission.Policy;
import fi.lupa.schemas.registry.EventClasses;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The people of the tests, and a campaign to send them: {@code aino().says(Scope.EMAIL, Will.GRANT, AINO_EMAIL).state()}. */
public final class People {

    /** The policy that Lupa comes with. */
    public static final Policy POLICY = PolicyFile.shipped().read();

    static {
        EventClasses.trust(); // as every serde does; a test without one copies events, too
    }

    public static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    public static final SubjectIds IDS = new SubjectIds(
            new IdentifierParser("FI"), new PseudonymousIds("the tests' secret, known to everybody".getBytes(UTF_8)));

    public static final String AINO_EMAIL = id(IDS.contactPoints().email("aino@example.fi"));
    public static final String AINO_PHONE = id(IDS.contactPoints().phone("+358401234567"));
    public static final String AINO_POSTAL =
            id(IDS.contactPoints().postal("Mannerheimintie 1", "00100", "Helsinki", "FI"));

    /** Aino is known by her customer number. */
    public static final String AINO = id(IDS.contactPoints().customerId("C-1"));

    /** A campaign of direct marketing on every channel, open since yesterday. */
    public static final String SPRING = "spring";

    public static final MasterKey MASTER = masterKey();

    /** Where links lead, signed with the tests' secret. */
    public static final String PUBLIC_URL = "https://lupa.example.fi";

    public static final LinkTokens TOKENS = new LinkTokens("the tests' secret, known to everybody".getBytes(UTF_8));

    public static final Decisions DECISIONS = new Decisions(POLICY, MASTER);

    public static final MessageLinks LINKS = new MessageLinks(DECISIONS, TOKENS, URI.create(PUBLIC_URL));

    private People() {}

    private static MasterKey masterKey() {
        try {
            return MasterKey.read(MasterKey.generate(), null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The state as its topic tells it. */
    public static ConsentState sealed(ConsentState state) {
        if (state.getPersonal() == null) {
            return state;
        }
        ByteBuffer wrapped = MASTER.newSubjectKey(state.getSubjectId());
        return ConsentState.newBuilder(state)
                .setPersonal(null)
                .setSealed(
                        MASTER.unwrap(wrapped, state.getSubjectId()).state(state.getPersonal(), state.getSubjectId()))
                .setWrappedKey(wrapped)
                .build();
    }

    /** Aino Virtanen, who has said nothing yet. */
    public static Voice aino() {
        return new Voice(AINO);
    }

    /** Aino as long as nothing but her email address and what was typed beside it is known. */
    public static Voice knownByEmail() {
        return new Voice(AINO_EMAIL);
    }

    /** Another customer, with the same addresses and numbers. */
    public static Voice eero() {
        return new Voice(id(IDS.contactPoints().customerId("C-2")));
    }

    public static CampaignDefined.Builder spring() {
        return CampaignDefined.newBuilder()
                .setCampaignId(SPRING)
                .setName("Spring")
                .setPurpose(Purpose.DIRECT_MARKETING)
                .setChannels(List.of(Channel.values()))
                .setProcessor(Processor.newBuilder()
                        .setName("Posti Oy")
                        .setCountry("FI")
                        .setTransferBasis(TransferBasis.NONE)
                        .build())
                .setValidFrom(NOON.minus(Duration.ofDays(1)))
                .setDefinedAt(NOON.minus(Duration.ofDays(1)))
                .setDefinedBy("marketing");
    }

    /** A message of the spring campaign to Aino. */
    public static CampaignMessage.Builder toAino(Channel channel) {
        return CampaignMessage.newBuilder()
                .setMessageId(UUID.randomUUID().toString())
                .setCampaignId(SPRING)
                .setChannel(channel)
                .setSubjectId(AINO)
                .setPersonal(MessagePersonalData.newBuilder()
                        .setParameters(Map.of("first_name", "Aino"))
                        .build())
                .setTemplate("spring-letter")
                .setRequestedAt(NOON);
    }

    public static String id(ParsedIdentifier identifier) {
        return IDS.id(identifier);
    }

    /** Somebody who says things. */
    public static final class Voice {

        private final String subjectId;
        private final List<StatementInForce> statements = new ArrayList<>();

        private Voice(String subjectId) {
            this.subjectId = subjectId;
        }

        public Voice says(Scope scope, Will will) {
            return says(scope, will, null);
        }

        /** @param contactPointId the address or number it is said for */
        public Voice says(Scope scope, Will will, String contactPointId) {
            statements.add(StatementInForce.newBuilder()
                    .setScope(scope)
                    .setContactPointId(contactPointId)
                    .setWill(will)
                    .setOccurredAt(NOON.minusSeconds(60))
                    .setRecordedAt(NOON.minusSeconds(60))
                    .setDoor(Door.FORM)
                    .setEventId(new UUID(0, statements.size()))
                    .build());
            return this;
        }

        public Voice consentsToEmailAndMobile() {
            return says(Scope.EMAIL, Will.GRANT, AINO_EMAIL).says(Scope.MOBILE, Will.GRANT, AINO_PHONE);
        }

        public ConsentState state() {
            return ConsentState.newBuilder()
                    .setSubjectId(subjectId)
                    .setKind(SubjectKind.PERSON)
                    .setKindSince(NOON.minusSeconds(60))
                    .setPersonal(StatePersonalData.newBuilder()
                            .setContactPoints(Map.of(
                                    AINO_EMAIL, "aino@example.fi",
                                    AINO_PHONE, "+358401234567",
                                    AINO_POSTAL, "MANNERHEIMINTIE 1\n00100\nHELSINKI\nFI"))
                            .build())
                    .setContactPoints(List.of(
                            point(ContactKind.EMAIL, AINO_EMAIL),
                            point(ContactKind.PHONE, AINO_PHONE),
                            point(ContactKind.POSTAL, AINO_POSTAL)))
                    .setStatements(statements)
                    .setCustomership(Customership.CUSTOMER)
                    .setRevision(7)
                    .build();
        }

        private static KnownContactPoint point(ContactKind kind, String id) {
            return KnownContactPoint.newBuilder()
                    .setKind(kind)
                    .setId(id)
                    .setFirst(NOON.minusSeconds(60))
                    .setSince(NOON.minusSeconds(60))
                    .build();
        }
    }
}
