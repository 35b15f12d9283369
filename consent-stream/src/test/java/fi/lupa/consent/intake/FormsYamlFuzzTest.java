package fi.lupa.consent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.code_intelligence.jazzer.mutation.annotation.WithUtf8Length;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import fi.lupa.edge.settings.InvalidSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A file declares forms, or everything that is wrong with it is named. */
class FormsYamlFuzzTest {

    private static final YAMLMapper YAML = new YAMLMapper();

    static Stream<String> declarations() throws IOException {
        try (InputStream resource = FormsYamlFuzzTest.class.getResourceAsStream("/forms.yaml")) {
            String forms = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
            // What is short is soon changed where it matters.
            return Stream.of(forms, forms.replaceAll("(?m)^ *#.*\\R", ""));
        }
    }

    @MethodSource("declarations")
    @FuzzTest(maxDuration = "1h")
    void aFileDeclaresFormsOrItsFaultsAreNamed(@NotNull @WithUtf8Length(max = 20_000) String text) throws IOException {
        JsonNode root;
        try {
            root = YAML.readTree(text);
        } catch (JacksonException e) {
            return; // It is no YAML, and its reader says so.
        }
        try {
            new FormsYaml("forms.yaml", Set.of("newsletter")).read(root);
        } catch (InvalidSettings e) {
            assertThat(e.faults()).isNotEmpty();
        }
    }
}
