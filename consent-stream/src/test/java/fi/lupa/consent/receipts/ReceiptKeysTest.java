package fi.lupa.consent.receipts;

import static fi.lupa.consent.receipts.Example.RECEIPTS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import fi.lupa.consent.receipts.ReceiptVerifier.InvalidReceiptException;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.event.Will;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A receipt is believed when, and only when, it was signed with a key that is published. */
class ReceiptKeysTest {

    private final ConsentReceipt receipt = RECEIPTS.of(ReceiptsTest.said(Will.GRANT));

    @TempDir
    private Path folder;

    @Test
    void thePublishedKeyVerifiesAndThePayloadIsTheRecord() throws Exception {
        ReceiptKeys keys = ReceiptKeys.load(ReceiptKeys.writeTo(folder));

        String jws = keys.sign(receipt);

        JsonNode said = verifier(keys).verify(jws + "\n");
        assertThat(said).isEqualTo(Json.MAPPER.readTree(receipt.bytes()));
        assertThat(said.path("iat").asLong()).isEqualTo(1_772_452_890L);
        JWSObject parsed = JWSObject.parse(jws);
        assertThat(parsed.getPayload().toBytes()).isEqualTo(receipt.bytes());
        assertThat(parsed.getHeader().toJSONObject())
                .containsOnlyKeys("alg", "kid", "typ")
                .containsEntry("alg", "ES256")
                .containsEntry("typ", "consent-receipt+jwt");
    }

    @Test
    void nothingPrivateIsPublished() throws Exception {
        Path file = ReceiptKeys.writeTo(folder);

        assertThat(Files.readString(file)).contains("\"d\":");
        assertThat(ReceiptKeys.load(file).published().toString()).doesNotContain("\"d\":");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(ReceiptKeys.load(ReceiptKeys.writeTo(folder)).kid())
                .as("made once")
                .isEqualTo(ReceiptKeys.load(file).kid());
    }

    @Test
    void aChangedCharacterShows() throws Exception {
        ReceiptKeys keys = ReceiptKeys.load(ReceiptKeys.writeTo(folder));
        String[] parts = keys.sign(receipt).split("\\.", -1);
        String payload = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8);
        String changed = payload.replace("\"GRANT\"", "\"LIFT\"");
        assertThat(changed).isNotEqualTo(payload);

        assertThatThrownBy(() -> verifier(keys)
                        .verify(parts[0] + "."
                                + Base64.getUrlEncoder().withoutPadding().encodeToString(changed.getBytes(UTF_8)) + "."
                                + parts[2]))
                .isInstanceOf(InvalidReceiptException.class)
                .hasMessageContaining("The signature does not fit");
    }

    @Test
    void afterARotationTheNewKeySignsAndAnOldReceiptStillVerifies() throws Exception {
        ECKey old = ReceiptKeys.generate();
        ECKey fresh = ReceiptKeys.generate();
        String before = load(old).sign(receipt);

        ReceiptKeys rotated = load(fresh, old.toPublicJWK());

        assertThat(rotated.kid()).isEqualTo(fresh.getKeyID());
        assertThat(verifier(rotated).verify(before)).isNotNull();
        assertThat(verifier(rotated).verify(rotated.sign(receipt))).isNotNull();
        assertThatThrownBy(() -> verifier(load(fresh)).verify(before))
                .hasMessage("The key it names is none of those published.");
    }

    @Test
    void whatIsNoReceiptIsRefusedWithTheReason() throws Exception {
        ECKey key = ReceiptKeys.generate();
        ReceiptVerifier verifier = verifier(load(key));
        JWSHeader.Builder header =
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).type(ReceiptKeys.TYPE);

        assertThatThrownBy(() -> verifier.verify("not a receipt"))
                .hasMessage("It is not a JWS in compact serialization.");
        assertThatThrownBy(() ->
                        verifier.verify(signed(header.type(JOSEObjectType.JWT).build(), key)))
                .hasMessageContaining("its type is another");
        JWSObject mac = new JWSObject(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .keyID(key.getKeyID())
                        .type(ReceiptKeys.TYPE)
                        .build(),
                new Payload("{}"));
        mac.sign(new MACSigner(new OctetSequenceKeyGenerator(256).generate()));
        assertThatThrownBy(() -> verifier.verify(mac.serialize())).hasMessageContaining("ES256");
        ECKey other = ReceiptKeys.generate();
        assertThatThrownBy(() ->
                        verifier.verify(signed(header.type(ReceiptKeys.TYPE).build(), other)))
                .as("another's signature under the published key's name")
                .hasMessageContaining("The signature does not fit");
    }

    @Test
    void everyFaultOfTheFileIsToldAtOnce() throws Exception {
        ECKey unnamed = new ECKeyGenerator(Curve.P_256).generate();
        ECKey wide = new ECKeyGenerator(Curve.P_384).keyID("b").generate();

        assertThat(faults(new JWKSet(List.of(
                                unnamed.toPublicJWK(),
                                wide,
                                new ECKeyGenerator(Curve.P_256).keyID("b").generate()))
                        .toString(false)))
                .containsExactly(
                        ": key 1 has no private part, and the first is the one that signs; put the new key first.",
                        ": key 1 has no \"kid\", by which a receipt names it.",
                        ": key 2 is not an EC key on P-256; receipts are signed by ES256 alone.",
                        ": key 3 has the \"kid\" of another; give each its own.");
        assertThat(faults("{\"keys\":[]}")).containsExactly(" holds no key; make one with ./lupa keys.");
        assertThat(faults("{\"d\":\"secret\""))
                .singleElement()
                .asString()
                .contains("is not a JWK set")
                .doesNotContain("secret");
    }

    private static String signed(JWSHeader header, ECKey key) throws JOSEException {
        JWSObject jws = new JWSObject(header, new Payload("{}"));
        jws.sign(new ECDSASigner(key));
        return jws.serialize();
    }

    private static ReceiptVerifier verifier(ReceiptKeys keys) throws Exception {
        return ReceiptVerifier.of(keys.published().toString());
    }

    private ReceiptKeys load(ECKey... keys) throws IOException {
        Path file = folder.resolve("rotated.json");
        return ReceiptKeys.load(Files.writeString(file, new JWKSet(Arrays.<JWK>asList(keys)).toString(false)));
    }

    private List<String> faults(String jwks) throws IOException {
        Path file = Files.writeString(folder.resolve("keys.json"), jwks);
        return catchThrowableOfType(InvalidSettings.class, () -> ReceiptKeys.load(file)).faults().stream()
                .map(fault -> fault.replace(file.toString(), ""))
                .toList();
    }
}
