package fi.lupa.standalone.peers;

import fi.lupa.standalone.bench.Peer;
import fi.lupa.standalone.peers.HandWritten.Table;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;

/** A consumer that keeps what it knows in PostgreSQL and asks for all of a poll at once, by prepared statements. */
public final class PostgresPeer implements Peer {

    @Override
    public String title() {
        return "consumer asking PostgreSQL once a poll";
    }

    @Override
    public Optional<String> lacks() {
        return PostgresServer.programs().isPresent()
                ? Optional.empty()
                : Optional.of("no initdb and postgres on the path or under /usr/lib/postgresql; install PostgreSQL.");
    }

    @Override
    public Running start(Task task) throws Exception {
        Path programs = PostgresServer.programs().orElseThrow();
        PostgresServer server = PostgresServer.start(programs);
        try {
            server.awaitReady();
            try (Connection connection = server.connect();
                    Statement statement = connection.createStatement()) {
                for (Table table : Table.values()) {
                    statement.execute("CREATE TABLE " + table + " (key text PRIMARY KEY, value bytea NOT NULL)");
                }
            }
            Deciding deciding = new Deciding(task, Clock.systemUTC());
            return new Asking(server, HandWritten.start("postgresql", task, deciding, number -> open(server)));
        } catch (SQLException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static HandWritten.Tables open(PostgresServer server) {
        try {
            return new InTables(server.connect());
        } catch (SQLException e) {
            throw new KafkaException("PostgreSQL does not answer", e);
        }
    }

    private static final class InTables implements HandWritten.Tables {

        private final Connection connection;
        private final Map<Table, PreparedStatement> put = new EnumMap<>(Table.class);
        private final Map<Table, PreparedStatement> ask = new EnumMap<>(Table.class);

        InTables(Connection connection) throws SQLException {
            this.connection = connection;
            for (Table table : Table.values()) {
                put.put(
                        table,
                        connection.prepareStatement("INSERT INTO " + table + " (key, value) VALUES (?, ?)"
                                + " ON CONFLICT (key) DO UPDATE SET value = excluded.value"));
                ask.put(table, connection.prepareStatement("SELECT key, value FROM " + table + " WHERE key = ANY (?)"));
            }
        }

        @Override
        public void put(Table table, Map<String, byte[]> rows) throws SQLException {
            PreparedStatement statement = put.get(table);
            connection.setAutoCommit(false);
            for (Map.Entry<String, byte[]> row : rows.entrySet()) {
                statement.setString(1, row.getKey());
                statement.setBytes(2, row.getValue());
                statement.addBatch();
            }
            statement.executeBatch();
            connection.commit();
            connection.setAutoCommit(true);
        }

        @Override
        public Map<String, byte[]> of(Table table, Collection<String> keys) throws SQLException {
            Map<String, byte[]> found = new HashMap<>();
            PreparedStatement statement = ask.get(table);
            statement.setArray(
                    1, connection.createArrayOf("text", keys.stream().distinct().toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.put(rows.getString(1), rows.getBytes(2));
                }
            }
            return found;
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    private record Asking(PostgresServer server, HandWritten threads) implements Running {

        @Override
        public long taken() {
            return threads.taken();
        }

        @Override
        public long done() {
            return threads.done();
        }

        /** Leaves nothing to be tidied up once it counts. */
        @Override
        public void hold() throws SQLException {
            try (Connection connection = server.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("VACUUM (ANALYZE)");
                statement.execute("CHECKPOINT");
            }
            threads.hold();
        }

        @Override
        public void release() {
            threads.release();
        }

        @Override
        public Duration serverCpu() {
            return server.cpu();
        }

        @Override
        public void close() {
            threads.close();
            server.close();
        }
    }
}
