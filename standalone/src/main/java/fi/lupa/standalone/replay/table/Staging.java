package fi.lupa.standalone.replay.table;

import fi.lupa.schemas.topic.Topic;
import fi.lupa.standalone.replay.read.PartitionSpan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.avro.Schema;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * The DuckDB file that rows are gathered in: rows and how far the topics are read are kept in one transaction, so that what
 * breaks off goes on where it was. Its memory is bounded; what does not fit lies on disk.
 */
public final class Staging implements AutoCloseable {

    /** What every table tells of its records, before the events' own fields. */
    private static final String OF_RECORDS =
            "_partition INTEGER, _offset BIGINT, _logTime TIMESTAMP WITH TIME ZONE, _key VARCHAR, _deleted BOOLEAN, _erased BOOLEAN";

    private static final String MEMORY = "400MB";

    private final DuckDBConnection connection;
    private final Map<Topic<?>, DuckDBAppender> appenders = new HashMap<>();
    private final Map<String, Schema> schemas = new HashMap<>();
    private final ReadPositions positions;

    /**
     * Opens the file, new or as it was left.
     *
     * @throws SQLException if it is no such file, or in use
     */
    public Staging(Path file) throws SQLException {
        this(file, true);
    }

    /** @param compressed whether the rows are to stay in the file: where they do not, packing them costs more than it saves */
    public Staging(Path file, boolean compressed) throws SQLException {
        this.connection = open(file, false);
        if (!compressed) {
            run("SET force_compression = 'uncompressed'");
            run("SET checkpoint_threshold = '1GB'");
        }
        this.positions = new ReadPositions(connection, file);
        run("CREATE TABLE IF NOT EXISTS lupa_tables (topic VARCHAR PRIMARY KEY, name VARCHAR, columns VARCHAR)");
    }

    /** Removes a DuckDB file, with what a kill left beside it. */
    public static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".wal"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static DuckDBConnection open(Path file, boolean readOnly) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("memory_limit", MEMORY);
        properties.setProperty("autoinstall_known_extensions", "false");
        properties.setProperty("autoload_known_extensions", "false");
        properties.setProperty("duckdb.read_only", Boolean.toString(readOnly));
        DuckDBConnection connection =
                DriverManager.getConnection("jdbc:duckdb:" + file, properties).unwrap(DuckDBConnection.class);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
        }
        return connection;
    }

    /** The name of a topic's table. */
    public static String table(Topic<?> topic) {
        return topic.name().replace('.', '_');
    }

    public Connection connection() {
        return connection;
    }

    /** How far the topics are read. */
    public ReadPositions positions() {
        return positions;
    }

    /** The table of a topic, made or as it was left. */
    public void table(Topic<?> topic, Schema schema) throws SQLException {
        String columns = OF_RECORDS + ", " + Columns.of(schema);
        String name = table(topic);
        schemas.put(name, schema);
        List<String> before = texts("SELECT columns FROM lupa_tables WHERE name = '" + name + "'");
        if (before.isEmpty()) {
            // Kept with the first rows: a table that nobody had written down would be in the way for ever.
            positions.begin();
            run("CREATE TABLE " + name + " (" + columns + ")");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO lupa_tables VALUES (?, ?, ?)")) {
                insert.setString(1, topic.name());
                insert.setString(2, name);
                insert.setString(3, columns);
                insert.execute();
            }
        } else if (!before.get(0).equals(columns)) {
            throw new SQLException("The schema of " + topic.name() + " has changed since the export was begun.");
        }
    }

    /** Tells of the tables and their columns what their schemas do. */
    public void comment() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (Map.Entry<String, Schema> table : schemas.entrySet()) {
                Set<String> columns =
                        new HashSet<>(texts("SELECT column_name FROM (DESCRIBE %s)".formatted(table.getKey())));
                Comments.put(statement, "TABLE", table.getKey(), table.getValue(), columns);
            }
        }
    }

    /** What the tables are made by, by their names. */
    Map<String, Schema> schemas() {
        return schemas;
    }

    /** A row begun for a topic. */
    public DuckDBAppender row(Topic<?> topic) throws SQLException {
        positions.begin();
        DuckDBAppender appender = appenders.get(topic);
        if (appender == null) {
            appender = connection.createAppender(table(topic));
            appenders.put(topic, appender);
        }
        return appender.beginRow();
    }

    /** Keeps the rows so far, and with them how far the partitions are read. */
    public void keep(Collection<PartitionSpan> spans) throws SQLException {
        for (DuckDBAppender appender : appenders.values()) {
            appender.flush();
        }
        positions.keep(spans);
    }

    public void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    public long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            found.next();
            return found.getLong(1);
        }
    }

    private List<String> texts(String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                texts.add(found.getString(1));
            }
        }
        return texts;
    }

    @Override
    public void close() throws SQLException {
        SQLException failure = null;
        for (DuckDBAppender appender : appenders.values()) {
            try {
                appender.close();
            } catch (SQLException e) {
                failure = e;
            }
        }
        connection.close();
        if (failure != null && !positions.isInTransaction()) {
            throw failure;
        }
    }
}
