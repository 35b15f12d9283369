package fi.lupa.standalone.replay.table;

import fi.lupa.edge.http.SpreadsheetCell;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.schemas.topic.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/**
 * Where rows go, and as what. Until all of it is there and counted, nothing stands under its name.
 *
 * @param path a file, or a folder with a file for each topic
 * @param one whether it is a single topic's file
 * @param ownersAlone whether nobody but its owner may read it, since it tells who people are
 */
public record Target(Path path, Format format, boolean one, boolean ownersAlone) {

    private static final Set<PosixFilePermission> OWNERS_FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNERS_FOLDER = PosixFilePermissions.fromString("rwx------");

    /** What analysts' tools read. */
    public enum Format {
        DUCKDB(null),
        PARQUET("FORMAT parquet, COMPRESSION zstd"),
        CSV("FORMAT csv, HEADER true"),
        NDJSON("FORMAT json");

        private final String options;

        Format(String options) {
            this.options = options;
        }

        String extension() {
            return "." + name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What is meant by a path.
     *
     * @param format null to go by the path's end, or else Parquet
     * @param topics how many are exported
     */
    public static Target of(Path path, Format format, int topics) {
        for (Format known : Format.values()) {
            if (path.toString().endsWith(known.extension()) && (format == null || format == known)) {
                return new Target(path, known, known != Format.DUCKDB && topics == 1);
            }
        }
        return new Target(path, format == null ? Format.PARQUET : format, false);
    }

    public Target(Path path, Format format, boolean one) {
        this(path, format, one, false);
    }

    /** The same, for its owner alone. */
    public Target forItsOwnerAlone() {
        return new Target(path, format, one, true);
    }

    /**
     * Before anything is gathered. What DuckDB writes, and what it puts aside meanwhile, others could read, and so it lies in a
     * folder that they cannot enter.
     *
     * @return whether it is so: there are file systems that know no rights
     * @throws InvalidSettings if what lies there is another export's
     */
    public boolean begin() throws IOException {
        Path begun = begun();
        if (Files.exists(begun) && Files.isDirectory(begun) != ownersAlone) {
            throw anotherIsBegun();
        }
        if (!ownersAlone) {
            return true;
        }
        if (!knowsRights()) {
            Files.createDirectories(begun);
            return false;
        }
        if (!Files.exists(begun)) {
            Files.createDirectory(begun, PosixFilePermissions.asFileAttribute(OWNERS_FOLDER));
        }
        Files.setPosixFilePermissions(begun, OWNERS_FOLDER);
        return Files.getPosixFilePermissions(begun).equals(OWNERS_FOLDER);
    }

    private boolean knowsRights() throws IOException {
        return Files.getFileStore(path.toAbsolutePath().getParent())
                .supportsFileAttributeView(PosixFileAttributeView.class);
    }

    InvalidSettings anotherIsBegun() {
        return new InvalidSettings(List.of(
                "Another export to this path was begun and is not finished; run it again with its options, or remove %s."
                        .formatted(begun())));
    }

    /** The file in which the rows are gathered. */
    public Path gathered() {
        return ownersAlone ? begun().resolve("rows") : begun();
    }

    private Path begun() {
        return beside("part");
    }

    /** A file beside the target, of its name and another end. */
    public Path beside(String end) {
        return path.resolveSibling(path.getFileName() + "." + end);
    }

    /**
     * Writes what was gathered under its name.
     *
     * @param rows how many each topic has, which is what has to be there in the end
     * @throws SQLException if it cannot be written, or is not what was gathered
     */
    public void write(Staging staging, Map<Topic<?>, Long> rows) throws SQLException, IOException {
        Map<String, Long> tables = new LinkedHashMap<>();
        rows.forEach((topic, count) -> tables.put(Staging.table(topic), count));
        if (format == Format.DUCKDB) {
            staging.comment();
            Views.create(staging.connection());
        }
        write(staging.connection(), tables, staging.schemas());
    }

    /** Writes tables, with how many rows each has to have in the end. */
    public void write(Connection gathered, Map<String, Long> rows) throws SQLException, IOException {
        write(gathered, rows, Map.of());
    }

    private void write(Connection gathered, Map<String, Long> rows, Map<String, Schema> schemas)
            throws SQLException, IOException {
        if (format == Format.DUCKDB) {
            run(gathered, "CHECKPOINT");
            return;
        }
        Path unnamed = ownersAlone ? begun().resolve("files") : beside("tmp");
        delete(unnamed);
        Map<String, Path> files = new LinkedHashMap<>();
        if (!one) {
            Files.createDirectories(unnamed);
        }
        rows.keySet().forEach(table -> files.put(table, one ? unnamed : unnamed.resolve(table + format.extension())));
        try {
            for (Map.Entry<String, Path> file : files.entrySet()) {
                Schema schema = format == Format.PARQUET ? schemas.get(file.getKey()) : null;
                String options = format.options + (schema == null ? "" : ParquetSchema.option(schema));
                String copied = format == Format.CSV ? harmless(gathered, file.getKey()) : file.getKey();
                run(gathered, "COPY %s TO '%s' (%s)".formatted(copied, sql(file.getValue()), options));
                long written = number(gathered, counting(file.getValue()));
                if (written != rows.get(file.getKey())) {
                    throw new SQLException("%s has %d rows on disk and not the %d that were gathered."
                            .formatted(file.getKey(), written, rows.get(file.getKey())));
                }
            }
            name(unnamed);
        } catch (SQLException | IOException e) {
            delete(unnamed);
            throw e;
        }
    }

    /** The rows with no cell that a spreadsheet would take for a formula, as {@link SpreadsheetCell#harmless} has it. */
    private static String harmless(Connection gathered, String table) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = gathered.createStatement();
                ResultSet columns = statement.executeQuery(
                        "SELECT column_name FROM (DESCRIBE %s) WHERE column_type = 'VARCHAR'".formatted(table))) {
            while (columns.next()) {
                texts.add("CASE WHEN regexp_matches(%1$s, '^[%2$s]') AND NOT regexp_full_match(%1$s, '%3$s')"
                        .concat(" THEN '''' || %1$s ELSE %1$s END AS %1$s")
                        .formatted(
                                '"' + columns.getString(1) + '"',
                                SpreadsheetCell.FORMULAS_BEGIN_WITH,
                                SpreadsheetCell.AS_IT_IS));
            }
        }
        return texts.isEmpty() ? table : "(SELECT * REPLACE (%s) FROM %s)".formatted(String.join(", ", texts), table);
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            found.next();
            return found.getLong(1);
        }
    }

    /** The gathered file becomes the target, or is in nobody's way any more. */
    public void finish() throws IOException {
        if (format == Format.DUCKDB) {
            name(gathered());
        } else {
            Files.delete(gathered());
        }
        if (ownersAlone) {
            delete(begun());
        }
    }

    private void name(Path written) throws IOException {
        if (ownersAlone && knowsRights()) {
            try (Stream<Path> all = Files.walk(written)) {
                for (Path each : all.toList()) {
                    Files.setPosixFilePermissions(each, Files.isDirectory(each) ? OWNERS_FOLDER : OWNERS_FILE);
                }
            }
        }
        Files.move(written, path, StandardCopyOption.ATOMIC_MOVE);
    }

    private String counting(Path file) {
        return switch (format) {
            case PARQUET -> "SELECT count(*) FROM read_parquet('%s')".formatted(sql(file));
            case CSV -> "SELECT count(*) FROM read_csv('%s', header = true, all_varchar = true)".formatted(sql(file));
            default -> "SELECT count(*) FROM read_json('%s', format = 'newline_delimited')".formatted(sql(file));
        };
    }

    private static String sql(Path file) {
        return file.toString().replace("'", "''");
    }

    private static void delete(Path path) throws IOException {
        if (Files.exists(path)) {
            try (Stream<Path> all = Files.walk(path)) {
                for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(one);
                }
            }
        }
    }

    /** What a person calls the formats. */
    public static List<String> formats() {
        return Stream.of(Format.values())
                .map(format -> format.name().toLowerCase(Locale.ROOT))
                .toList();
    }
}
