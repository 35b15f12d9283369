package fi.lupa.standalone.peers;

import fi.lupa.standalone.bench.Peer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;

/** A consumer that keeps what it knows in PostgreSQL and asks for all recipients of a poll at once, by a prepared statement. */
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
                statement.execute("CREATE TABLE states (subject_id text PRIMARY KEY, state bytea NOT NULL)");
            }
            Deciding deciding = new Deciding(task, Clock.systemUTC());
            return new Asking(server, HandWritten.start("postgresql", task, deciding, number -> open(server)));
        } catch (SQLException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static HandWritten.States open(PostgresServer server) {
        try {
            return new InTable(server.connect());
        } catch (SQLException e) {
            throw new KafkaException("PostgreSQL does not answer", e);
        }
    }

    private static final class InTable implements HandWritten.States {

        private final Connection connection;
        private final PreparedStatement put;
        private final PreparedStatement ask;

        InTable(Connection connection) throws SQLException {
            this.connection = connection;
            this.put = connection.prepareStatement("INSERT INTO states (subject_id, state) VALUES (?, ?)"
                    + " ON CONFLICT (subject_id) DO UPDATE SET state = excluded.state");
            this.ask = connection.prepareStatement("SELECT subject_id, state FROM states WHERE subject_id = ANY (?)");
        }

        @Override
        public void put(Map<String, byte[]> states) throws SQLException {
            connection.setAutoCommit(false);
            for (Map.Entry<String, byte[]> each : states.entrySet()) {
                put.setString(1, each.getKey());
                put.setBytes(2, each.getValue());
                put.addBatch();
            }
            put.executeBatch();
            connection.commit();
            connection.setAutoCommit(true);
        }

        @Override
        public Map<String, byte[]> of(List<String> subjectIds) throws SQLException {
            Map<String, byte[]> states = new HashMap<>();
            ask.setArray(
                    1,
                    connection.createArrayOf(
                            "text", subjectIds.stream().distinct().toArray()));
            try (ResultSet rows = ask.executeQuery()) {
                while (rows.next()) {
                    states.put(rows.getString(1), rows.getBytes(2));
                }
            }
            return states;
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
                statement.execute("VACUUM (ANALYZE) states");
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
