package fi.lupa.standalone.replay.table;

import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.standalone.replay.read.PartitionSpan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.duckdb.DuckDBConnection;

/**
 * How far the topics are read, kept in the file of the rows and in one transaction with them: what breaks off, by a kill too, goes
 * on where it was.
 */
public final class ReadPositions {

    private final DuckDBConnection connection;
    private final Path file;
    private boolean inTransaction;

    public ReadPositions(DuckDBConnection connection, Path file) throws SQLException {
        this.connection = connection;
        this.file = file;
        run("CREATE TABLE IF NOT EXISTS lupa_export (what VARCHAR)");
        run("CREATE TABLE IF NOT EXISTS lupa_partitions (topic VARCHAR, partition INTEGER, first BIGINT, past BIGINT,"
                + " position BIGINT, records BIGINT, rows BIGINT, leftOut BIGINT, unreadable BIGINT)");
    }

    /** What the file was begun for; null for a new one. */
    String request() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT what FROM lupa_export")) {
            return found.next() ? found.getString(1) : null;
        }
    }

    /**
     * What is left to read, to where the topics end now: of what was begun before, from where it is.
     *
     * @param request what for
     * @param now the topics' partitions as they are now
     * @throws InvalidSettings if the file was begun for something else
     * @throws KafkaException if a topic is not the one that was begun with
     */
    public List<PartitionSpan> goOn(String request, List<PartitionSpan> now, PrintWriter err) throws SQLException {
        String before = request();
        if (before == null) {
            begin(request, now);
            return now;
        }
        if (!before.equals(request)) {
            throw new InvalidSettings(List.of(
                    "What was begun on the way to this path is something else, or somebody has been erased since. Run that again with its own options, or remove %s and begin anew."
                            .formatted(file)));
        }
        List<PartitionSpan> spans = spans(now);
        err.printf(
                Locale.ROOT,
                "Going on with what was begun before: %,d records are read.%n",
                spans.stream().mapToLong(PartitionSpan::records).sum());
        return spans;
    }

    /** Begins: what for, and what is to be read. */
    public void begin(String request, Collection<PartitionSpan> spans) throws SQLException {
        begin();
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO lupa_export VALUES (?)")) {
            insert.setString(1, request);
            insert.execute();
        }
        keep(spans);
    }

    /**
     * Where reading goes on. It goes to where the topics end now: a record that had been there when it was begun may have been
     * replaced since, and compacted away.
     */
    List<PartitionSpan> spans(List<PartitionSpan> now) throws SQLException {
        Map<String, PartitionSpan> partitions = new HashMap<>();
        now.forEach(span -> partitions.put(name(span), span));
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "SELECT topic || '-' || partition, first, position, records, rows, leftOut, unreadable"
                                + " FROM lupa_partitions")) {
            while (found.next()) {
                PartitionSpan span = partitions.get(found.getString(1));
                long position = found.getLong(3);
                if (span == null || position > span.end()) {
                    throw new KafkaException("%s is not what was begun with; remove the file %s, and begin anew."
                            .formatted(found.getString(1), file));
                }
                partitions.put(
                        name(span),
                        new PartitionSpan(
                                span.topic(),
                                span.partition(),
                                found.getLong(2),
                                span.end(),
                                position,
                                found.getLong(4),
                                found.getLong(5),
                                found.getLong(6),
                                found.getLong(7)));
            }
        }
        List<PartitionSpan> spans = new ArrayList<>();
        now.forEach(span -> spans.add(partitions.get(name(span))));
        return spans;
    }

    private static String name(PartitionSpan span) {
        return span.partition().toString();
    }

    /** Before a row is added. */
    public void begin() throws SQLException {
        if (!inTransaction) {
            run("BEGIN");
            inTransaction = true;
        }
    }

    /** Keeps the rows so far, which are flushed, and with them how far all partitions are read. */
    public void keep(Collection<PartitionSpan> spans) throws SQLException {
        begin();
        run("DELETE FROM lupa_partitions");
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO lupa_partitions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (PartitionSpan span : spans) {
                insert.setString(1, span.partition().topic());
                insert.setInt(2, span.partition().partition());
                insert.setLong(3, span.begin());
                insert.setLong(4, span.end());
                insert.setLong(5, span.position());
                insert.setLong(6, span.records());
                insert.setLong(7, span.rows());
                insert.setLong(8, span.leftOutSoFar());
                insert.setLong(9, span.unreadableSoFar());
                insert.execute();
            }
        }
        commit();
    }

    /** Keeps rows that no partition is read for. */
    public void commit() throws SQLException {
        if (inTransaction) {
            run("COMMIT");
            inTransaction = false;
        }
    }

    boolean isInTransaction() {
        return inTransaction;
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
