package fi.lupa.permission;

import java.util.List;
import java.util.Set;

/**
 * A person or organisation, as the law sees them: no name, no address, only what was said and by which ids they are reached.
 *
 * @param contactPoints in the order of {@link ContactPoint#LATEST_FIRST}
 * @param revision of the consent state this view was taken from
 */
public record Subject(String id, SubjectKind kind, Consents consents, List<ContactPoint> contactPoints, long revision) {

    private static final Channel[] CHANNELS = Channel.values();

    public Subject {
        contactPoints = List.copyOf(contactPoints);
    }

    /** The address or number to use: the one asked for if it is the subject's, else the latest of the kind; null if there is none. */
    ContactPoint contactPoint(ContactKind kind, String asked) {
        for (ContactPoint point : contactPoints) {
            if (point.kind() == kind && (asked == null || asked.equals(point.id()))) {
                return point;
            }
        }
        return null;
    }

    /** Where a channel stands, for the given address or number of the subject, or for none. */
    Standing standing(Channel channel, ContactPoint point) {
        return consents.standing(channel.scope(), point == null ? null : point.id());
    }

    /** Where a channel stands at the address or number now in use. */
    Standing standing(Channel channel) {
        return standing(channel, contactPoint(channel.reachedAt(), null));
    }

    /** Where a scope stands: a channel's at the address or number now in use, any other as a whole. */
    public Standing standing(Scope scope) {
        for (Channel channel : CHANNELS) {
            if (channel.scope() == scope) {
                return standing(channel);
            }
        }
        return consents.standing(scope, null);
    }

    /**
     * The prohibition that keeps a purpose off a channel, or null: the channel's own, or that of a channel which stops it
     * too, unless a consent for it is newer (R3).
     */
    Statement prohibition(Channel channel, ContactPoint point, Terms terms) {
        Standing own = standing(channel, point);
        if (own.is(ConsentStatus.PROHIBITED)) {
            return own.because();
        }
        for (Channel other : CHANNELS) {
            if (!terms.alsoProhibits().getOrDefault(other, Set.of()).contains(channel)) {
                continue;
            }
            boolean sharesPoint = other.reachedAt() == channel.reachedAt();
            Standing others = sharesPoint ? standing(other, point) : standing(other);
            boolean consentIsNewer = own.is(ConsentStatus.GRANTED)
                    && others.since() != null
                    && own.since().isAfter(others.since());
            if (others.is(ConsentStatus.PROHIBITED) && !consentIsNewer) {
                return others.because();
            }
        }
        return null;
    }

    /** Whether every prohibition that the terms name has been set and no consent to be contacted is in force (R7). */
    boolean essentialOnly(Terms terms) {
        for (Scope scope : terms.essentialOnly().whenProhibited()) {
            if (!standing(scope).is(ConsentStatus.PROHIBITED)) {
                return false;
            }
        }
        for (Channel channel : CHANNELS) {
            if (consentInForce(channel, terms)) {
                return false;
            }
        }
        return true;
    }

    private boolean consentInForce(Channel channel, Terms terms) {
        ContactPoint point = contactPoint(channel.reachedAt(), null);
        return standing(channel, point).is(ConsentStatus.GRANTED) && prohibition(channel, point, terms) == null;
    }
}
