package fi.lupa.edge.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
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
            return Stream.of(new String(shipped.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @MethodSource("policies")
    @FuzzTest(maxDuration = "1h")
    void aFileIsAPolicyOrItsFaultsAreNamed(@NotNull String yaml) throws IOException {
        try {
            assertThat(new PolicyYaml("policy.yaml").read(yaml).version()).isNotBlank();
        } catch (InvalidSettings e) {
            assertThat(e.faults()).isNotEmpty();
        } catch (JacksonException e) {
            // It is no YAML, and its reader says so.
        }
    }
}
