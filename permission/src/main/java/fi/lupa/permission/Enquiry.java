package fi.lupa.permission;

import java.time.Instant;

/**
 * The question put to the decision point: may this subject be contacted on this channel?
 *
 * @param contactPoint id of the address or number asked for; null for the subject's latest. Of a recipient who is not known,
 *     the id they were named by
 * @param expiresAt after this moment the answer is no; null for never
 * @param messageId of the message that is to go out; null where the question is about none in particular
 */
public record Enquiry(Channel channel, String contactPoint, Instant expiresAt, String messageId) {

    /** About no message in particular. */
    public Enquiry(Channel channel, String contactPoint, Instant expiresAt) {
        this(channel, contactPoint, expiresAt, null);
    }
}
