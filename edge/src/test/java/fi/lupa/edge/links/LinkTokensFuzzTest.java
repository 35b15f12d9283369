package fi.lupa.edge.links;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.nio.charset.StandardCharsets;

/** No token but those that are signed stands for a link. */
class LinkTokensFuzzTest {

    private static final LinkTokens TOKENS =
            new LinkTokens("a secret that nobody guesses, of some length".getBytes(StandardCharsets.UTF_8));

    @FuzzTest(maxDuration = "1h")
    void whatIsNotSignedIsNoLink(@NotNull String token) {
        TOKENS.read(token, Link.class)
                .ifPresent(link -> assertThat(TOKENS.sign(link)).isEqualTo(token));
    }
}
