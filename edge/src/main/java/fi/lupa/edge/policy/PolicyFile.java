package fi.lupa.edge.policy;

import com.fasterxml.jackson.core.JacksonException;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.edge.settings.YamlFault;
import fi.lupa.permission.Policy;
import fi.lupa.permission.Terms;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A {@code policy.yaml}: the one that Lupa comes with, or a company's own. */
public final class PolicyFile {

    private static final PolicyFile SHIPPED = new PolicyFile(null);

    private final Path path;

    private PolicyFile(Path path) {
        this.path = path;
    }

    /** The policy that Lupa comes with. */
    public static PolicyFile shipped() {
        return SHIPPED;
    }

    public static PolicyFile at(Path path) {
        return new PolicyFile(path);
    }

    /**
     * Reads the policy.
     *
     * @throws InvalidSettings with everything that is wrong with the file
     */
    public Policy read() {
        PolicyYaml yaml = new PolicyYaml(toString());
        try {
            return new Policy(
                    path == null
                            ? yaml.read(text())
                            : yaml.read(text(), SHIPPED.read().terms()));
        } catch (JacksonException e) {
            throw new InvalidSettings(List.of("%s is not YAML%s; correct it.".formatted(path, YamlFault.where(e))));
        } catch (IOException e) {
            throw new InvalidSettings(List.of(
                    "The policy %s cannot be read; create the file, in UTF-8, or name another.".formatted(path)));
        }
    }

    private String text() throws IOException {
        if (path != null) {
            return Files.readString(path);
        }
        try (InputStream shipped = Terms.class.getResourceAsStream("policy.yaml")) {
            return new String(shipped.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its path, or that it is Lupa's own. */
    @Override
    public String toString() {
        return path == null ? "(Lupa's own)" : path.toString();
    }
}
