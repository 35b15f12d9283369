package fi.lupa.permission;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;

/**
 * What decides whether a message that is permitted goes out now: what went out before, and what time it is where the recipient
 * is. Asked for only where a rule looks at it.
 */
public interface Timing {

    /** Whether a message of the campaign's was cleared for the recipient later than then. */
    boolean cleared(String campaignId, String messageId, Instant after);

    /** What was cleared later than then for the recipient, and for others at an address or number of theirs; in any order. */
    List<Contact> contacts(Instant after);

    /** The time zones in which the recipient may be who is reached there; empty where it does not tell. */
    Set<ZoneId> zones(ContactPoint point);
}
