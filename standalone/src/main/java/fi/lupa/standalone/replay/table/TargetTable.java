package fi.lupa.standalone.replay.table;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** A table on its way to a target: nothing stands under its name until all rows are in it and counted. */
public final class TargetTable implements AutoCloseable {

    public static final String MOMENT = "TIMESTAMP WITH TIME ZONE";

    private final Target target;
    private final String name;
    private final DuckDBConnection connection;
    private final DuckDBAppender rows;
    private long count;

    public TargetTable(Target target, String name, String columns) throws SQLException, IOException {
        this.target = target;
        this.name = name;
        Staging.delete(target.gathered());
        this.connection = Staging.open(target.gathered(), false);
        try (var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE %s (%s)".formatted(name, columns));
        }
        this.rows = connection.createAppender(name);
    }

    /** An enum's words as a column's type. */
    public static String words(Class<? extends Enum<?>> words) {
        return Arrays.stream(words.getEnumConstants())
                .map(word -> "'" + word.name() + "'")
                .collect(Collectors.joining(", ", "ENUM(", ")"));
    }

    /** Adds a row. */
    public void add(Object... values) throws SQLException {
        rows.beginRow();
        for (Object value : values) {
            append(value);
        }
        rows.endRow();
        count++;
    }

    private void append(Object value) throws SQLException {
        if (value == null) {
            rows.appendNull();
        } else if (value instanceof Struct struct) {
            rows.beginStruct();
            for (Object field : struct.values()) {
                append(field);
            }
            rows.endStruct();
        } else if (value instanceof Boolean flag) {
            rows.append((boolean) flag);
        } else if (value instanceof Instant moment) {
            rows.append(moment.atOffset(ZoneOffset.UTC));
        } else if (value instanceof UUID id) {
            rows.append(id);
        } else if (value instanceof Collection<?> many) {
            rows.append(many.stream().map(TargetTable::nested).toList());
        } else {
            rows.append(value.toString());
        }
    }

    /** A value within another, as the appender takes it: a struct as the list of its values. */
    private static Object nested(Object value) {
        if (value instanceof Struct struct) {
            return Arrays.stream(struct.values()).map(TargetTable::nested).collect(Collectors.toList());
        }
        if (value instanceof Instant moment) {
            return moment.atOffset(ZoneOffset.UTC);
        }
        return value instanceof Enum<?> word ? word.name() : value;
    }

    /** Values that are one column's. */
    public record Struct(Object... values) {}

    public long count() {
        return count;
    }

    /** Puts the table under the target's name. */
    public void write() throws SQLException, IOException {
        rows.close();
        target.write(connection, Map.of(name, count));
        connection.close();
        target.finish();
    }

    @Override
    public void close() throws SQLException, IOException {
        connection.close();
        Staging.delete(target.gathered());
    }
}
