package fi.lupa.permission;

import java.time.Instant;

/**
 * The question put to the decision point: may this subject be contacted on this channel?
 *
 * @param contactPoint id of the address or number asked for; null for the subject's latest. Of a recipient who is not known,
 *     the id they were named by
 * @param expiresAt after this moment the answer is no; null for never
 */
public record Enquiry(Channel channel, String contactPoint, Instant expiresAt) {}
