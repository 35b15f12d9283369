package fi.lupa.standalone.replay;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * The events' schema that goes along in a Parquet file: DuckDB writes an enum there as text, and which words it has, and what a
 * column tells, nothing else in the file says. Under {@code avro.schema} readers would take it for the file's own, which has
 * columns beside the events' fields.
 */
public final class ParquetSchema {

    static final String KEY = "lupa.schema";

    private ParquetSchema() {}

    /** What COPY is told to put it there. */
    static String option(Schema schema) {
        return ", KV_METADATA {'%s': '%s'}".formatted(KEY, schema.toString().replace("'", "''"));
    }

    /**
     * What a query asks for so that a file's enums are enums again: all columns, and of one without such a schema as they are.
     *
     * @throws SQLException if the schema that is there is none
     */
    public static String columns(Statement statement, Path file) throws SQLException {
        String from = "'" + file.toString().replace("'", "''") + "'";
        String written;
        try (ResultSet found = statement.executeQuery(
                "SELECT decode(value) FROM parquet_kv_metadata(%s) WHERE key = '%s'::BLOB".formatted(from, KEY))) {
            written = found.next() ? found.getString(1) : null;
        }
        if (written == null) {
            return "*";
        }
        Set<String> there = new HashSet<>();
        try (ResultSet found = statement.executeQuery("DESCRIBE FROM read_parquet(%s)".formatted(from))) {
            while (found.next()) {
                there.add(found.getString(1));
            }
        }
        String enums = parsed(file, written).getFields().stream()
                .filter(field -> there.contains(field.name()) && hasEnum(field.schema()))
                .map(field ->
                        "%1$s::%2$s AS %1$s".formatted(Columns.quoted(field.name()), Columns.type(field.schema())))
                .collect(Collectors.joining(", "));
        return enums.isEmpty() ? "*" : "* REPLACE (" + enums + ")";
    }

    private static Schema parsed(Path file, String written) throws SQLException {
        try {
            return new Schema.Parser().parse(written);
        } catch (AvroRuntimeException e) {
            throw new SQLException("What %s has as %s is no Avro schema.".formatted(file, KEY), e);
        }
    }

    private static boolean hasEnum(Schema schema) {
        Schema present = MergedSchema.present(schema);
        return switch (present.getType()) {
            case ENUM -> true;
            case RECORD -> present.getFields().stream().anyMatch(field -> hasEnum(field.schema()));
            case ARRAY -> hasEnum(present.getElementType());
            case MAP -> hasEnum(present.getValueType());
            default -> false;
        };
    }
}
