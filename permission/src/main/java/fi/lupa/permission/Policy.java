package fi.lupa.permission;

import static fi.lupa.permission.Purpose.DIRECT_MARKETING;
import static fi.lupa.permission.Purpose.MARKET_RESEARCH;
import static fi.lupa.permission.Purpose.SERVICE_NOTICE;
import static fi.lupa.permission.Rule.ofCampaign;
import static fi.lupa.permission.Rule.ofSubject;
import static fi.lupa.permission.Rule.on;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A short ordered list of rules, and the one decision function: router, audiences, decisions API and preference page all
 * call {@link #decide}, so that what a page says is what the gate does.
 */
public final class Policy {

    /**
     * The promise of a Finnish company's customer and marketing register (privacy notice reviewed 1 July 2023). The order
     * is the order of the reasons: what makes the question moot comes first, then what the person said, the strictest
     * first.
     */
    public static final Policy DEFAULT = new Policy(
            "lupa-2026-1",
            List.of(
                    Policy::campaignIsKnown,
                    ofCampaign(Policy::campaignIsOpen),
                    ofCampaign(Policy::campaignUsesTheChannel),
                    Policy::messageIsStillOfWorth,
                    ofCampaign(Policy::transferIsPermitted),
                    Policy::subjectIsKnown,
                    ofSubject(Policy::subjectCanBeReached),
                    on(DIRECT_MARKETING, Policy::channelIsNotProhibited),
                    on(DIRECT_MARKETING, Policy::consentIsNotWithdrawn),
                    on(DIRECT_MARKETING, Policy::consentIsInForce),
                    on(DIRECT_MARKETING, Policy::marketingUseIsNotProhibited),
                    on(MARKET_RESEARCH, Policy::marketResearchIsNotProhibited),
                    ofCampaign(ofSubject(Policy::moreThanTheEssentialIsWanted))),
            Map.of(
                    Channel.EMAIL, Duration.ofHours(24),
                    Channel.MOBILE, Duration.ofHours(24),
                    Channel.PHONE, Duration.ofHours(24),
                    Channel.POST, Duration.ofDays(7)));

    private final String version;
    private final List<Rule> rules;
    private final Map<Channel, Duration> staleAfter;

    Policy(String version, List<Rule> rules, Map<Channel, Duration> staleAfter) {
        this.version = version;
        this.rules = List.copyOf(rules);
        this.staleAfter = Map.copyOf(staleAfter);
    }

    public String version() {
        return version;
    }

    /**
     * Decides whether a message may go out.
     *
     * <p>A rule that throws refuses with {@link Reason#STATE_UNAVAILABLE}.
     *
     * @param campaign the campaign the message belongs to; null where no definition is known
     * @param subject the recipient; null where nothing is known of them
     * @param at the moment of the decision
     */
    public Verdict decide(Enquiry enquiry, Campaign campaign, Subject subject, Instant at) {
        ContactPoint point =
                subject == null ? null : subject.contactPoint(enquiry.channel().reachedAt(), enquiry.contactPoint());
        Rule.Case c = new Rule.Case(enquiry, campaign, subject, point, at);
        List<Refusal> refusals = new ArrayList<>();
        for (Rule rule : rules) {
            Refusal refusal = ask(rule, c);
            if (refusal != null) {
                refusals.add(refusal);
            }
        }
        if (refusals.isEmpty()) {
            return new Verdict.Cleared(point, subject.revision(), at, notAfter(enquiry, campaign, at), version);
        }
        return new Verdict.Suppressed(refusals, subject == null ? null : subject.revision(), at, version);
    }

    /** Fails closed: a rule that cannot answer has not permitted anything. */
    private static Refusal ask(Rule rule, Rule.Case c) {
        try {
            return rule.refuses(c);
        } catch (RuntimeException e) {
            return Refusal.of(Reason.STATE_UNAVAILABLE);
        }
    }

    private Instant notAfter(Enquiry enquiry, Campaign campaign, Instant at) {
        Instant stale = at.plus(staleAfter.get(enquiry.channel()));
        return earlier(earlier(stale, enquiry.expiresAt()), campaign.validUntil());
    }

    private static Instant earlier(Instant a, Instant b) {
        return b == null || a.isBefore(b) ? a : b;
    }

    private static Refusal campaignIsKnown(Rule.Case c) {
        return c.campaign() == null ? Refusal.of(Reason.UNKNOWN_CAMPAIGN) : null;
    }

    private static Refusal campaignIsOpen(Rule.Case c) {
        return c.campaign().openAt(c.at()) ? null : Refusal.of(Reason.CAMPAIGN_CLOSED);
    }

    private static Refusal campaignUsesTheChannel(Rule.Case c) {
        return c.campaign().channels().contains(c.enquiry().channel())
                ? null
                : Refusal.of(Reason.CHANNEL_NOT_IN_CAMPAIGN);
    }

    private static Refusal messageIsStillOfWorth(Rule.Case c) {
        Instant expiresAt = c.enquiry().expiresAt();
        return expiresAt == null || c.at().isBefore(expiresAt) ? null : Refusal.of(Reason.EXPIRED);
    }

    /** R11: nothing goes to a processor outside the EU/EEA without a named basis. */
    private static Refusal transferIsPermitted(Rule.Case c) {
        return Transfers.permitted(c.campaign().processorCountry(), c.campaign().transferBasis())
                ? null
                : Refusal.of(Reason.TRANSFER_NOT_PERMITTED);
    }

    private static Refusal subjectIsKnown(Rule.Case c) {
        return c.subject() == null ? Refusal.of(Reason.UNKNOWN_SUBJECT) : null;
    }

    private static Refusal subjectCanBeReached(Rule.Case c) {
        return c.contactPoint() == null ? Refusal.of(Reason.NO_CONTACT_POINT) : null;
    }

    /** R2 and R3: a prohibition stops the channel, a phone prohibition the mobile channel too. */
    private static Refusal channelIsNotProhibited(Rule.Case c) {
        Statement prohibition = c.subject().prohibition(c.enquiry().channel(), c.contactPoint());
        return prohibition == null ? null : new Refusal(Reason.CHANNEL_PROHIBITED, prohibition);
    }

    /** A consent taken back is a no on every channel, also on one that would not have needed it. */
    private static Refusal consentIsNotWithdrawn(Rule.Case c) {
        Standing standing = c.subject().standing(c.enquiry().channel(), c.contactPoint());
        return standing.is(ConsentStatus.WITHDRAWN) ? new Refusal(Reason.CONSENT_WITHDRAWN, standing.because()) : null;
    }

    /** R1, R8 and R9: email and mobile need a natural person's consent, confirmed where that was asked. */
    private static Refusal consentIsInForce(Rule.Case c) {
        if (!c.enquiry().channel().electronic() || c.subject().kind() == SubjectKind.ORGANISATION) {
            return null;
        }
        Standing standing = c.subject().standing(c.enquiry().channel(), c.contactPoint());
        return switch (standing.status()) {
            case GRANTED -> null;
            case PENDING -> new Refusal(Reason.CONSENT_PENDING, standing.because());
            case WITHDRAWN -> null; // named by the rule before
            case NEVER_ASKED, PROHIBITED, INVALIDATED -> Refusal.of(Reason.NO_CONSENT);
            case REFUSED, EXPIRED -> new Refusal(Reason.NO_CONSENT, standing.because());
        };
    }

    /** R4: marketing use prohibited stops direct marketing on every channel. */
    private static Refusal marketingUseIsNotProhibited(Rule.Case c) {
        return prohibited(c.subject(), Scope.MARKETING_USE, Reason.MARKETING_USE_PROHIBITED);
    }

    /** R5: market research prohibited stops surveys on every channel; channel prohibitions do not touch them. */
    private static Refusal marketResearchIsNotProhibited(Rule.Case c) {
        return prohibited(c.subject(), Scope.MARKET_RESEARCH, Reason.MARKET_RESEARCH_PROHIBITED);
    }

    /** R7: who has forbidden everything gets what the service needs, and R6 gives way. */
    private static Refusal moreThanTheEssentialIsWanted(Rule.Case c) {
        return c.campaign().purpose() != SERVICE_NOTICE && c.subject().essentialOnly()
                ? Refusal.of(Reason.ESSENTIAL_ONLY)
                : null;
    }

    /** On a scope that needs no consent, taking one back says the same as a prohibition: no. */
    private static Refusal prohibited(Subject subject, Scope scope, Reason reason) {
        Standing standing = subject.standing(scope);
        return standing.is(ConsentStatus.PROHIBITED) || standing.is(ConsentStatus.WITHDRAWN)
                ? new Refusal(reason, standing.because())
                : null;
    }
}
