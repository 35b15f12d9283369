package fi.lupa.permission;

import java.time.Instant;

/**
 * A message that was cleared.
 *
 * @param contactPoint id of the address or number it went to
 * @param theirs whether it was for the recipient asked about; else for another who is reached at the same address or number
 * @param at when it was cleared
 */
public record Contact(
        String campaignId, Purpose purpose, Channel channel, String contactPoint, boolean theirs, Instant at) {}
