package fi.lupa.permission;

import java.time.Instant;

/** One line of a policy. */
@FunctionalInterface
interface Rule {

    /** The refusal, or null where the rule has nothing against it. */
    Refusal refuses(Case c);

    /**
     * All that a rule may look at.
     *
     * @param campaign null where unknown
     * @param subject null where unknown
     * @param contactPoint null where there is none
     * @param stops what was said for any address or number, by whomever
     * @param timing null where the question is whether it is permitted, at whatever time
     * @param moment where the subject stands; null where unknown
     */
    record Case(
            Enquiry enquiry,
            Campaign campaign,
            Subject subject,
            ContactPoint contactPoint,
            Stops stops,
            Timing timing,
            Moment moment,
            Instant at) {

        Channel channel() {
            return enquiry.channel();
        }

        /** Where the channel stands at the address or number to be used. */
        Standing standing() {
            return moment.standing(channel(), contactPoint);
        }
    }

    /** A rule about when and how often has nothing to say where only the permission is asked for. */
    static Rule ofTiming(Rule rule) {
        return ofBoth(c -> c.timing() == null ? null : rule.refuses(c));
    }

    /** A rule about the recipient has nothing to say while the recipient is unknown: another rule has refused. */
    static Rule ofSubject(Rule rule) {
        return c -> c.subject() == null ? null : rule.refuses(c);
    }

    /** A rule about the campaign has nothing to say while the campaign is unknown: another rule has refused. */
    static Rule ofCampaign(Rule rule) {
        return c -> c.campaign() == null ? null : rule.refuses(c);
    }

    /** A rule about both has nothing to say while either is unknown: another rule has refused. */
    static Rule ofBoth(Rule rule) {
        return ofCampaign(ofSubject(rule));
    }
}
