package fi.lupa.edge.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.DirectDecrypter;
import com.nimbusds.jose.crypto.DirectEncrypter;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Values that a browser keeps and can neither read nor change: JWE, AES-256-GCM under a key of one purpose. */
final class Sealed {
    private static final String HMAC = "HmacSHA256";
    private static final int LONGEST = 4_096;

    private final byte[] key;

    /** @param secret of the installation; another purpose has another key, so that no value passes for one of another kind */
    Sealed(byte[] secret, String purpose) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret, HMAC));
            this.key = mac.doFinal(purpose.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has " + HMAC, e);
        }
    }

    String seal(Map<String, Object> claims) {
        try {
            JWEObject sealed =
                    new JWEObject(new JWEHeader(JWEAlgorithm.DIR, EncryptionMethod.A256GCM), new Payload(claims));
            sealed.encrypt(new DirectEncrypter(key));
            return sealed.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("Every Java has AES-GCM", e);
        }
    }

    /** What was sealed here, for this purpose; empty for anything else. */
    Optional<Map<String, Object>> open(String value) {
        if (value.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            JWEObject sealed = JWEObject.parse(value);
            if (!sealed.getHeader().getAlgorithm().equals(JWEAlgorithm.DIR)
                    || !sealed.getHeader().getEncryptionMethod().equals(EncryptionMethod.A256GCM)) {
                return Optional.empty();
            }
            sealed.decrypt(new DirectDecrypter(key));
            return Optional.ofNullable(sealed.getPayload().toJSONObject());
        } catch (ParseException | JOSEException e) {
            return Optional.empty();
        }
    }
}
