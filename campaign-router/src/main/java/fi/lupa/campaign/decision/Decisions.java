package fi.lupa.campaign.decision;

import fi.lupa.edge.identity.TimeZones;
import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.edge.sealing.UnopenableException;
import fi.lupa.edge.sealing.WrongMasterKeyException;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignLaunched;
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
import java.util.function.Function;

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
     * Decides, and refuses what cannot be understood or carried out: a definition that the law has no words for permits
     * nothing, nor does a state that knows the contact point's id and not its address.
     *
     * @param campaign null where no definition is known
     * @param recipient null where nothing is known of them; one that points to another subject decides nothing
     */
    public Decision decide(Enquiry enquiry, CampaignDefined campaign, Recipient recipient, Known beside, Instant at) {
        Timing timing = recipient == null ? null : new TimingOf(recipient, beside);
        return decide(enquiry, campaign, recipient, beside, timing, at);
    }

    /** The same on a whole state: one that the law has no words for permits nothing. */
    public Decision decide(Enquiry enquiry, CampaignDefined campaign, ConsentState state, Known beside, Instant at) {
        return understood(state, at, recipient -> decide(enquiry, campaign, recipient, beside, at));
    }

    /** Decides whether a message is permitted, whenever and however often; else as the other. */
    public Decision permit(Enquiry enquiry, CampaignDefined campaign, Recipient recipient, Known beside, Instant at) {
        return decide(enquiry, campaign, recipient, beside, null, at);
    }

    /** The same on a whole state. */
    public Decision permit(Enquiry enquiry, CampaignDefined campaign, ConsentState state, Known beside, Instant at) {
        return understood(state, at, recipient -> permit(enquiry, campaign, recipient, beside, at));
    }

    /**
     * The decision about a message of a launch: who has forbidden since then to be chosen by what is known of them is in no segment
     * that asks anything any more.
     *
     * @param launch null where it is not known: then it is taken to have chosen
     */
    public Decision ofLaunch(Decision decision, CampaignLaunched launch, Recipient recipient, Instant at) {
        boolean chose = launch == null || Segments.picks(launch.getCampaign().getSegment());
        return chose ? ofChosen(decision, recipient, at) : decision;
    }

    /**
     * Decides whether a message is permitted to somebody who was given out in an audience.
     *
     * @param chosen whether by what is known of them
     */
    public Decision permitGivenOut(
            Enquiry enquiry, CampaignDefined campaign, boolean chosen, ConsentState state, Known beside, Instant at) {
        return understood(state, at, recipient -> {
            Decision decision = permit(enquiry, campaign, recipient, beside, at);
            return chosen ? ofChosen(decision, recipient, at) : decision;
        });
    }

    private Decision ofChosen(Decision decision, Recipient recipient, Instant at) {
        if (decision.verdict() instanceof Verdict.Suppressed) {
            return decision;
        }
        Refusal kept = policy.keepsFromSegments(recipient.subject(), at);
        return kept == null
                ? decision
                : Decision.no(new Verdict.Suppressed(
                        List.of(kept), recipient.subject().revision(), at, policy.version()));
    }

    private Decision understood(ConsentState state, Instant at, Function<Recipient, Decision> decided) {
        Recipient recipient;
        try {
            recipient = state == null ? null : Recipient.of(state);
        } catch (RuntimeException e) {
            return Decision.no(unavailable(at));
        }
        return decided.apply(recipient);
    }

    private Decision decide(
            Enquiry enquiry, CampaignDefined campaign, Recipient recipient, Known beside, Timing timing, Instant at) {
        if (recipient != null && recipient.sameAs() != null) {
            return Decision.no(unavailable(at));
        }
        Campaign known;
        try {
            known = campaign == null ? null : campaign(campaign);
        } catch (RuntimeException e) {
            return Decision.no(unavailable(at));
        }
        Subject subject = recipient == null ? null : recipient.subject();
        Verdict verdict =
                policy.decide(enquiry, known, subject, contactPoint -> said(beside.stops(contactPoint)), timing, at);
        if (!(verdict instanceof Verdict.Cleared cleared)) {
            return Decision.no(verdict);
        }
        StatePersonalData personal = personal(recipient);
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

        private final Recipient recipient;
        private final Known beside;

        TimingOf(Recipient recipient, Known beside) {
            this.recipient = recipient;
            this.beside = beside;
        }

        @Override
        public boolean cleared(String campaignId, String messageId, Instant after) {
            String own = recipient.id();
            return beside.wasCleared(own, own, campaignId, messageId, after)
                    || recipient.alsoKnownAs().stream()
                            .anyMatch(of -> beside.wasCleared(own, of, campaignId, messageId, after));
        }

        @Override
        public List<Contact> contacts(Instant after) {
            return beside.contacts(recipient.id(), after).stream()
                    .map(made -> Contacts.of(made, isTheirs(made)))
                    .toList();
        }

        /** Those who were found to be the same are one; who only shares an address or number is another. */
        private boolean isTheirs(ContactMade made) {
            return made.getSubjectId().equals(recipient.id())
                    || recipient.alsoKnownAs().contains(made.getSubjectId());
        }

        @Override
        public Set<ZoneId> zones(ContactPoint point) {
            StatePersonalData personal = point.kind() == ContactKind.PHONE ? personal(recipient) : null;
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
    private StatePersonalData personal(Recipient recipient) {
        try {
            return recipient.open(master);
        } catch (UnopenableException | WrongMasterKeyException e) {
            return null;
        }
    }

    /** Opens once who a recipient is, for who decides about them several times; what does not open stays as it is. */
    public Recipient opened(Recipient recipient) {
        StatePersonalData personal = personal(recipient);
        return personal == null ? recipient : recipient.inTheClear(personal);
    }

    /** What is decided by. */
    public Terms terms() {
        return policy.terms();
    }

    /**
     * The first moment after the given one at which {@link #permit} may answer otherwise though nothing more is said.
     *
     * @return null for never, also where that cannot be told
     */
    public Instant changesBySelf(Recipient recipient, Known beside, Instant at) {
        try {
            return policy.changesBySelf(recipient.subject(), contactPoint -> said(beside.stops(contactPoint)), at);
        } catch (RuntimeException e) {
            return null;
        }
    }

    /** One who was found to be another is reached as that one; an address that several share stands for none of them. */
    public static boolean standsForThemselves(ConsentState state) {
        return state.getSameAs() == null && state.getClaimedBy().isEmpty();
    }

    /** Whether a segment asks anything of what is known of somebody; null is none. */
    public static boolean chooses(Segment segment) {
        return Segments.picks(segment);
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
        fi.lupa.event.Channel first = campaign.getChannels().get(0);
        Recipient recipient;
        try {
            recipient = opened(Recipient.of(state));
        } catch (RuntimeException e) {
            return first;
        }
        for (fi.lupa.event.Channel channel : campaign.getChannels()) {
            Enquiry enquiry = new Enquiry(Words.same(channel, Channel.class), null, null);
            if (permit(enquiry, campaign, recipient, beside, at).verdict() instanceof Verdict.Cleared) {
                return channel;
            }
        }
        return first;
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
