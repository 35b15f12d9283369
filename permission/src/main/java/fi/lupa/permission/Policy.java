package fi.lupa.permission;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A short ordered list of rules over a company's {@link Terms}, and the one decision function: router, audiences, decisions
 * API and preference page all call {@link #decide}, so that what a page says is what the gate does.
 */
public final class Policy {

    private final Terms terms;
    private final Bindings bindings;
    private final TimingRules pace;

    public Policy(Terms terms) {
        this.terms = terms;
        this.bindings = new Bindings(terms);
        this.pace = new TimingRules(terms);
    }

    public String version() {
        return terms.version();
    }

    public Terms terms() {
        return terms;
    }

    /** Whether the subject gets the essential only (R7). */
    public boolean essentialOnly(Subject subject, Instant at) {
        return new Moment(subject, bindings, at).essentialOnly();
    }

    /** Where a scope stands: a channel's at the address or number now in use, any other as a whole. */
    public Standing standing(Subject subject, Scope scope, Instant at) {
        return new Moment(subject, bindings, at).standing(scope);
    }

    /** Where a topic within marketing stands, whatever is said of marketing as a whole. */
    public Standing standing(Subject subject, String topic, Instant at) {
        return new Moment(subject, bindings, at).topic(topic);
    }

    /** Whether messages on a topic within marketing are wanted, as far as what was said of the topic goes. */
    public boolean wants(Subject subject, String topic, Instant at) {
        return new Moment(subject, bindings, at).wants(topic);
    }

    /**
     * What a recipient forbids who wants no more such messages: their word on this scope binds the purpose on the channel.
     *
     * @return null where no prohibition binds it
     */
    public Scope stoppedBy(Purpose purpose, SubjectKind kind, Channel channel) {
        Bindings.Binding binding = bindings.of(purpose, kind, channel);
        if (binding.heedsTheChannel()) {
            return channel.scope();
        }
        if (binding.marketResearch()) {
            return Scope.MARKET_RESEARCH;
        }
        return binding.marketingUse() ? Scope.MARKETING_USE : null;
    }

    /**
     * Decides whether a message is permitted, whenever and however often.
     *
     * @see #decide(Enquiry, Campaign, Subject, Stops, Timing, Instant)
     */
    public Verdict decide(Enquiry enquiry, Campaign campaign, Subject subject, Stops stops, Instant at) {
        return decide(enquiry, campaign, subject, stops, null, at);
    }

    /**
     * Decides whether a message may go out now.
     *
     * <p>A rule that throws refuses with {@link Reason#STATE_UNAVAILABLE}.
     *
     * @param campaign the campaign the message belongs to; null where no definition is known
     * @param subject the recipient; null where nothing is known of them
     * @param stops asked for the address or number to be used
     * @param timing null where the question is whether it is permitted, at whatever time
     * @param at the moment of the decision
     */
    public Verdict decide(Enquiry enquiry, Campaign campaign, Subject subject, Stops stops, Timing timing, Instant at) {
        Case c = new Case(enquiry, campaign, subject, stops, timing, bindings, at);
        List<Refusal> refusals = refusals(c);
        if (refusals.isEmpty()) {
            Statement consent = c.binding().needsConsent() ? c.standing().because() : null;
            return new Verdict.Cleared(
                    c.contactPoint(),
                    c.binding().answer(),
                    consent,
                    subject.revision(),
                    at,
                    earlier(notAfter(enquiry, campaign, at), endOf(consent, enquiry.channel(), subject, at)),
                    version());
        }
        if (refusals.equals(List.of(Refusal.of(Reason.QUIET_HOURS)))) {
            Instant opens = pace.opening(c);
            if (!opens.equals(TimingRules.NEVER) && opens.isBefore(notAfter(enquiry, campaign, opens))) {
                return new Verdict.Held(opens, subject.revision(), at, version());
            }
        }
        return new Verdict.Suppressed(refusals, subject == null ? null : subject.revision(), at, version());
    }

    /** What the rules have against it, each reason once. One that cannot answer has permitted nothing, and is the last one asked. */
    private List<Refusal> refusals(Case c) {
        Refusals refusals = new Refusals();
        try {
            ask(c, refusals);
        } catch (RuntimeException e) {
            refusals.add(Refusal.of(Reason.STATE_UNAVAILABLE));
        }
        return refusals.added;
    }

    /**
     * Every rule in its place, written out so that none is looked up. The order is the order of the reasons: what makes the
     * question moot comes first, then what the person said, the strictest first, and then what another hour permits. A rule
     * is not asked while the campaign or subject that it looks at is unknown, since another has refused; those about time are
     * not asked where the question is of permission alone.
     */
    private void ask(Case c, Refusals refusals) {
        boolean campaign = c.campaign() != null;
        boolean subject = c.subject() != null;
        boolean timing = campaign && subject && c.timing() != null;
        refusals.add(campaignIsKnown(c));
        if (campaign) {
            refusals.add(campaignIsOpen(c));
            refusals.add(campaignUsesTheChannel(c));
        }
        refusals.add(messageIsStillOfWorth(c));
        if (timing) {
            refusals.add(pace.messageWasNotCleared(c));
        }
        if (campaign) {
            refusals.add(transferIsPermitted(c));
        }
        refusals.add(subjectIsKnown(c));
        if (subject) {
            refusals.add(recipientIsOne(c));
            refusals.add(subjectCanBeReached(c));
        }
        if (campaign && subject) {
            refusals.add(channelIsNotProhibited(c));
            refusals.add(consentIsNotWithdrawn(c));
            refusals.add(contactPointIsNotStopped(c));
            refusals.add(consentIsInForce(c));
            refusals.add(marketingUseIsNotProhibited(c));
            refusals.add(topicIsWanted(c));
            refusals.add(marketResearchIsNotProhibited(c));
            refusals.add(moreThanTheEssentialIsWanted(c));
        }
        if (timing) {
            refusals.add(pace.capIsNotReached(c));
            refusals.add(pace.channelDoesNotRest(c));
        }
    }

    /** What was refused so far; mostly nothing. */
    private static final class Refusals {

        private List<Refusal> added = List.of();

        /** @param refusal null where a rule has nothing against it */
        void add(Refusal refusal) {
            if (refusal != null && !added.contains(refusal)) {
                added = added.isEmpty() ? new ArrayList<>() : added;
                added.add(refusal);
            }
        }
    }

    /**
     * The first moment after the given one at which an answer may become another though nothing more is said: a statement
     * ends, a consent grows too old, the time to confirm one is over. No answer changes before it.
     *
     * @param stops asked for every address and number of the subject
     * @return null for never
     */
    public Instant changesBySelf(Subject subject, Stops stops, Instant at) {
        Stream<Statement> ofPoints =
                subject.contactPoints().stream().flatMap(point -> stops.of(point.id()).statements().stream());
        Consents said = subject.consents();
        Stream<Statement> ofSubject = Stream.concat(said.statements().stream(), said.permittedBySeveral().stream());
        return next(Stream.concat(ofSubject, ofPoints).flatMap(this::endsOf), at);
    }

    private static Instant next(Stream<Instant> ends, Instant at) {
        return ends.filter(end -> end.isAfter(at))
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    private Stream<Instant> endsOf(Statement said) {
        Stream<Instant> ofConsent = Arrays.stream(Channel.values())
                .filter(channel -> channel.scope() == said.scope())
                .map(channel -> terms.consentEnds(channel, said.occurredAt()));
        Instant confirmBy = said.awaitsConfirmation() ? said.occurredAt().plus(terms.confirmWithin()) : null;
        return Stream.concat(ofConsent, Stream.of(said.validUntil(), confirmBy)).filter(Objects::nonNull);
    }

    /**
     * The prohibition that keeps a person out of every choice of recipients by what is known of them, whatever it is for (R4).
     *
     * @return null where none does
     */
    public Refusal keepsFromSegments(Subject subject, Instant at) {
        return prohibited(new Moment(subject, bindings, at), Scope.MARKETING_USE, Reason.MARKETING_USE_PROHIBITED);
    }

    /** When a consent ends by itself; null for never. Nothing that goes by it may be carried later. */
    private Instant endOf(Statement consent, Channel channel, Subject subject, Instant at) {
        if (consent == null) {
            return null;
        }
        Instant tooOld = terms.consentEnds(channel, consent.occurredAt());
        Instant ends = tooOld == null ? consent.validUntil() : earlier(tooOld, consent.validUntil());
        // What several permitted may make stricter once it has ended: it breaks the silence that a list's consent
        // fills.
        Instant stricter = next(
                subject.consents().permittedBySeveral().stream()
                        .filter(said -> said.scope() == consent.scope() && said.validUntil() != null)
                        .map(Statement::validUntil),
                at);
        return ends == null ? stricter : earlier(ends, stricter);
    }

    /** After when an answer that is given at the moment is stale. */
    public Instant notAfter(Enquiry enquiry, Campaign campaign, Instant at) {
        Instant stale = at.plus(terms.staleAfter().get(enquiry.channel()));
        return earlier(earlier(stale, enquiry.expiresAt()), campaign.validUntil());
    }

    private static Instant earlier(Instant a, Instant b) {
        return b == null || a.isBefore(b) ? a : b;
    }

    private static Refusal campaignIsKnown(Case c) {
        return c.campaign() == null ? Refusal.of(Reason.UNKNOWN_CAMPAIGN) : null;
    }

    private static Refusal campaignIsOpen(Case c) {
        return c.campaign().openAt(c.at()) ? null : Refusal.of(Reason.CAMPAIGN_CLOSED);
    }

    private static Refusal campaignUsesTheChannel(Case c) {
        return c.campaign().channels().contains(c.enquiry().channel())
                ? null
                : Refusal.of(Reason.CHANNEL_NOT_IN_CAMPAIGN);
    }

    private static Refusal messageIsStillOfWorth(Case c) {
        Instant expiresAt = c.enquiry().expiresAt();
        return expiresAt == null || c.at().isBefore(expiresAt) ? null : Refusal.of(Reason.EXPIRED);
    }

    /** R11: nothing goes to a processor outside the home area without an accepted ground. */
    private Refusal transferIsPermitted(Case c) {
        return terms.transfers()
                        .permit(c.campaign().processorCountry(), c.campaign().transferBasis())
                ? null
                : Refusal.of(Reason.TRANSFER_NOT_PERMITTED);
    }

    private static Refusal subjectIsKnown(Case c) {
        if (c.subject() != null) {
            return null;
        }
        Statement erasure = c.enquiry().contactPoint() == null
                ? null
                : c.stops().of(c.enquiry().contactPoint()).erasure();
        return erasure == null ? Refusal.of(Reason.UNKNOWN_SUBJECT) : new Refusal(Reason.ERASED_SUBJECT, erasure);
    }

    private static Refusal recipientIsOne(Case c) {
        return c.subject().shared() ? Refusal.of(Reason.AMBIGUOUS_RECIPIENT) : null;
    }

    private static Refusal subjectCanBeReached(Case c) {
        return c.contactPoint() == null ? Refusal.of(Reason.NO_CONTACT_POINT) : null;
    }

    /** R2 and R3: a prohibition stops the channel, and with the phone the mobile channel. */
    private Refusal channelIsNotProhibited(Case c) {
        Statement prohibition = c.binding().channel() ? c.moment().prohibition(c.channel(), c.contactPoint()) : null;
        return prohibition == null ? null : new Refusal(Reason.CHANNEL_PROHIBITED, prohibition);
    }

    /** A consent taken back is a no on every channel, also on one that would not have needed it. */
    private Refusal consentIsNotWithdrawn(Case c) {
        Standing standing = c.standing();
        return c.binding().heedsTheChannel() && standing.is(ConsentStatus.WITHDRAWN)
                ? new Refusal(Reason.CONSENT_WITHDRAWN, standing.because())
                : null;
    }

    /** Said once, stops everywhere: a stop binds the address or number, whoever said it. */
    private Refusal contactPointIsNotStopped(Case c) {
        if (c.contactPoint() == null) {
            return null; // named by another rule
        }
        Consents said = c.stops().of(c.contactPoint().id());
        Statement stop = c.binding().heedsTheChannel() ? c.moment().stop(c.channel(), c.contactPoint(), said) : null;
        if (stop == null && c.binding().marketingUse()) {
            stop = c.moment().stop(Scope.MARKETING_USE, c.contactPoint(), said);
        }
        if (stop == null && c.binding().marketResearch()) {
            stop = c.moment().stop(Scope.MARKET_RESEARCH, c.contactPoint(), said);
        }
        if (stop == null) {
            stop = c.moment().stop(c.channel().scope(), c.contactPoint(), said);
            // What comes back from an address reaches nobody, for whatever it is sent.
            stop = stop != null && stop.door() == Door.HARD_BOUNCE ? stop : null;
        }
        return stop == null ? null : new Refusal(Reason.CONTACT_POINT_STOPPED, stop);
    }

    /** R1, R8 and R9: an opt-in needs a consent, confirmed where that was asked and not older than the terms let it grow. */
    private Refusal consentIsInForce(Case c) {
        if (!c.binding().needsConsent()) {
            return null;
        }
        Standing standing = c.standing();
        return switch (standing.status()) {
            case GRANTED -> null;
            case PENDING -> new Refusal(Reason.CONSENT_PENDING, standing.because());
            case WITHDRAWN -> null; // named by another rule
            case NEVER_ASKED, PROHIBITED, INVALIDATED -> Refusal.of(Reason.NO_CONSENT);
            case REFUSED, EXPIRED -> new Refusal(Reason.NO_CONSENT, standing.because());
        };
    }

    /** R4: marketing use prohibited stops direct marketing on every channel. */
    private Refusal marketingUseIsNotProhibited(Case c) {
        return c.binding().marketingUse()
                ? prohibited(c.moment(), Scope.MARKETING_USE, Reason.MARKETING_USE_PROHIBITED)
                : null;
    }

    /** A topic can only narrow what the channel and the purpose permit. */
    private static Refusal topicIsWanted(Case c) {
        String topic = c.campaign().topic();
        return topic == null || c.moment().wants(topic)
                ? null
                : new Refusal(Reason.TOPIC_NOT_WANTED, c.moment().topic(topic).because());
    }

    /** R5: market research prohibited stops surveys on every channel; channel prohibitions do not touch them. */
    private Refusal marketResearchIsNotProhibited(Case c) {
        return c.binding().marketResearch()
                ? prohibited(c.moment(), Scope.MARKET_RESEARCH, Reason.MARKET_RESEARCH_PROHIBITED)
                : null;
    }

    /** R7: who has forbidden everything gets what the service needs, and R6 gives way. */
    private Refusal moreThanTheEssentialIsWanted(Case c) {
        return !bindings.isEssential(c.campaign().purpose()) && c.moment().essentialOnly()
                ? Refusal.of(Reason.ESSENTIAL_ONLY)
                : null;
    }

    /** On a scope that needs no consent, taking one back says the same as a prohibition: no. */
    private static Refusal prohibited(Moment moment, Scope scope, Reason reason) {
        Standing standing = moment.standing(scope);
        return standing.is(ConsentStatus.PROHIBITED) || standing.is(ConsentStatus.WITHDRAWN)
                ? new Refusal(reason, standing.because())
                : null;
    }
}
