package fi.lupa.standalone.replay.options;

import fi.lupa.edge.settings.Concern;
import fi.lupa.standalone.replay.table.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Where tables go, and as what. */
public final class TargetOptions implements Concern {

    @Option(
            names = "--to",
            paramLabel = "PATH",
            description = "A .duckdb file; of a single table a .parquet, .csv or .ndjson file; else a new folder.")
    private Path to;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "Of a folder's files: parquet, csv or ndjson (default: parquet).")
    private String format;

    /**
     * Null where none is named.
     *
     * @param tables how many go there
     */
    public Target target(int tables) {
        return to == null
                ? null
                : Target.of(to, format == null ? null : Target.Format.valueOf(format.toUpperCase(Locale.ROOT)), tables);
    }

    @Override
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        if (format != null && !Target.formats().contains(format)) {
            faults.add("--format is \"%s\"; there are %s.".formatted(format, String.join(", ", Target.formats())));
        }
        if (to != null && Files.exists(to)) {
            faults.add("--to names %s, which is there; remove it, or name another.".formatted(to));
        }
        if (to != null && !Files.isDirectory(to.toAbsolutePath().getParent())) {
            faults.add("--to lies in the folder %s, which is not there."
                    .formatted(to.toAbsolutePath().getParent()));
        }
        return faults;
    }
}
