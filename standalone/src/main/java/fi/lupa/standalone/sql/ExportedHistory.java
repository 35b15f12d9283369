package fi.lupa.standalone.sql;

import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.replay.table.ParquetSchema;
import fi.lupa.standalone.replay.table.Views;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An exported history, open for reading: a DuckDB file, or a Parquet file or a folder of them, each of which is a view of its name
 * in which enums are enums again. Rows stream, and memory is bounded; what does not fit lies on disk.
 */
public final class ExportedHistory implements AutoCloseable {

    private static final String MEMORY = "1GB";

    private static final String PARQUET = ".parquet";

    /** DuckDB may write wherever it may read, so that of Parquet files only what cannot write is taken. */
    private static final Set<String> READING = Set.of(
            "select",
            "with",
            "from",
            "values",
            "table",
            "describe",
            "desc",
            "show",
            "summarize",
            "pivot",
            "unpivot",
            "explain");

    private static final Pattern FIRST_WORDS = Pattern.compile("[(\\s]*(\\w+)\\s*\\(?\\s*(\\w*)");

    private final Connection connection;
    private final boolean onlyReading;

    private ExportedHistory(Connection connection, boolean onlyReading) {
        this.connection = connection;
        this.onlyReading = onlyReading;
    }

    /**
     * Opens it.
     *
     * @param zone of days and moments
     * @param allowFiles whether statements may read and write other files
     * @throws SQLException if it is none
     */
    public static ExportedHistory open(Path path, ZoneId zone, boolean allowFiles) throws SQLException, IOException {
        boolean parquet = Files.isDirectory(path) || path.toString().endsWith(PARQUET);
        Properties properties = new Properties();
        properties.setProperty("memory_limit", MEMORY);
        properties.setProperty("autoinstall_known_extensions", "false");
        properties.setProperty("autoload_known_extensions", "false");
        properties.setProperty("jdbc_stream_results", "true");
        properties.setProperty("duckdb.read_only", Boolean.toString(!parquet));
        Connection connection = DriverManager.getConnection("jdbc:duckdb:" + (parquet ? "" : path), properties);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = '%s'".formatted(zone.getId()));
            if (parquet) {
                views(connection, statement, path, allowFiles);
            }
            if (!allowFiles) {
                statement.execute("SET enable_external_access = false");
                statement.execute("SET lock_configuration = true");
            }
            return new ExportedHistory(connection, parquet && !allowFiles);
        } catch (SQLException | IOException e) {
            connection.close();
            throw e;
        }
    }

    private static void views(Connection connection, Statement statement, Path path, boolean allowFiles)
            throws SQLException, IOException {
        List<Path> files = parquet(path.toAbsolutePath().normalize());
        if (!allowFiles) {
            statement.execute("SET allowed_paths = [%s]"
                    .formatted(files.stream().map(file -> text(file.toString())).collect(Collectors.joining(", "))));
        }
        for (Path file : files) {
            String name = file.getFileName().toString().replace(PARQUET, "");
            ParquetSchema.view(statement, name, file);
        }
        Views.create(connection);
    }

    private static List<Path> parquet(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file -> file.toString().endsWith(PARQUET))
                    .sorted()
                    .toList();
        }
    }

    /** What went wrong, in a sentence: of a result that streams, DuckDB itself does not say that memory was too small for it. */
    public static String why(SQLException e) {
        return String.valueOf(e.getMessage()).endsWith("Invalid result set")
                ? "The answer broke off, most often since it takes more memory than the " + MEMORY
                        + " it is given: ask for less at once."
                : e.getMessage();
    }

    public Connection connection() {
        return connection;
    }

    /** Whether it is there, as a view or a table. */
    public boolean has(String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "SELECT 1 FROM information_schema.tables WHERE lower(table_name) = lower(%s)"
                                .formatted(text(table)))) {
            return found.next();
        }
    }

    /** @throws SQLException with a sentence where the statement might write over what is read */
    void check(String sql) throws SQLException {
        Matcher words = FIRST_WORDS.matcher(sql);
        boolean reads = words.lookingAt()
                && READING.contains(words.group(1).toLowerCase(Locale.ROOT))
                && !words.group(2).toLowerCase(Locale.ROOT).startsWith("analy");
        if (onlyReading && !reads) {
            throw new SQLException("Parquet files answer what only reads, as SELECT does; --allow-files lifts that.");
        }
    }

    /**
     * The query that a command stands for.
     *
     * @throws SQLException with a sentence if there is no such command, or not what it names
     */
    String command(String command) throws SQLException {
        String[] words = command.split("\\s+", 2);
        if (words[0].equals(".tables") && words.length == 1) {
            return tables();
        }
        if (words[0].equals(".schema") && words.length == 2) {
            if (!has(words[1])) {
                throw new SQLException(
                        "There is no table or view %s; .tables tells what there is.".formatted(words[1]));
            }
            return """
                    SELECT column_name, coalesce(comment, '') AS tells, data_type AS column_type FROM duckdb_columns()
                    WHERE NOT internal AND lower(table_name) = lower(%s) ORDER BY column_index""".formatted(text(words[1]));
        }
        throw new SQLException("There is no command %s; there are .tables and .schema NAME.".formatted(command));
    }

    /** The names of tables and views. */
    Set<String> tableNames() throws SQLException {
        return names("table_name");
    }

    /** The names of their columns. */
    Set<String> columnNames() throws SQLException {
        return names("column_name");
    }

    private Set<String> names(String of) throws SQLException {
        Set<String> names = new TreeSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "SELECT %s FROM duckdb_columns() WHERE NOT internal AND NOT starts_with(table_name, 'lupa_')"
                                .formatted(of))) {
            while (found.next()) {
                names.add(found.getString(1));
            }
        }
        return names;
    }

    /** The tables and views of an export, each with what it tells, as a query. */
    private String tables() {
        StringBuilder topics = new StringBuilder();
        for (Topic<?> topic : Topics.all()) {
            topics.append(topics.isEmpty() ? "" : ", ")
                    .append("(%s, %s)"
                            .formatted(
                                    text(topic.name().replace('.', '_')),
                                    text(topic.schema().getDoc())));
        }
        return """
                WITH topics(name, doc) AS (VALUES %s), there AS (
                    SELECT table_name AS name, 'table' AS kind, comment FROM duckdb_tables() WHERE NOT internal
                    UNION ALL
                    SELECT view_name, 'view', comment FROM duckdb_views() WHERE NOT internal
                )
                SELECT name, kind, coalesce(comment, doc) AS tells FROM there LEFT JOIN topics USING (name)
                WHERE NOT starts_with(name, 'lupa_') ORDER BY doc IS NULL, name""".formatted(topics);
    }

    private static String text(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
