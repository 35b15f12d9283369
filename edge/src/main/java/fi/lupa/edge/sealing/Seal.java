package fi.lupa.edge.sealing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.util.SecretBytes;
import fi.lupa.event.FormPersonalData;
import fi.lupa.event.StatePersonalData;
import fi.lupa.schemas.InternalSerde;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Seals and opens personal data with one key: AES-256-GCM over Avro's single-object encoding, which tells an old piece's
 * schema from a new one's. A piece opens only as what it was sealed as, and for whom.
 */
public final class Seal {

    private static final AesGcmParameters AES_256_GCM = parameters();
    private static final InternalSerde<FormPersonalData> FORM = new InternalSerde<>(FormPersonalData.class);
    private static final InternalSerde<StatePersonalData> STATE = new InternalSerde<>(StatePersonalData.class);

    private final Aead aead;

    Seal(Aead aead) {
        this.aead = aead;
    }

    @AccessesPartialKey
    static Seal of(byte[] key) throws GeneralSecurityException {
        return new Seal(AesGcmJce.create(AesGcmKey.builder()
                .setParameters(AES_256_GCM)
                .setKeyBytes(SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get()))
                .build()));
    }

    public ByteBuffer form(FormPersonalData personal, String subjectId, UUID eventId) {
        return seal(FORM, personal, "form/" + subjectId + "/" + eventId);
    }

    /** @throws UnopenableException if it is not this form's, or not under this key */
    public FormPersonalData openForm(ByteBuffer sealed, String subjectId, UUID eventId) {
        return open(FORM, sealed, "form/" + subjectId + "/" + eventId);
    }

    public ByteBuffer state(StatePersonalData personal, String subjectId) {
        return seal(STATE, personal, "state/" + subjectId);
    }

    /** @throws UnopenableException if it is not this subject's, or not under this key */
    public StatePersonalData openState(ByteBuffer sealed, String subjectId) {
        return open(STATE, sealed, "state/" + subjectId);
    }

    private <V extends SpecificRecord> ByteBuffer seal(InternalSerde<V> serde, V personal, String as) {
        try {
            return ByteBuffer.wrap(aead.encrypt(serde.serializer().serialize(as, personal), as.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Personal data could not be sealed", e);
        }
    }

    private <V extends SpecificRecord> V open(InternalSerde<V> serde, ByteBuffer sealed, String as) {
        try {
            return serde.deserializer()
                    .deserialize("a sealed piece", aead.decrypt(MasterKey.bytes(sealed), as.getBytes(UTF_8)));
        } catch (GeneralSecurityException | SerializationException e) {
            throw new UnopenableException("sealed personal data does not open", e);
        }
    }

    private static AesGcmParameters parameters() {
        try {
            return AesGcmParameters.builder()
                    .setKeySizeBytes(32)
                    .setIvSizeBytes(12)
                    .setTagSizeBytes(16)
                    .setVariant(AesGcmParameters.Variant.NO_PREFIX)
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Tink knows AES-256-GCM", e);
        }
    }
}
