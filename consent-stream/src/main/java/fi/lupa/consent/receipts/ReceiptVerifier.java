package fi.lupa.consent.receipts;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import fi.lupa.edge.http.Json;
import java.io.IOException;
import java.text.ParseException;

/** Tells a receipt that was signed with one of the published keys from everything else. */
public final class ReceiptVerifier {

    private final JWKSet published;

    private ReceiptVerifier(JWKSet published) {
        this.published = published;
    }

    /**
     * By the keys of {@code /.well-known/jwks.json}.
     *
     * @throws ParseException if the text is no JWK set
     */
    public static ReceiptVerifier of(String jwks) throws ParseException {
        return new ReceiptVerifier(JWKSet.parse(jwks));
    }

    /**
     * What the receipt says.
     *
     * @throws InvalidReceiptException with a sentence that says why it is none
     */
    public JsonNode verify(String receipt) throws InvalidReceiptException {
        JWSObject jws = parse(receipt.strip());
        if (!JWSAlgorithm.ES256.equals(jws.getHeader().getAlgorithm())) {
            throw new InvalidReceiptException("It is not signed by ES256, as receipts are.");
        }
        if (!ReceiptKeys.TYPE.equals(jws.getHeader().getType())) {
            throw new InvalidReceiptException("It is not a consent receipt: its type is another.");
        }
        if (!(published.getKeyByKeyId(jws.getHeader().getKeyID()) instanceof ECKey key)) {
            throw new InvalidReceiptException("The key it names is none of those published.");
        }
        try {
            if (!jws.verify(new ECDSAVerifier(key.toPublicJWK()))) {
                throw new InvalidReceiptException("The signature does not fit: it was changed, or signed by another.");
            }
        } catch (JOSEException e) {
            throw new InvalidReceiptException("The published key is not one that signs receipts.");
        }
        try {
            return Json.MAPPER.readTree(jws.getPayload().toBytes());
        } catch (IOException e) {
            throw new InvalidReceiptException("It is signed, and what it says cannot be read as JSON.");
        }
    }

    private static JWSObject parse(String receipt) throws InvalidReceiptException {
        try {
            return JWSObject.parse(receipt);
        } catch (ParseException e) {
            throw new InvalidReceiptException("It is not a JWS in compact serialization.");
        }
    }

    /** Why something is no valid receipt. */
    public static final class InvalidReceiptException extends Exception {
        InvalidReceiptException(String why) {
            super(why);
        }
    }
}
