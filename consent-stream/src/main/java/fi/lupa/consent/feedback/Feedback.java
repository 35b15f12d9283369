package fi.lupa.consent.feedback;

import fi.lupa.event.Door;
import java.time.Instant;

/**
 * What came back of a message.
 *
 * @param id the sender's own, so that it can be sent again; null for none
 * @param email the address it was sent to; null on a channel that uses numbers
 * @param phone the number it was sent to; null on a channel that uses addresses
 * @param occurredAt null for the present moment
 */
record Feedback(String id, Kind kind, Channel channel, String email, String phone, Instant occurredAt) {

    /** What happened. */
    enum Kind {
        /** The address or number is none, for good. */
        HARD_BOUNCE(Door.HARD_BOUNCE),
        /** Whoever got the message called it unwanted. */
        COMPLAINT(Door.COMPLAINT),
        /** Whoever got the message unsubscribed where it was sent from. */
        UNSUBSCRIBE(Door.UNSUBSCRIBE_LINK);

        final Door door;

        Kind(Door door) {
            this.door = door;
        }
    }

    /** The channels of which anything comes back by itself. */
    enum Channel {
        EMAIL,
        MOBILE,
        PHONE
    }

    static Feedback ofEmail(String id, Kind kind, String email, Instant occurredAt) {
        return new Feedback(id, kind, Channel.EMAIL, email, null, occurredAt);
    }

    @Override
    public String toString() {
        return "Feedback[" + kind + "]";
    }
}
