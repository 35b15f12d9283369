package fi.lupa.edge.policy;

import fi.lupa.edge.settings.Concern;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.permission.Policy;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** The policy that is decided by. */
public final class PolicySettings implements Concern {
    @Option(
            names = "--policy",
            paramLabel = "FILE",
            converter = Converter.class,
            defaultValue = "${env:LUPA_POLICY}",
            description = "YAML file with the policy to decide by, instead of Lupa's own (LUPA_POLICY).")
    private PolicyFile file = PolicyFile.shipped();

    public PolicyFile file() {
        return file;
    }

    /**
     * Reads the policy.
     *
     * @throws InvalidSettings with everything that is wrong with the file
     */
    public Policy policy() {
        return file.read();
    }

    @Override
    public List<String> faults() {
        try {
            policy();
            return List.of();
        } catch (InvalidSettings e) {
            return e.faults();
        }
    }

    private static final class Converter implements ITypeConverter<PolicyFile> {
        @Override
        public PolicyFile convert(String path) {
            return PolicyFile.at(Path.of(path));
        }
    }
}
