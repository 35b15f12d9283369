package fi.lupa.standalone.bench;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;

/**
 * Numbers written as ids that look like chance and still tell their number.
 *
 * <p>They have the shape of {@link fi.lupa.edge.identity.PseudonymousIds}, 22 characters of base64url, so that keys sort and
 * compress as real ones do, and cost nothing to make.
 *
 * @param salt ids of another salt are others
 */
record NumberedIds(long salt) {

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    String of(long number) {
        UUID id = uuid(number);
        return ENCODER.encodeToString(ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array());
    }

    UUID uuid(long number) {
        long head = mixed(salt + number);
        return new UUID(head, number ^ mixed(head));
    }

    /** The number that {@link #of} was given. */
    long numberOf(String id) {
        ByteBuffer bytes = ByteBuffer.wrap(DECODER.decode(id));
        return mixed(bytes.getLong()) ^ bytes.getLong();
    }

    /** Spreads numbers over all longs, each to one of its own: the last step of SplitMix64. */
    static long mixed(long number) {
        long z = number + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
