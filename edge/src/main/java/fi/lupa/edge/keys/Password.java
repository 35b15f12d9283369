package fi.lupa.edge.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** The hash of a password, written {@code pbkdf2-sha256$600000$salt$hash}; to try one takes a third of a second, on purpose. */
record Password(int iterations, String salt, String hash) {

    /** What OWASP asks of PBKDF2-HMAC-SHA-256. */
    static final int ITERATIONS = 600_000;

    /** Longer ones are refused unread: a password is not a way to keep the service busy. */
    static final int LONGEST = 256;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int BYTES = 32;
    private static final Pattern WRITTEN =
            Pattern.compile("pbkdf2-sha256\\$(\\d{6,8})\\$([A-Za-z0-9_-]{22,})\\$([A-Za-z0-9_-]{43})");

    /** Nobody's: comparing with it takes as long as with anybody's. */
    static final Password NOBODYS = new Password(ITERATIONS, random(16), random(BYTES));

    /** A new password of 120 random bits. */
    static String generate() {
        return random(15);
    }

    static Password of(String plain) {
        String salt = random(16);
        return new Password(ITERATIONS, salt, derive(plain, ITERATIONS, salt));
    }

    /** Whether a hash is written so, with no fewer iterations than are asked for today. */
    static boolean isWritten(String text) {
        Matcher parts = WRITTEN.matcher(text);
        return parts.matches() && Integer.parseInt(parts.group(1)) >= ITERATIONS;
    }

    static Password parse(String text) {
        Matcher parts = WRITTEN.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a password hash");
        }
        return new Password(Integer.parseInt(parts.group(1)), parts.group(2), parts.group(3));
    }

    /** Whether it is this one; compared to the end, so the time tells nothing. */
    boolean is(String plain) {
        return plain.length() <= LONGEST
                && MessageDigest.isEqual(
                        hash.getBytes(US_ASCII), derive(plain, iterations, salt).getBytes(US_ASCII));
    }

    String written() {
        return "pbkdf2-sha256$%d$%s$%s".formatted(iterations, salt, hash);
    }

    @Override
    public String toString() {
        return "Password (hidden)";
    }

    private static String derive(String plain, int iterations, String salt) {
        PBEKeySpec spec =
                new PBEKeySpec(plain.toCharArray(), Base64.getUrlDecoder().decode(salt), iterations, BYTES * 8);
        try {
            return BASE64.encodeToString(SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has PBKDF2WithHmacSHA256", e);
        } finally {
            spec.clearPassword();
        }
    }

    private static String random(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return BASE64.encodeToString(random);
    }
}
