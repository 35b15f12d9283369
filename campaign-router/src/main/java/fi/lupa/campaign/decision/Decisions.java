package fi.lupa.campaign.decision;

import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.edge.sealing.States;
import fi.lupa.edge.sealing.UnopenableException;
import fi.lupa.edge.sealing.WrongMasterKeyException;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.StatePersonalData;
import fi.lupa.permission.Campaign;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Consents;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Policy;
import fi.lupa.permission.Purpose;
import fi.lupa.permission.Reason;
import fi.lupa.permission.Refusal;
import fi.lupa.permission.Scope;
import fi.lupa.permission.Subject;
import fi.lupa.permission.SubjectKind;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.mapping.Campaigns;
import fi.lupa.schemas.mapping.Statements;
import fi.lupa.schemas.mapping.Subjects;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/** Puts the question to the policy: router and decisions API both decide here, and so always alike. */
public final class Decisions {

    private final Policy policy;
    private final MasterKey master;

    /**
     * What was decided.
     *
     * @param address where a cleared message goes; null where it was not cleared
     */
    public record Decision(Verdict verdict, String address) {}

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
     * @param stops gives the stops of an address or number; null where there are none
     */
    public Decision decide(
            Enquiry enquiry,
            CampaignDefined campaign,
            ConsentState state,
            Function<String, ContactPointStop> stops,
            Instant at) {
        if (state != null && state.getSameAs() != null) {
            return new Decision(unavailable(at), null);
        }
        Campaign known;
        Subject subject;
        try {
            known = campaign == null ? null : Campaigns.of(campaign);
            subject = state == null ? null : Subjects.of(state);
        } catch (RuntimeException e) {
            return new Decision(unavailable(at), null);
        }
        Verdict verdict = policy.decide(enquiry, known, subject, contactPoint -> said(stops.apply(contactPoint)), at);
        if (!(verdict instanceof Verdict.Cleared cleared)) {
            return new Decision(verdict, null);
        }
        String address = address(state, cleared.contactPoint().id());
        return new Decision(address == null ? unavailable(at) : cleared, address);
    }

    private static Consents said(ContactPointStop stop) {
        return stop == null
                ? Consents.none()
                : Consents.of(stop.getStops().stream().map(Statements::of).toList());
    }

    /** The address or number in the clear; null where the state does not tell it, or not to this master key. */
    private String address(ConsentState state, String contactPointId) {
        try {
            StatePersonalData personal = States.personal(state, master);
            return personal == null ? null : personal.getContactPoints().get(contactPointId);
        } catch (UnopenableException | WrongMasterKeyException e) {
            return null;
        }
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
