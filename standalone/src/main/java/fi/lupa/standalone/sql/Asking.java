package fi.lupa.standalone.sql;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Asks a history, statement by statement, and hands on the rows as they come. */
final class Asking {

    private static final Set<Integer> NUMERIC = Set.of(
            Types.TINYINT,
            Types.SMALLINT,
            Types.INTEGER,
            Types.BIGINT,
            Types.FLOAT,
            Types.REAL,
            Types.DOUBLE,
            Types.DECIMAL,
            Types.NUMERIC);

    private final ExportedHistory history;
    private final Values values;
    private volatile Statement running;
    private volatile boolean cancelled;

    Asking(ExportedHistory history, Values values) {
        this.history = history;
        this.values = values;
    }

    /**
     * Asks one statement, or what a command of this place's own stands for.
     *
     * @param most rows that are shown
     * @throws SQLException with DuckDB's sentence, or one of ours
     */
    void ask(String statement, Answer answer, long most) throws SQLException, IOException {
        if (statement.startsWith(".")) {
            query(history.command(statement), answer.whole(), Long.MAX_VALUE);
        } else {
            query(statement, answer, most);
        }
    }

    private void query(String sql, Answer answer, long most) throws SQLException, IOException {
        history.check(sql);
        cancelled = false;
        try (Statement statement = history.connection().createStatement()) {
            running = statement;
            if (statement.execute(sql)) {
                try (ResultSet rows = statement.getResultSet()) {
                    tell(rows, answer, most);
                }
            }
        } catch (SQLException e) {
            throw cancelled ? new SQLException("Stopped.", e) : e;
        } finally {
            running = null;
        }
    }

    private void tell(ResultSet rows, Answer answer, long most) throws SQLException, IOException {
        ResultSetMetaData head = rows.getMetaData();
        List<String> columns = new ArrayList<>();
        List<Boolean> numeric = new ArrayList<>();
        for (int i = 1; i <= head.getColumnCount(); i++) {
            String name = head.getColumnLabel(i);
            columns.add(columns.contains(name) ? name + "_" + i : name);
            numeric.add(NUMERIC.contains(head.getColumnType(i))
                    || head.getColumnTypeName(i).endsWith("INT"));
        }
        answer.begin(columns, numeric);
        long told = 0;
        boolean more = false;
        while (!more && rows.next()) {
            if (told == most) {
                more = true;
            } else {
                List<Object> row = new ArrayList<>();
                for (int i = 1; i <= columns.size(); i++) {
                    row.add(values.plain(rows.getObject(i)));
                }
                answer.row(row);
                told++;
            }
        }
        answer.end(told, more);
    }

    /** Ends what is being asked; from another thread. */
    void cancel() throws SQLException {
        Statement now = running;
        if (now != null) {
            cancelled = true;
            now.cancel();
        }
    }
}
