package fi.lupa.permission;

import java.util.List;

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
     * The prohibition that keeps direct marketing off a channel, or null. A phone prohibition stops mobile too, unless a
     * mobile consent is newer (R3).
     */
    Statement prohibition(Channel channel, ContactPoint point) {
        Standing own = standing(channel, point);
        if (own.is(ConsentStatus.PROHIBITED)) {
            return own.because();
        }
        if (channel != Channel.MOBILE) {
            return null;
        }
        Standing phone = standing(Channel.PHONE, point);
        boolean consentIsNewer = own.is(ConsentStatus.GRANTED)
                && phone.since() != null
                && own.since().isAfter(phone.since());
        return phone.is(ConsentStatus.PROHIBITED) && !consentIsNewer ? phone.because() : null;
    }

    /** Whether every prohibition there is has been set and no consent to be contacted is in force (R7). */
    public boolean essentialOnly() {
        return standing(Channel.PHONE).is(ConsentStatus.PROHIBITED)
                && standing(Channel.POST).is(ConsentStatus.PROHIBITED)
                && standing(Channel.EMAIL).is(ConsentStatus.PROHIBITED)
                && standing(Scope.MARKET_RESEARCH).is(ConsentStatus.PROHIBITED)
                && standing(Scope.MARKETING_USE).is(ConsentStatus.PROHIBITED)
                && !mobileConsentInForce();
    }

    private boolean mobileConsentInForce() {
        ContactPoint number = contactPoint(ContactKind.PHONE, null);
        return standing(Channel.MOBILE, number).is(ConsentStatus.GRANTED)
                && prohibition(Channel.MOBILE, number) == null;
    }
}
