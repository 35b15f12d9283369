package fi.lupa.edge.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fi.lupa.event.DatedText;
import fi.lupa.event.FormPersonalData;
import fi.lupa.event.StatePersonalData;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SealTest {

    private static final String AINO = "Gv70MpjnuHZs45e0eP8VvA";
    private static final String EERO = "VvA45e0eP8Gv70MpjnuHZs";
    private static final UUID EVENT = UUID.fromString("551c8e28-c66c-4ec0-b8ec-ab7d1e4f4197");
    private static final FormPersonalData FORM =
            FormPersonalData.newBuilder().setEmail("aino@example.fi").build();
    private static final StatePersonalData STATE = StatePersonalData.newBuilder()
            .setName(new DatedText("Aino Virtanen", Instant.EPOCH))
            .setContactPoints(Map.of(AINO, "aino@example.fi"))
            .build();

    private final MasterKey master = read(MasterKey.generate());
    private final Seal seal = master.unwrap(master.newSubjectKey(AINO), AINO);

    @Test
    void whatIsSealedOpensAsItWas() {
        assertThat(seal.openForm(seal.form(FORM, AINO, EVENT), AINO, EVENT)).isEqualTo(FORM);
        assertThat(seal.openState(seal.state(STATE, AINO), AINO)).isEqualTo(STATE);
        assertThat(master.forTheWay().openState(master.forTheWay().state(STATE, AINO), AINO))
                .isEqualTo(STATE);
    }

    @Test
    void nothingOfItIsReadInTheSealedPiece() {
        String sealed = new String(MasterKey.bytes(seal.form(FORM, AINO, EVENT)), StandardCharsets.ISO_8859_1);

        assertThat(sealed).doesNotContain("aino").doesNotContain("example");
    }

    @Test
    void aPieceOpensOnlyForWhomAndAsWhatItWasSealed() {
        ByteBuffer form = seal.form(FORM, AINO, EVENT);
        ByteBuffer state = seal.state(STATE, AINO);

        assertThatThrownBy(() -> seal.openForm(form, EERO, EVENT)).isInstanceOf(UnopenableException.class);
        assertThatThrownBy(() -> seal.openForm(form, AINO, new UUID(0, 1))).isInstanceOf(UnopenableException.class);
        assertThatThrownBy(() -> seal.openState(form, AINO)).isInstanceOf(UnopenableException.class);
        assertThatThrownBy(() -> seal.openState(state, EERO)).isInstanceOf(UnopenableException.class);
    }

    @Test
    void aChangedPieceOpensForNobody() {
        byte[] changed = MasterKey.bytes(seal.state(STATE, AINO));
        changed[changed.length / 2] ^= 1;

        assertThatThrownBy(() -> seal.openState(ByteBuffer.wrap(changed), AINO))
                .isInstanceOf(UnopenableException.class)
                .hasMessageNotContaining("aino");
        assertThatThrownBy(() -> seal.openState(ByteBuffer.allocate(3), AINO)).isInstanceOf(UnopenableException.class);
    }

    @Test
    void anotherKeyOfTheSameSubjectOpensNothing() {
        ByteBuffer state = seal.state(STATE, AINO);

        assertThatThrownBy(() -> master.unwrap(master.newSubjectKey(AINO), AINO).openState(state, AINO))
                .isInstanceOf(UnopenableException.class);
    }

    @Test
    void aSubjectsKeyUnwrapsForThatSubjectAndByThisMasterAlone() {
        ByteBuffer wrapped = master.newSubjectKey(AINO);

        assertThatThrownBy(() -> master.unwrap(wrapped, EERO)).isInstanceOf(WrongMasterKeyException.class);
        assertThatThrownBy(() -> read(MasterKey.generate()).unwrap(wrapped, AINO))
                .isInstanceOf(WrongMasterKeyException.class)
                .hasMessageContaining("master key");
    }

    @Test
    void theKeysetIsReadAsJsonAndAsBase64OfIt() throws GeneralSecurityException {
        String base64 = MasterKey.generate();
        String json = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        ByteBuffer wrapped = read(base64).newSubjectKey(AINO);

        assertThat(read(" " + json + "\n").unwrap(wrapped, AINO)).isNotNull();
        assertThatThrownBy(() -> MasterKey.read("no keyset", null)).isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> MasterKey.read("{}", null)).isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> MasterKey.read(json, "aws-kms://nobody-knows"))
                .isInstanceOf(GeneralSecurityException.class);
    }

    private static MasterKey read(String keyset) {
        try {
            return MasterKey.read(keyset, null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
