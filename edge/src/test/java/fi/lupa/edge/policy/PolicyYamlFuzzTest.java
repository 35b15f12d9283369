package fi.lupa.edge.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.fasterxml.jackson.core.JacksonException;
import fi.lupa.edge.settings.InvalidSettings;
import java.io.IOException;

/** A file is a whole policy, or everything that is wrong with it is named. */
class PolicyYamlFuzzTest {

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
