package fi.lupa.permission;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Whether a message that is permitted goes out now: neither again, nor too often, nor while its channel rests. */
record TimingRules(Terms terms) {

    static final Instant NEVER = Instant.MAX;

    /** Hours that do not meet within so many openings never do. */
    private static final int MOST_OPENINGS = 50;

    Refusal messageWasNotCleared(Case c) {
        Instant since = c.at().minus(terms.clearedOnceWithin());
        boolean cleared = c.enquiry().messageId() != null
                && c.timing().cleared(c.campaign().id(), c.enquiry().messageId(), since);
        return cleared ? Refusal.of(Reason.DUPLICATE) : null;
    }

    Refusal capIsNotReached(Case c) {
        if (isNeeded(c)) {
            return null;
        }
        for (Terms.Cap cap : c.binding().caps()) {
            if (isReached(cap.most(), cap.window(), sent -> cap.binds(sent.purpose(), sent.channel()), c)) {
                return Refusal.of(Reason.FREQUENCY_CAP);
            }
        }
        for (Campaign.Cap cap : c.campaign().caps()) {
            if (isReached(
                    cap.most(),
                    cap.window(),
                    sent -> sent.campaignId().equals(c.campaign().id()),
                    c)) {
                return Refusal.of(Reason.FREQUENCY_CAP);
            }
        }
        return null;
    }

    /** A person is counted wherever they were reached, and an address or number whoever was reached there. */
    private static boolean isReached(int most, Duration window, Predicate<Contact> counts, Case c) {
        Instant since = c.at().minus(window);
        long theirs = 0;
        long there = 0;
        for (Contact contact : c.timing().contacts(since)) {
            if (counts.test(contact)) {
                theirs += contact.theirs() ? 1 : 0;
                there += isReachedThere(contact, c.contactPoint()) ? 1 : 0;
            }
        }
        return Math.max(theirs, there) >= most;
    }

    private static boolean isReachedThere(Contact contact, ContactPoint point) {
        return point != null && contact.contactPoint().equals(point.id());
    }

    Refusal channelDoesNotRest(Case c) {
        return opening(c).equals(c.at()) ? null : Refusal.of(Reason.QUIET_HOURS);
    }

    /** The first moment at which the channel rests nowhere that the recipient may be, or {@link #NEVER}. */
    Instant opening(Case c) {
        if (isNeeded(c) || c.contactPoint() == null) {
            return c.at();
        }
        List<Terms.QuietHours> hours = quietHours(c);
        if (hours.isEmpty()) {
            return c.at();
        }
        Set<ZoneId> known = c.timing().zones(c.contactPoint());
        Set<ZoneId> zones = known.isEmpty() ? Set.of(terms.timeZone()) : known;
        Instant opening = c.at();
        for (int i = 0; i < MOST_OPENINGS; i++) {
            Instant before = opening;
            for (Terms.QuietHours some : hours) {
                for (ZoneId zone : zones) {
                    opening = some.opening(opening, zone);
                }
            }
            if (opening.equals(before)) {
                return opening;
            }
        }
        return NEVER;
    }

    private static List<Terms.QuietHours> quietHours(Case c) {
        List<Terms.QuietHours> ofCampaign = c.campaign().quietHours();
        if (ofCampaign.isEmpty()) {
            return c.binding().quietHours();
        }
        return Stream.concat(
                        c.binding().quietHours().stream(),
                        ofCampaign.stream()
                                .filter(some -> some.bind(c.campaign().purpose(), c.channel())))
                .toList();
    }

    /** A service notice neither waits nor is one too many. */
    private static boolean isNeeded(Case c) {
        return c.campaign().purpose() == Purpose.SERVICE_NOTICE;
    }
}
