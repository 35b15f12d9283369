package fi.lupa.permission;

import java.time.Instant;

/**
 * One line of a policy. It has nothing to say while what it looks at is unknown: another line has refused.
 *
 * @param looksAt the sum of what it looks at beside the enquiry
 */
record Rule(int looksAt, Question question) {

    private static final int CAMPAIGN = 1;
    private static final int SUBJECT = 2;
    private static final int TIMING = 4;

    @FunctionalInterface
    interface Question {

        /** The refusal, or null where the rule has nothing against it. */
        Refusal refuses(Case c);
    }

    /** A rule that has something to say of every enquiry. */
    static Rule ofAny(Question question) {
        return new Rule(0, question);
    }

    static Rule ofCampaign(Question question) {
        return new Rule(CAMPAIGN, question);
    }

    static Rule ofSubject(Question question) {
        return new Rule(SUBJECT, question);
    }

    static Rule ofBoth(Question question) {
        return new Rule(CAMPAIGN | SUBJECT, question);
    }

    /** A rule about when and how often: it has nothing to say where only the permission is asked for. */
    static Rule ofTiming(Question question) {
        return new Rule(CAMPAIGN | SUBJECT | TIMING, question);
    }

    /** Fails closed: a rule that cannot answer has not permitted anything. */
    Refusal refuses(Case c) {
        if ((looksAt & ~c.known) != 0) {
            return null;
        }
        try {
            return question.refuses(c);
        } catch (RuntimeException e) {
            return Refusal.of(Reason.STATE_UNAVAILABLE);
        }
    }

    /** All that a rule may look at. */
    static final class Case {

        private final Enquiry enquiry;
        private final Campaign campaign;
        private final Subject subject;
        private final ContactPoint contactPoint;
        private final Stops stops;
        private final Timing timing;
        private final Moment moment;
        private final Instant at;
        private final Bindings.Binding binding;
        private final int known;
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
            this.contactPoint = subject == null
                    ? null
                    : subject.contactPoint(enquiry.channel().reachedAt(), enquiry.contactPoint());
            this.stops = stops;
            this.timing = timing;
            this.moment = subject == null ? null : new Moment(subject, bindings, at);
            this.at = at;
            this.binding = campaign == null || subject == null
                    ? null
                    : bindings.of(campaign.purpose(), subject.kind(), enquiry.channel());
            this.known =
                    (campaign == null ? 0 : CAMPAIGN) | (subject == null ? 0 : SUBJECT) | (timing == null ? 0 : TIMING);
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
}
