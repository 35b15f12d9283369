package fi.lupa.consent.intake;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.edge.settings.YamlFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The forms of {@code forms.yaml}. */
public final class FormDeclarations {

    private final Map<String, FormDeclaration> byId;

    FormDeclarations(List<FormDeclaration> forms) {
        byId = forms.stream().collect(Collectors.toUnmodifiableMap(FormDeclaration::id, form -> form));
    }

    /**
     * Reads the declarations.
     *
     * @param topics within marketing, as the policy names them
     * @throws InvalidSettings with everything that is wrong with the file
     */
    public static FormDeclarations load(Path formsYaml, Set<String> topics) {
        try {
            JsonNode root = new YAMLMapper().readTree(Files.readString(formsYaml));
            return new FormDeclarations(new FormsYaml(formsYaml.toString(), topics).read(root));
        } catch (JacksonException e) {
            throw new InvalidSettings(
                    List.of("%s is not YAML%s; correct it.".formatted(formsYaml, YamlFault.where(e))));
        } catch (IOException e) {
            throw new InvalidSettings(
                    List.of("The forms %s cannot be read; create the file or name another.".formatted(formsYaml)));
        }
    }

    Optional<FormDeclaration> find(String formId) {
        return Optional.ofNullable(byId.get(formId));
    }

    /** How many forms are declared. */
    public int size() {
        return byId.size();
    }
}
