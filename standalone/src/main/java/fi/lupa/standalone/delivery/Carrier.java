package fi.lupa.standalone.delivery;

import fi.lupa.event.MessageCleared;

/** Takes cleared messages to the system that sends them on. */
interface Carrier extends AutoCloseable {

    /**
     * Comes back when the other system has taken the message over. It may be carried twice, under the same
     * {@link #idempotencyKey}.
     *
     * @throws RefusedException if it will never be taken
     * @throws TryAgainException if it was not taken now
     */
    void carry(MessageCleared message) throws RefusedException, TryAgainException;

    @Override
    void close();

    /** The same for the same message, however often it is carried. One id for two recipients is two messages. */
    static String idempotencyKey(MessageCleared message) {
        return String.join("/", message.getCampaignId(), message.getMessageId(), message.getSubjectId());
    }

    /** A message that is not taken, now or ever. Its sentence names nobody. */
    final class RefusedException extends Exception {

        private static final long serialVersionUID = 1;

        private final boolean bounced;

        RefusedException(String why) {
            this(why, false);
        }

        RefusedException(String why, boolean bounced) {
            super(why);
            this.bounced = bounced;
        }

        /** Whether the address or number is none, for good: no other message will be taken there either. */
        boolean bounced() {
            return bounced;
        }
    }

    /** A message that is not taken now. Its sentence names nobody. */
    final class TryAgainException extends Exception {

        private static final long serialVersionUID = 1;

        TryAgainException(String why) {
            super(why);
        }
    }
}
