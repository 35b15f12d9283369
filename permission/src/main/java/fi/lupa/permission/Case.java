package fi.lupa.permission;

import java.time.Instant;

/** All that a rule may look at. */
final class Case {

    private final Enquiry enquiry;
    private final Campaign campaign;
    private final Subject subject;
    private final ContactPoint contactPoint;
    private final Stops stops;
    private final Timing timing;
    private final Moment moment;
    private final Instant at;
    private final Bindings.Binding binding;
    private Standing standing;

    /**
     * @param campaign null where unknown
     * @param subject null where unknown
     * @param stops what was said for any address or number, by whomever
     * @param timing null where the question is whether it is permitted, at whatever time
     */
    Case(
            Enquiry enquiry,
            Campaign campaign,
            Subject subject,
            Stops stops,
            Timing timing,
            Bindings bindings,
            Instant at) {
        this.enquiry = enquiry;
        this.campaign = campaign;
        this.subject = subject;
        this.contactPoint =
                subject == null ? null : subject.contactPoint(enquiry.channel().reachedAt(), enquiry.contactPoint());
        this.stops = stops;
        this.timing = timing;
        this.moment = subject == null ? null : new Moment(subject, bindings, at);
        this.at = at;
        this.binding = campaign == null || subject == null
                ? null
                : bindings.of(campaign.purpose(), subject.kind(), enquiry.channel());
    }

    Enquiry enquiry() {
        return enquiry;
    }

    Campaign campaign() {
        return campaign;
    }

    Subject subject() {
        return subject;
    }

    /** The address or number to be used; null where there is none. */
    ContactPoint contactPoint() {
        return contactPoint;
    }

    Stops stops() {
        return stops;
    }

    Timing timing() {
        return timing;
    }

    /** Where the subject stands. */
    Moment moment() {
        return moment;
    }

    Instant at() {
        return at;
    }

    /** What binds the campaign's messages to the subject. */
    Bindings.Binding binding() {
        return binding;
    }

    Channel channel() {
        return enquiry.channel();
    }

    /** Where the channel stands at the address or number to be used. */
    Standing standing() {
        if (standing == null) {
            standing = moment.standing(channel(), contactPoint);
        }
        return standing;
    }
}
