package fi.lupa.consent.receipts;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import fi.lupa.edge.settings.InvalidSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The keys that receipts are signed with, from a file that holds a JWK set (RFC 7517) of EC keys on P-256. The first signs; all
 * are published, so that what an earlier one signed can still be verified. Of those, the public part is enough.
 */
public final class ReceiptKeys {

    /** Names receipts, so that no token signed for another use passes for one. */
    static final JOSEObjectType TYPE = new JOSEObjectType("consent-receipt+jwt");

    private final JWKSet keys;
    private final ECKey signing;

    private ReceiptKeys(List<ECKey> keys) {
        this.keys = new JWKSet(List.<JWK>copyOf(keys));
        this.signing = keys.get(0);
    }

    /**
     * Reads the keys.
     *
     * @throws InvalidSettings with everything that is wrong with the file
     */
    public static ReceiptKeys load(Path file) {
        try {
            return new ReceiptKeys(
                    checked(file, JWKSet.parse(Files.readString(file)).getKeys()));
        } catch (ParseException e) {
            // Its message would quote the file.
            throw new InvalidSettings(List.of(
                    "%s is not a JWK set; make one with ./lupa keys, or bring the old one back.".formatted(file)));
        } catch (IOException e) {
            throw new InvalidSettings(
                    List.of("The receipt keys %s cannot be read; make them with ./lupa keys, or name another file."
                            .formatted(file)));
        }
    }

    private static List<ECKey> checked(Path file, List<JWK> keys) {
        List<String> faults = new ArrayList<>();
        if (keys.isEmpty()) {
            faults.add("%s holds no key; make one with ./lupa keys.".formatted(file));
        }
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < keys.size(); i++) {
            String which = "%s: key %d".formatted(file, i + 1);
            JWK key = keys.get(i);
            if (!(key instanceof ECKey ec) || !ec.getCurve().equals(Curve.P_256)) {
                faults.add(which + " is not an EC key on P-256; receipts are signed by ES256 alone.");
            } else if (i == 0 && !ec.isPrivate()) {
                faults.add(which + " has no private part, and the first is the one that signs; put the new key first.");
            }
            if (key.getKeyID() == null || key.getKeyID().isBlank()) {
                faults.add(which + " has no \"kid\", by which a receipt names it.");
            } else if (!ids.add(key.getKeyID())) {
                faults.add(which + " has the \"kid\" of another; give each its own.");
            }
        }
        if (!faults.isEmpty()) {
            throw new InvalidSettings(faults);
        }
        return keys.stream().map(ECKey.class::cast).toList();
    }

    /** Makes a file with one new key, for its owner's eyes, unless there is one. */
    public static Path writeTo(Path directory) {
        Path file = directory.resolve("receipt-keys.json");
        if (Files.exists(file)) {
            return file;
        }
        try {
            Files.createDirectories(directory);
            String text = new JWKSet(generate()).toString(false) + "\n";
            boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
            if (posix) {
                // Never readable by others, not even between its creation and its first byte.
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            return Files.writeString(
                    file,
                    text,
                    StandardCharsets.UTF_8,
                    posix ? StandardOpenOption.WRITE : StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ECKey generate() {
        try {
            return new ECKeyGenerator(Curve.P_256)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.ES256)
                    .keyIDFromThumbprint(true)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException("Every Java has P-256", e);
        }
    }

    /** The receipt as JWS in compact serialization (RFC 7515), its payload the receipt's bytes. */
    String sign(ConsentReceipt receipt) {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .keyID(kid())
                .type(TYPE)
                .build();
        JWSObject jws = new JWSObject(header, new Payload(receipt.bytes()));
        try {
            jws.sign(new ECDSASigner(signing));
            return jws.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("a private key on P-256 signs by ES256", e);
        }
    }

    /** Which key signs. */
    String kid() {
        return signing.getKeyID();
    }

    /** What may be shown to everybody. */
    JWKSet published() {
        return keys.toPublicJWKSet();
    }

    @Override
    public String toString() {
        return "ReceiptKeys[" + kid() + "]";
    }
}
