package fi.lupa.campaign.decision;

import fi.lupa.edge.identity.TimeZones;
import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.edge.sealing.States;
import fi.lupa.edge.sealing.UnopenableException;
import fi.lupa.edge.sealing.WrongMasterKeyException;
import fi.lupa.event.Alias;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactMade;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.Processor;
import fi.lupa.event.Segment;
import fi.lupa.event.StatePersonalData;
import fi.lupa.event.TransferBasis;
import fi.lupa.permission.Campaign;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Consents;
import fi.lupa.permission.Contact;
import fi.lupa.permission.ContactKind;
import fi.lupa.permission.ContactPoint;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Policy;
import fi.lupa.permission.Purpose;
import fi.lupa.permission.Reason;
import fi.lupa.permission.Refusal;
import fi.lupa.permission.Scope;
import fi.lupa.permission.Subject;
import fi.lupa.permission.SubjectKind;
import fi.lupa.permission.Terms;
import fi.lupa.permission.Timing;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.mapping.Campaigns;
import fi.lupa.schemas.mapping.Contacts;
import fi.lupa.schemas.mapping.Statements;
import fi.lupa.schemas.mapping.Subjects;
import fi.lupa.schemas.mapping.Words;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Puts the question to the policy: router and decisions API both decide here, and so always alike. */
public final class Decisions {

    private final Policy policy;
    private final MasterKey master;

    /** The campaigns as the law sees them, each for as long as it is decided about by the same definition. */
    private final Map<String, Defined> campaigns = new ConcurrentHashMap<>();

    private record Defined(CampaignDefined said, Campaign meant) {}

    /**
     * What was decided.
     *
     * @param address where a cleared message goes; null where it was not cleared
     * @param name of whom it was cleared for; null where it was not cleared, or the name is not known
     */
    public record Decision(Verdict verdict, String address, String name) {

        static Decision no(Verdict verdict) {
            return new Decision(verdict, null, null);
        }
    }

    /** What is known beside a state, each asked for only where a rule looks at it. */
    public interface Known {

        /** The stops of an address or number; null where there are none. */
        ContactPointStop stops(String contactPointId);

        /**
         * Whether a message of the campaign's was cleared later than then, and counts for a subject.
         *
         * @param of whom it was cleared for: the subject, or one who was found to be the same
         */
        boolean wasCleared(String subjectId, String of, String campaignId, String messageId, Instant after);

        /** What was cleared later than then and counts for a subject. */
        List<ContactMade> contacts(String subjectId, Instant after);
    }

    /** @param master opens what the states tell of people */
    public Decisions(Policy policy, MasterKey master) {
        this.policy = policy;
        this.master = master;
    }

    /**
     * Decides, and refuses what cannot be understood or carried out: a state or definition that the law has no words for
     * permits nothing, nor does a state that knows the contact point's id and not its address.
     *
     * @param campaign null where no definition is known
     * @param state null where nothing is known of the recipient; one that points to another subject decides nothing
     */
    public Decision decide(Enquiry enquiry, CampaignDefined campaign, ConsentState state, Known beside, Instant at) {
        Timing timing = state == null ? null : new TimingOf(state, beside);
        return decide(enquiry, campaign, state, beside, timing, at);
    }

    /** Decides whether a message is permitted, whenever and however often; else as the other. */
    public Decision permit(Enquiry enquiry, CampaignDefined campaign, ConsentState state, Known beside, Instant at) {
        return decide(enquiry, campaign, state, beside, null, at);
    }

    private Decision decide(
            Enquiry enquiry, CampaignDefined campaign, ConsentState state, Known beside, Timing timing, Instant at) {
        if (state != null && state.getSameAs() != null) {
            return Decision.no(unavailable(at));
        }
        Campaign known;
        Subject subject;
        try {
            known = campaign == null ? null : campaign(campaign);
            subject = state == null ? null : Subjects.of(state);
        } catch (RuntimeException e) {
            return Decision.no(unavailable(at));
        }
        Verdict verdict =
                policy.decide(enquiry, known, subject, contactPoint -> said(beside.stops(contactPoint)), timing, at);
        if (!(verdict instanceof Verdict.Cleared cleared)) {
            return Decision.no(verdict);
        }
        StatePersonalData personal = personal(state);
        String address = personal == null
                ? null
                : personal.getContactPoints().get(cleared.contactPoint().id());
        if (address == null) {
            return Decision.no(unavailable(at));
        }
        return new Decision(
                cleared,
                address,
                personal.getName() == null ? null : personal.getName().getValue());
    }

    private Campaign campaign(CampaignDefined said) {
        Defined known = campaigns.get(said.getCampaignId());
        // Another object may say another thing; which of two is newer does not matter here.
        if (known == null || known.said != said) {
            known = new Defined(said, Campaigns.of(said));
            campaigns.put(said.getCampaignId(), known);
        }
        return known.meant;
    }

    /** What went out to a subject before, and where they are. */
    private final class TimingOf implements Timing {

        private final ConsentState state;
        private final Known beside;

        TimingOf(ConsentState state, Known beside) {
            this.state = state;
            this.beside = beside;
        }

        @Override
        public boolean cleared(String campaignId, String messageId, Instant after) {
            String own = state.getSubjectId();
            return Stream.concat(Stream.of(own), state.getAlsoKnownAs().stream().map(Alias::getSubjectId))
                    .anyMatch(of -> beside.wasCleared(own, of, campaignId, messageId, after));
        }

        @Override
        public List<Contact> contacts(Instant after) {
            return beside.contacts(state.getSubjectId(), after).stream()
                    .map(made -> Contacts.of(made, isTheirs(made)))
                    .toList();
        }

        /** Those who were found to be the same are one; who only shares an address or number is another. */
        private boolean isTheirs(ContactMade made) {
            return made.getSubjectId().equals(state.getSubjectId())
                    || state.getAlsoKnownAs().stream()
                            .anyMatch(alias -> alias.getSubjectId().equals(made.getSubjectId()));
        }

        @Override
        public Set<ZoneId> zones(ContactPoint point) {
            StatePersonalData personal = point.kind() == ContactKind.PHONE ? personal(state) : null;
            String number =
                    personal == null ? null : personal.getContactPoints().get(point.id());
            return number == null ? Set.of() : TimeZones.of(number);
        }
    }

    private static Consents said(ContactPointStop stop) {
        return stop == null
                ? Consents.none()
                : Consents.of(stop.getStops().stream().map(Statements::of).toList());
    }

    /** Who the subject is, in the clear; null where the state does not tell it, or not to this master key. */
    private StatePersonalData personal(ConsentState state) {
        try {
            return States.personal(state, master);
        } catch (UnopenableException | WrongMasterKeyException e) {
            return null;
        }
    }

    /** What is decided by. */
    public Terms terms() {
        return policy.terms();
    }

    /**
     * The first moment after the given one at which {@link #permit} may answer otherwise though nothing more is said.
     *
     * @return null for never, also where the state cannot be understood
     */
    public Instant changesBySelf(ConsentState state, Known beside, Instant at) {
        try {
            return policy.changesBySelf(Subjects.of(state), contactPoint -> said(beside.stops(contactPoint)), at);
        } catch (RuntimeException e) {
            return null;
        }
    }

    /** One who was found to be another is reached as that one; an address that several share stands for none of them. */
    public static boolean standsForThemselves(ConsentState state) {
        return state.getSameAs() == null && state.getClaimedBy().isEmpty();
    }

    /** Whether a subject is in a segment. One that asks nothing holds everybody; of every other, the law keeps some out. */
    public boolean isIn(Segment segment, ConsentState state, Instant at) {
        return matches(segment, state, at) && (!Segments.picks(segment) || keepsFromSegments(state, at) == null);
    }

    /** Whether all that a segment asks holds for a subject, who may be kept out of it all the same. */
    public static boolean matches(Segment segment, ConsentState state, Instant at) {
        return standsForThemselves(state) && Segments.contains(segment, state, at);
    }

    /** Of a campaign's channels the first on which a subject may be contacted; the very first where they may on none. */
    public fi.lupa.event.Channel bestChannel(CampaignDefined campaign, ConsentState state, Known beside, Instant at) {
        for (fi.lupa.event.Channel channel : campaign.getChannels()) {
            Enquiry enquiry = new Enquiry(Words.same(channel, Channel.class), null, null);
            if (permit(enquiry, campaign, state, beside, at).verdict() instanceof Verdict.Cleared) {
                return channel;
            }
        }
        return campaign.getChannels().get(0);
    }

    /** Why a subject may not be chosen by what is known of them; null where they may. What cannot be understood, may not. */
    public Reason keepsFromSegments(ConsentState state, Instant at) {
        try {
            Refusal refusal = policy.keepsFromSegments(Subjects.of(state), at);
            return refusal == null ? null : refusal.reason();
        } catch (RuntimeException e) {
            return Reason.STATE_UNAVAILABLE;
        }
    }

    /** After when nobody may be contacted any more by an answer that is given at the moment. */
    public Instant notAfter(Channel channel, CampaignDefined campaign, Instant at) {
        return policy.notAfter(new Enquiry(channel, null, null), campaign(campaign), at);
    }

    /** A campaign that stands for a purpose as such: on every channel, carried out within the EU/EEA, always open. */
    public static CampaignDefined ofPurpose(Purpose purpose) {
        return CampaignDefined.newBuilder()
                .setCampaignId("")
                .setName("")
                .setPurpose(Words.same(purpose, fi.lupa.event.Purpose.class))
                .setChannels(List.of(fi.lupa.event.Channel.values()))
                .setProcessor(Processor.newBuilder()
                        .setName("")
                        .setCountry("FI")
                        .setTransferBasis(TransferBasis.NONE)
                        .build())
                .setValidFrom(Instant.EPOCH)
                .setDefinedAt(Instant.EPOCH)
                .setDefinedBy("")
                .build();
    }

    /** What a recipient forbids who wants no more such messages; null where no prohibition binds the purpose. */
    Scope stoppedBy(Purpose purpose, SubjectKind kind, Channel channel) {
        return policy.stoppedBy(purpose, kind, channel);
    }

    /** The answer where what the decision needs could not be read: no. */
    public Verdict.Suppressed unavailable(Instant at) {
        return new Verdict.Suppressed(List.of(new Refusal(Reason.STATE_UNAVAILABLE, null)), null, at, policy.version());
    }
}
