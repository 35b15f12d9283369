package fi.lupa.edge.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes the ids that stand for people: the same for the same identifier everywhere, and without the secret neither
 * guessed nor turned back, although there are so few phone numbers that a plain hash of each could be tried.
 */
public final class PseudonymousIds {
    private static final String HMAC = "HmacSHA256";
    private static final int SHORTEST_SECRET = 32;
    private static final int ID_BYTES = 16;
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{22}");

    private final ThreadLocal<Mac> mac;

    /**
     * Ids made with a secret of at least 32 bytes.
     *
     * @throws IllegalArgumentException with a sentence if it is shorter
     */
    public PseudonymousIds(byte[] secret) {
        if (secret.length < SHORTEST_SECRET) {
            throw new IllegalArgumentException(
                    "The secret has %d bytes and needs %d; generate a new one, for example with \"openssl rand -hex 32\"."
                            .formatted(secret.length, SHORTEST_SECRET));
        }
        SecretKeySpec key = new SecretKeySpec(secret, HMAC);
        this.mac = ThreadLocal.withInitial(() -> keyed(key));
    }

    /** The bytes of a secret that somebody wrote as hex, else as base64 or base64url, else as plain text. */
    public static byte[] decode(String secret) {
        String text = secret.strip();
        if (text.matches("([0-9a-fA-F]{2})+")) {
            return HexFormat.of().parseHex(text);
        }
        try {
            return Base64.getUrlDecoder().decode(text.replace('+', '-').replace('/', '_'));
        } catch (IllegalArgumentException e) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    /** The id, 22 characters of base64url, of an identifier as {@link IdentifierParser} gives it. */
    public String of(IdentifierKind kind, String normalised) {
        return hash(ByteBuffer.wrap((kind + ":" + normalised).getBytes(StandardCharsets.UTF_8)));
    }

    /** A hash of any content, keyed as the ids are, 22 characters of base64url. */
    String hash(ByteBuffer content) {
        Mac keyed = mac.get();
        keyed.update(content);
        return BASE64.encodeToString(Arrays.copyOf(keyed.doFinal(), ID_BYTES));
    }

    /** Whether the text looks like an id, and so is no address, number or name that somebody took for one. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** The id of a contact point. */
    public String of(ParsedIdentifier.Valid identifier) {
        return of(identifier.kind(), identifier.value());
    }

    private static Mac keyed(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has " + HMAC, e);
        }
    }
}
