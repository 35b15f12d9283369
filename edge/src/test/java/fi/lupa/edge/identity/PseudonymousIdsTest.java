package fi.lupa.edge.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ids are the same everywhere and tell nothing without the secret. */
class PseudonymousIdsTest {
    private static final byte[] SECRET = "a secret of thirty-two bytes....".getBytes(UTF_8);

    private final PseudonymousIds ids = new PseudonymousIds(SECRET);

    // printf 'EMAIL:aino@example.fi' | openssl dgst -sha256 -hmac '<the secret>' -binary | head -c 16 | base64
    @Test
    void anIdIsToldFromWhatItStandsFor() {
        PseudonymousIds ids = new PseudonymousIds(new byte[32]);
        assertThat(PseudonymousIds.isId(ids.of(IdentifierKind.EMAIL, "aino@example.fi")))
                .isTrue();
        assertThat(List.of("aino@example.fi", "+358401234567", "0401234567", "C-1", "", " ".repeat(22)))
                .noneMatch(PseudonymousIds::isId);
    }

    @Test
    void isTheBeginningOfAnHmacThatAnybodyWithTheSecretCanRepeat() {
        assertThat(ids.of(IdentifierKind.EMAIL, "aino@example.fi")).isEqualTo("wpK5AO-1gK1bpukzcUWjgw");
    }

    @Test
    void dependsOnTheKindTheValueAndTheSecret() {
        PseudonymousIds others = new PseudonymousIds("another secret of thirty-two byte".getBytes(UTF_8));

        Set<String> all = Set.of(
                ids.of(IdentifierKind.PHONE, "+358401234567"),
                ids.of(IdentifierKind.CUSTOMER, "+358401234567"),
                ids.of(IdentifierKind.PHONE, "+358401234568"),
                others.of(IdentifierKind.PHONE, "+358401234567"));

        assertThat(all).hasSize(4).allMatch(id -> id.matches("[A-Za-z0-9_-]{22}"));
    }

    @Test
    void isTheSameOnEveryThread() {
        String alone = ids.of(IdentifierKind.EMAIL, "aino@example.fi");

        Set<String> together = IntStream.range(0, 10_000)
                .parallel()
                .mapToObj(i -> ids.of(IdentifierKind.EMAIL, "aino@example.fi"))
                .collect(Collectors.toSet());

        assertThat(together).isEqualTo(Set.of(alone));
    }

    @ParameterizedTest
    @CsvSource({
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f, 32",
        "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F, 32",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8, 32",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=, 32",
        "'a secret, as plain text, of any length', 38",
        "'  0001  ', 2"
    })
    void readsASecretAsHexOrBase64OrText(String written, int length) {
        assertThat(PseudonymousIds.decode(written)).hasSize(length);
    }

    @Test
    void refusesASecretThatCouldBeGuessed() {
        for (String written : List.of("", "short", "00".repeat(31))) {
            assertThatThrownBy(() -> new PseudonymousIds(PseudonymousIds.decode(written)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("needs 32");
        }
    }
}
