package fi.lupa.edge.sealing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.KmsClients;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import fi.lupa.event.SubjectKey;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The installation's key, which wraps the keys of its subjects: a Tink keyset, of which the primary key wraps and every key
 * unwraps, so that it can be rotated.
 */
public final class MasterKey {

    private static final int KEY_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    static {
        try {
            AeadConfig.register();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Tink comes with its ciphers", e);
        }
    }

    private final Aead aead;

    private MasterKey(KeysetHandle keyset) throws GeneralSecurityException {
        this.aead = keyset.getPrimitive(RegistryConfiguration.get(), Aead.class);
    }

    /**
     * Reads a keyset in Tink's JSON, or base64 of it.
     *
     * @param kmsUri the key, as {@code aws-kms://…} or {@code gcp-kms://…}, that the keyset is encrypted with; null for a
     *     keyset in the clear. Tink's client of that service must be on the class path
     * @throws GeneralSecurityException if it is no such keyset, or the service does not open it
     */
    public static MasterKey read(String keyset, String kmsUri) throws GeneralSecurityException {
        String json = json(keyset.strip());
        if (kmsUri == null) {
            return new MasterKey(TinkJsonProtoKeysetFormat.parseKeyset(json, InsecureSecretKeyAccess.get()));
        }
        Aead kms = KmsClients.getAutoLoaded(kmsUri).withDefaultCredentials().getAead(kmsUri);
        return new MasterKey(TinkJsonProtoKeysetFormat.parseEncryptedKeyset(json, kms, new byte[0]));
    }

    /** A new keyset of one key, as base64 of Tink's JSON: for a place that is itself kept secret. */
    public static String generate() {
        try {
            KeysetHandle keyset = KeysetHandle.generateNew(PredefinedAeadParameters.XAES_256_GCM_192_BIT_NONCE);
            String json = TinkJsonProtoKeysetFormat.serializeKeyset(keyset, InsecureSecretKeyAccess.get());
            return Base64.getEncoder().encodeToString(json.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Tink can make keys", e);
        }
    }

    private static String json(String keyset) throws GeneralSecurityException {
        if (keyset.startsWith("{")) {
            return keyset;
        }
        try {
            return new String(Base64.getDecoder().decode(keyset), UTF_8);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("neither JSON nor base64");
        }
    }

    /** A new key for a subject, wrapped. */
    public ByteBuffer newSubjectKey(String subjectId) {
        byte[] key = new byte[KEY_BYTES];
        RANDOM.nextBytes(key);
        try {
            return ByteBuffer.wrap(aead.encrypt(key, aad(subjectId)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A subject's key could not be wrapped", e);
        }
    }

    /**
     * The seal that a subject's wrapped key makes.
     *
     * @throws WrongMasterKeyException if no key of this keyset wrapped it, or for another subject
     */
    public Seal unwrap(ByteBuffer wrappedKey, String subjectId) {
        try {
            return Seal.of(aead.decrypt(bytes(wrappedKey), aad(subjectId)));
        } catch (GeneralSecurityException e) {
            throw new WrongMasterKeyException(e);
        }
    }

    /**
     * The seal of a subject's key as it is kept; null where there is none, or it is destroyed.
     *
     * @throws WrongMasterKeyException if no key of this keyset wrapped it
     */
    public Seal sealOf(SubjectKey key) {
        return key == null || !key.getWrappedKey().hasRemaining()
                ? null
                : unwrap(key.getWrappedKey(), key.getSubjectId());
    }

    /** Seals for the way what no subject's key is at hand for, as between two subjects' files. */
    public Seal forTheWay() {
        return new Seal(aead);
    }

    private static byte[] aad(String subjectId) {
        return ("subject key/" + subjectId).getBytes(UTF_8);
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
