package fi.lupa.permission;

import java.time.Instant;

/** Where a subject stands at one moment, under the terms: what a rule looks at. One is asked by one thread. */
final class Moment {

    private static final Channel[] CHANNELS = Channel.values();

    private final Subject subject;
    private final Bindings bindings;
    private final Instant at;

    /** Many rules ask where one channel stands at one address or number. */
    private Channel askedChannel;

    private ContactPoint askedPoint;
    private Standing answered;

    Moment(Subject subject, Bindings bindings, Instant at) {
        this.subject = subject;
        this.bindings = bindings;
        this.at = at;
    }

    /** Where a scope stands: a channel's at the address or number now in use, any other as a whole. */
    Standing standing(Scope scope) {
        for (Channel channel : CHANNELS) {
            if (channel.scope() == scope) {
                return standing(channel, subject.contactPoint(channel.reachedAt(), null));
            }
        }
        return subject.consents().standing(scope, null, at);
    }

    /** Where a channel stands, for the given address or number of the subject, or for none. */
    Standing standing(Channel channel, ContactPoint point) {
        if (channel != askedChannel || point != askedPoint) {
            answered = stands(channel, point);
            askedChannel = channel;
            askedPoint = point;
        }
        return answered;
    }

    private Standing stands(Channel channel, ContactPoint point) {
        Standing said = subject.consents().standing(channel.scope(), point == null ? null : point.id(), at);
        return hasEnded(channel, said) ? new Standing(ConsentStatus.EXPIRED, said.because()) : said;
    }

    /** Whether the terms have let a consent, or the time to confirm one, end. */
    private boolean hasEnded(Channel channel, Standing said) {
        return switch (said.status()) {
            case GRANTED -> bindings.consentHasEnded(channel, said.since(), at);
            case PENDING -> !at.isBefore(said.since().plus(bindings.terms().confirmWithin()));
            default -> false;
        };
    }

    /** Whether messages on the topic are wanted, as far as what was said of the topic goes; a topic that the terms do not name is not. */
    boolean wants(String topic) {
        Terms.Topic named = bindings.terms().topics().get(topic);
        Standing standing = topic(topic);
        return named != null && named.answer() == Terms.Answer.OPT_OUT
                ? !standing.is(ConsentStatus.PROHIBITED) && !standing.is(ConsentStatus.WITHDRAWN)
                : named != null && standing.is(ConsentStatus.GRANTED);
    }

    Standing topic(String topic) {
        return subject.consents().standing(topic, at);
    }

    /**
     * The prohibition that keeps a purpose off a channel, or null: the channel's own, or that of a channel which stops it
     * too, unless a consent for it is newer (R3).
     */
    Statement prohibition(Channel channel, ContactPoint point) {
        Standing own = standing(channel, point);
        if (own.is(ConsentStatus.PROHIBITED)) {
            return own.because();
        }
        for (Channel other : bindings.alsoProhibitedBy(channel)) {
            boolean sharesPoint = other.reachedAt() == channel.reachedAt();
            Standing others = standing(other, sharesPoint ? point : subject.contactPoint(other.reachedAt(), null));
            if (others.is(ConsentStatus.PROHIBITED) && !consentIsNewer(own, others.because())) {
                return others.because();
            }
        }
        return null;
    }

    /**
     * The no, said by whomever, that keeps a purpose off an address or number, or null. The subject's own word for it counts
     * if it is newer.
     *
     * @param said what was said for the address or number
     */
    Statement stop(Channel channel, ContactPoint point, Consents said) {
        Statement own = stop(channel.scope(), point, said);
        if (own != null) {
            return own;
        }
        for (Channel other : bindings.alsoProhibitedBy(channel)) {
            Statement others = stop(other.scope(), point, said);
            if (others != null && !consentIsNewer(standing(channel, point), others)) {
                return others;
            }
        }
        return null;
    }

    /** The no for the scope that was said for an address or number and not taken back by the subject since; null for none. */
    Statement stop(Scope scope, ContactPoint point, Consents said) {
        Statement stop = said.said(scope, point.id(), at);
        if (stop == null || !stop.stopsContactPoint()) {
            return null;
        }
        Statement own = subject.consents().said(scope, point.id(), at);
        boolean takenBack = own != null && !own.isNo() && own.occurredAt().isAfter(stop.occurredAt());
        return takenBack ? null : stop;
    }

    /** Whether every prohibition that the terms name has been set and no consent to be contacted is in force (R7). */
    boolean essentialOnly() {
        for (Scope scope : bindings.essentialOnlyWhenProhibited()) {
            if (!standing(scope).is(ConsentStatus.PROHIBITED)) {
                return false;
            }
        }
        for (Channel channel : CHANNELS) {
            ContactPoint point = subject.contactPoint(channel.reachedAt(), null);
            if (standing(channel, point).is(ConsentStatus.GRANTED) && prohibition(channel, point) == null) {
                return false;
            }
        }
        return true;
    }

    /** An imported consent fills silence, and lifts no no. */
    private static boolean consentIsNewer(Standing own, Statement no) {
        return own.is(ConsentStatus.GRANTED)
                && own.because().door() != Door.IMPORT
                && own.since().isAfter(no.occurredAt());
    }
}
