package fi.lupa.standalone.replay.gather;

import fi.lupa.standalone.progress.ProgressBar;
import fi.lupa.standalone.replay.read.PartitionSpan;
import fi.lupa.standalone.replay.table.ReadPositions;
import fi.lupa.standalone.replay.table.Staging;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Events in a DuckDB file of their own, to be gone through person by person: its sort keeps on disk what memory does not hold. They
 * are kept with how far the topics are read, so that what breaks off while it reads, or later, need not read that again.
 */
public final class GatheredEvents implements AutoCloseable {

    private static final String MEMORY = "400MB";

    private final Path file;
    private final DuckDBConnection connection;
    private final ReadPositions positions;
    private final Map<String, DuckDBAppender> appenders = new HashMap<>();
    private boolean done;

    /** One event of a person's, and what it is there for. */
    public record Event(int kind, byte[] bytes) {}

    /** What is done with a person's events, in their order. */
    @FunctionalInterface
    public interface Take {
        void person(String id, List<Event> events) throws Exception;
    }

    /** @param file taken as it was left, and removed when all is done */
    public GatheredEvents(Path file) throws SQLException {
        this.file = file;
        Properties properties = new Properties();
        properties.setProperty("memory_limit", MEMORY);
        properties.setProperty("preserve_insertion_order", "false");
        properties.setProperty("jdbc_stream_results", "true");
        this.connection =
                DriverManager.getConnection("jdbc:duckdb:" + file, properties).unwrap(DuckDBConnection.class);
        this.positions = new ReadPositions(connection, file);
    }

    /** How far the topics are read. */
    ReadPositions positions() {
        return positions;
    }

    public GatheredEvents table(String name, String columns) throws SQLException {
        run("CREATE TABLE IF NOT EXISTS %s (%s)".formatted(name, columns));
        return this;
    }

    /** Adds a row: texts, numbers, moments, events; each may be null. */
    public void add(String table, Object... values) throws SQLException {
        positions.begin();
        DuckDBAppender row = appenders.get(table);
        if (row == null) {
            row = connection.createAppender(table);
            appenders.put(table, row);
        }
        row.beginRow();
        for (Object value : values) {
            if (value == null) {
                row.appendNull();
            } else if (value instanceof Long number) {
                row.append((long) number);
            } else if (value instanceof Instant moment) {
                row.append(moment.toEpochMilli());
            } else if (value instanceof byte[] event) {
                row.append(event);
            } else {
                row.append(value.toString());
            }
        }
        row.endRow();
    }

    /** Keeps the rows so far, and with them how far the partitions are read. */
    void keep(Collection<PartitionSpan> spans) throws SQLException {
        for (DuckDBAppender appender : appenders.values()) {
            appender.flush();
        }
        positions.keep(spans);
    }

    /** All rows are there. */
    void complete() throws SQLException {
        for (DuckDBAppender appender : appenders.values()) {
            appender.close();
        }
        appenders.clear();
        positions.commit();
    }

    /** All that they were gathered for is there: they are not needed again. */
    public void done() {
        done = true;
    }

    public void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Changes rows, and tells how many. */
    long change(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    public long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            found.next();
            return found.getLong(1);
        }
    }

    /**
     * Goes through people one by one.
     *
     * @param all how many there are
     * @param sql rows of person, kind and event, by person
     */
    public void eachPerson(long all, String sql, PrintWriter progress, Take take) throws Exception {
        ProgressBar bar = new ProgressBar(progress, System.console() != null, "deciding", all);
        long people = 0;
        try (Connection own = connection.duplicate();
                Statement statement = own.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            String person = null;
            List<Event> events = new ArrayList<>();
            while (found.next()) {
                String next = found.getString(1);
                if (!next.equals(person)) {
                    if (person != null) {
                        take.person(person, events);
                        people++;
                        bar.at(people, people);
                    }
                    person = next;
                    events = new ArrayList<>();
                }
                events.add(new Event(found.getInt(2), found.getBytes(3)));
            }
            if (person != null) {
                take.person(person, events);
            }
        }
        bar.end();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
        if (done) {
            Staging.delete(file);
        }
    }
}
