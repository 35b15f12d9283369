package fi.lupa.edge.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.code_intelligence.jazzer.mutation.annotation.WithUtf8Length;
import com.fasterxml.jackson.core.JacksonException;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.permission.Terms;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A file is a whole policy, or everything that is wrong with it is named. */
class PolicyYamlFuzzTest {

    static Stream<String> policies() throws IOException {
        try (InputStream shipped = Terms.class.getResourceAsStream("policy.yaml")) {
            String policy = new String(shipped.readAllBytes(), StandardCharsets.UTF_8);
            // What is short is soon changed where it matters.
            return Stream.of(policy, policy.replaceAll("(?m)^ *#.*\\R", ""));
        }
    }

    @MethodSource("policies")
    @FuzzTest(maxDuration = "1h")
    void aFileIsAPolicyOrItsFaultsAreNamed(@NotNull @WithUtf8Length(max = 20_000) String yaml) throws IOException {
        try {
            assertThat(new PolicyYaml("policy.yaml").read(yaml).version()).isNotBlank();
        } catch (InvalidSettings e) {
            assertThat(e.faults()).isNotEmpty();
        } catch (JacksonException e) {
            // It is no YAML, and its reader says so.
        }
    }
}
