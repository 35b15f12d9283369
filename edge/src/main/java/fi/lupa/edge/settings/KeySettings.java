package fi.lupa.edge.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Where the list of those who may come in lies. */
public final class KeySettings implements Concern {
    @Option(
            names = "--keys",
            paramLabel = "FILE",
            defaultValue = "${env:LUPA_KEYS_FILE}",
            description = "YAML file with the hashes of all keys (LUPA_KEYS_FILE).")
    private Path file = Path.of("data", "keys.yaml");

    public Path file() {
        return file;
    }

    @Override
    public List<String> faults() {
        return Files.isReadable(file)
                ? List.of()
                : List.of("--keys names the file %s, which cannot be read; create it or name another.".formatted(file));
    }
}
