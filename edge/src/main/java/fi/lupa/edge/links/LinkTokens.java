package fi.lupa.edge.links;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.permission.Scope;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs links and reads them back. Whoever shares the secret may sign and read: the router makes the links that the consent
 * stream answers.
 *
 * <p>A token is base64url of the kind, the end in seconds since 1970, the ids, and 16 bytes of HMAC-SHA-256 over all before
 * them; about 90 characters. Nothing is stored of it.
 */
public final class LinkTokens {

    private static final String HMAC = "HmacSHA256";
    private static final int SIGNATURE_BYTES = 16;
    private static final int LONGEST = 1_000;

    private static final int PREFERENCES = 1;
    private static final int UNSUBSCRIBE = 2;
    private static final int RECEIPT = 3;
    private static final int PEER = 4;

    /** Links in people's mailboxes live long: a letter once given away keeps its meaning. */
    private static final Map<Scope, Character> LETTERS = Map.of(
            Scope.EMAIL, 'E',
            Scope.MOBILE, 'M',
            Scope.PHONE, 'P',
            Scope.POST, 'L',
            Scope.MARKET_RESEARCH, 'R',
            Scope.MARKETING_USE, 'U',
            Scope.WEB_ANALYTICS, 'W');

    private final ThreadLocal<Mac> mac;

    /** @param secret of the installation; the signing key is derived from it, so that it signs nothing else */
    public LinkTokens(byte[] secret) {
        SecretKeySpec key = new SecretKeySpec(hmac(secret).doFinal("lupa links 1".getBytes(UTF_8)), HMAC);
        this.mac = ThreadLocal.withInitial(() -> hmac(key.getEncoded()));
    }

    /** The token of a link, of characters that need no escape in a URL. */
    public String sign(Link link) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(96);
            DataOutputStream out = new DataOutputStream(bytes);
            if (link instanceof Link.Preferences) {
                head(out, PREFERENCES, link);
            } else if (link instanceof Link.Peer) {
                head(out, PEER, link);
            } else if (link instanceof Link.Unsubscribe unsubscribe) {
                head(out, UNSUBSCRIBE, link);
                out.writeUTF(unsubscribe.contactPointId());
                out.writeByte(LETTERS.get(unsubscribe.scope()));
            } else if (link instanceof Link.Receipt receipt) {
                head(out, RECEIPT, link);
                out.writeLong(receipt.eventId().getMostSignificantBits());
                out.writeLong(receipt.eventId().getLeastSignificantBits());
            }
            out.write(signature(bytes.toByteArray()));
            return text(bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The link that a token stands for, also when its time is over: its reader compares the end, and tells a late link from a
     * forged one.
     *
     * @return empty if it was not signed here, or stands for a link of another kind
     */
    public <L extends Link> Optional<L> read(String token, Class<L> kind) {
        return signed(token).flatMap(LinkTokens::parse).filter(kind::isInstance).map(kind::cast);
    }

    private Optional<byte[]> signed(String token) {
        if (token.length() > LONGEST) {
            return Optional.empty();
        }
        byte[] all;
        try {
            all = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        // A decoder takes padding, too, and other bits than zeros at the end: a link has one token.
        if (all.length <= SIGNATURE_BYTES || !text(all).equals(token)) {
            return Optional.empty();
        }
        byte[] said = Arrays.copyOf(all, all.length - SIGNATURE_BYTES);
        byte[] signature = Arrays.copyOfRange(all, said.length, all.length);
        return MessageDigest.isEqual(signature, signature(said)) ? Optional.of(said) : Optional.empty();
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static Optional<Link> parse(byte[] said) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(said))) {
            int kind = in.readUnsignedByte();
            Instant expiresAt = Instant.ofEpochSecond(in.readLong());
            String subjectId = in.readUTF();
            return Optional.ofNullable(
                    switch (kind) {
                        case PREFERENCES -> new Link.Preferences(subjectId, expiresAt);
                        case PEER -> new Link.Peer(subjectId, expiresAt);
                        case UNSUBSCRIBE ->
                            new Link.Unsubscribe(subjectId, in.readUTF(), scope((char) in.readByte()), expiresAt);
                        case RECEIPT -> new Link.Receipt(subjectId, new UUID(in.readLong(), in.readLong()), expiresAt);
                        default -> null;
                    });
        } catch (IOException e) {
            throw new UncheckedIOException("what was signed here can be read", e);
        }
    }

    private static Scope scope(char letter) {
        return LETTERS.entrySet().stream()
                .filter(entry -> entry.getValue() == letter)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private static void head(DataOutputStream out, int kind, Link link) throws IOException {
        out.writeByte(kind);
        out.writeLong(link.expiresAt().getEpochSecond());
        out.writeUTF(link.subjectId());
    }

    private byte[] signature(byte[] said) {
        return Arrays.copyOf(mac.get().doFinal(said), SIGNATURE_BYTES);
    }

    private static Mac hmac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has " + HMAC, e);
        }
    }
}
