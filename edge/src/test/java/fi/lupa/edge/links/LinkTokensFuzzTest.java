package fi.lupa.edge.links;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** No token but those that are signed stands for a link. */
class LinkTokensFuzzTest {

    private static final LinkTokens TOKENS =
            new LinkTokens("a secret that nobody guesses, of some length".getBytes(StandardCharsets.UTF_8));

    static Stream<String> tokens() {
        Instant end = Instant.parse("2027-01-31T09:30:00Z");
        return Stream.of(
                        new Link.Preferences("Gv70MpjnuHZs45e0eP8VvA", end),
                        new Link.Receipt("Gv70MpjnuHZs45e0eP8VvA", new UUID(1, 2), end),
                        new Link.Peer("Gv70MpjnuHZs45e0eP8VvA", end))
                .map(TOKENS::sign);
    }

    @MethodSource("tokens")
    @FuzzTest(maxDuration = "1h")
    void whatIsNotSignedIsNoLink(@NotNull String token) {
        TOKENS.read(token, Link.class)
                .ifPresent(link -> assertThat(TOKENS.sign(link)).isEqualTo(token));
    }
}
