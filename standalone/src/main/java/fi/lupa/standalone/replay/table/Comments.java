package fi.lupa.standalone.replay.table;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;

/** What the schemas tell of events and their fields, as comments of tables and columns, which DuckDB keeps and shows. */
final class Comments {

    /** Of the columns that every table has before the events' fields. */
    private static final Map<String, String> OF_RECORDS = Map.of(
            "_partition", "Which partition of the topic the record lies in.",
            "_offset", "Where in the partition it lies.",
            "_logTime", "When it was written, as the log has it.",
            "_key", "What it is kept under; null where that may tell who somebody is.",
            "_deleted", "Whether it says that what was kept under its key is no more.",
            "_erased", "Whether it is of somebody who was erased after it was written.");

    private Comments() {}

    /**
     * Puts them.
     *
     * @param kind TABLE or VIEW
     * @param columns those that are there
     */
    static void put(Statement statement, String kind, String name, Schema schema, Set<String> columns)
            throws SQLException {
        put(statement, kind + " " + Columns.quoted(name), schema.getDoc());
        Map<String, String> docs = new LinkedHashMap<>(OF_RECORDS);
        for (Field field : schema.getFields()) {
            docs.put(field.name(), field.doc());
        }
        docs.keySet().retainAll(columns);
        for (Map.Entry<String, String> column : docs.entrySet()) {
            put(
                    statement,
                    "COLUMN %s.%s".formatted(Columns.quoted(name), Columns.quoted(column.getKey())),
                    column.getValue());
        }
    }

    private static void put(Statement statement, String on, String doc) throws SQLException {
        if (doc != null) {
            statement.execute("COMMENT ON %s IS '%s'".formatted(on, doc.replace("'", "''")));
        }
    }
}
