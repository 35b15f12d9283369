package fi.lupa.standalone.replay.table;

import fi.lupa.standalone.replay.read.MergedSchema;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
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

    /** Makes a view of a file, in which enums are enums again, and columns are told of; of one without such a schema, of what it has. */
    public static void view(Statement statement, String name, Path file) throws SQLException {
        String from = "'" + file.toString().replace("'", "''") + "'";
        List<String> written = texts(
                statement,
                "SELECT decode(value) FROM parquet_kv_metadata(%s) WHERE key = '%s'::BLOB".formatted(from, KEY));
        Schema schema = written.isEmpty() ? null : parsed(written.get(0));
        if (schema == null) {
            create(statement, name, "*", from);
            return;
        }
        Set<String> columns = Set.copyOf(texts(statement, "DESCRIBE FROM read_parquet(%s)".formatted(from)));
        String enums = schema.getFields().stream()
                .filter(field -> columns.contains(field.name()) && hasEnum(field.schema()))
                .map(field ->
                        "%1$s::%2$s AS %1$s".formatted(Columns.quoted(field.name()), Columns.type(field.schema())))
                .collect(Collectors.joining(", "));
        create(statement, name, enums.isEmpty() ? "*" : "* REPLACE (" + enums + ")", from);
        Comments.put(statement, "VIEW", name, schema, columns);
    }

    private static void create(Statement statement, String name, String columns, String from) throws SQLException {
        statement.execute(
                "CREATE VIEW %s AS SELECT %s FROM read_parquet(%s)".formatted(Columns.quoted(name), columns, from));
    }

    private static List<String> texts(Statement statement, String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                texts.add(found.getString(1));
            }
        }
        return texts;
    }

    /** Null for what no table can be made by: such a file is of somebody else's making, and keeps nobody from those beside it. */
    private static Schema parsed(String written) {
        try {
            Schema schema = new Schema.Parser().parse(written);
            Columns.of(schema);
            return schema;
        } catch (AvroRuntimeException | IllegalArgumentException e) {
            return null;
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
