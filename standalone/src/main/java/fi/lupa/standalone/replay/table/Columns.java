package fi.lupa.standalone.replay.table;

import fi.lupa.standalone.replay.read.MergedSchema;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.generic.IndexedRecord;
import org.duckdb.DuckDBAppender;

/** Avro's types as DuckDB's: an enum stays an enum, a moment a moment in UTC, a nested record a struct. */
public final class Columns {

    private Columns() {}

    /** The columns of a record's fields, as {@code CREATE TABLE} has them. */
    static String of(Schema record) {
        return record.getFields().stream()
                .map(field -> quoted(field.name()) + " " + type(field.schema()))
                .collect(Collectors.joining(", "));
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    static String type(Schema schema) {
        Schema present = MergedSchema.present(schema);
        LogicalType logical = present.getLogicalType();
        return switch (present.getType()) {
            case STRING -> isUuid(logical) ? "UUID" : "VARCHAR";
            case ENUM ->
                present.getEnumSymbols().stream()
                        .map(symbol -> "'" + symbol + "'")
                        .collect(Collectors.joining(", ", "ENUM(", ")"));
            case BOOLEAN -> "BOOLEAN";
            case INT -> logical instanceof LogicalTypes.Date ? "DATE" : "INTEGER";
            case LONG -> isMoment(logical) ? "TIMESTAMP WITH TIME ZONE" : "BIGINT";
            case FLOAT -> "FLOAT";
            case DOUBLE -> "DOUBLE";
            case BYTES, FIXED -> "BLOB";
            case ARRAY -> type(present.getElementType()) + "[]";
            case MAP -> "MAP(VARCHAR, " + type(present.getValueType()) + ")";
            case RECORD -> "STRUCT(" + of(present) + ")";
            default -> throw new IllegalArgumentException("No column can hold Avro's " + present.getType() + ".");
        };
    }

    /** Appends the values of a record's fields; null for a record that has none of them. */
    public static void append(DuckDBAppender row, Schema record, IndexedRecord values) throws SQLException {
        for (Field field : record.getFields()) {
            Object value = values == null ? null : read(values, record, field);
            if (value == null) {
                row.appendNull();
            } else {
                append(row, MergedSchema.present(field.schema()), value);
            }
        }
    }

    private static Object read(IndexedRecord values, Schema record, Field field) {
        if (values.getSchema() == record) {
            return values.get(field.pos());
        }
        Field there = values.getSchema().getField(field.name());
        return there == null ? null : values.get(there.pos());
    }

    private static void append(DuckDBAppender row, Schema schema, Object value) throws SQLException {
        switch (schema.getType()) {
            case BOOLEAN -> row.append((boolean) value);
            case INT -> {
                if (schema.getLogicalType() instanceof LogicalTypes.Date) {
                    row.appendEpochDays((int) value);
                } else {
                    row.append((int) value);
                }
            }
            case LONG -> {
                if (isMoment(schema.getLogicalType())) {
                    row.appendEpochMicros(micros(schema, value));
                } else {
                    row.append((long) value);
                }
            }
            case FLOAT -> row.append((float) value);
            case DOUBLE -> row.append((double) value);
            case RECORD -> {
                row.beginStruct();
                append(row, schema, (IndexedRecord) value);
                row.endStruct();
            }
            case ARRAY -> row.append((List<?>) nested(schema, value));
            case MAP -> row.append((Map<?, ?>) nested(schema, value));
            case BYTES, FIXED -> row.append((byte[]) nested(schema, value));
            default -> {
                if (value instanceof UUID id) {
                    row.append(id);
                } else {
                    row.append(value.toString());
                }
            }
        }
    }

    /** A value within another, as the appender takes it: a struct as the list of its values. */
    private static Object nested(Schema of, Object value) {
        if (value == null) {
            return null;
        }
        Schema schema = MergedSchema.present(of);
        return switch (schema.getType()) {
            case RECORD -> {
                List<Object> values = new ArrayList<>();
                schema.getFields()
                        .forEach(field ->
                                values.add(nested(field.schema(), read((IndexedRecord) value, schema, field))));
                yield values;
            }
            case ARRAY -> {
                List<Object> values = new ArrayList<>();
                ((Iterable<?>) value).forEach(element -> values.add(nested(schema.getElementType(), element)));
                yield values;
            }
            case MAP -> {
                Map<String, Object> values = new LinkedHashMap<>();
                ((Map<?, ?>) value)
                        .forEach((key, entry) -> values.put(key.toString(), nested(schema.getValueType(), entry)));
                yield values;
            }
            case BYTES -> bytes((ByteBuffer) value);
            case LONG -> isMoment(schema.getLogicalType()) ? moment(schema, value) : value;
            case INT ->
                schema.getLogicalType() instanceof LogicalTypes.Date ? LocalDate.ofEpochDay((int) value) : value;
            case STRING -> value instanceof UUID ? value : value.toString();
            case ENUM -> value.toString();
            default -> value;
        };
    }

    /** What is read generically is a number, and what is read as a class of ours a moment. */
    private static long micros(Schema schema, Object value) {
        if (value instanceof Instant at) {
            return ChronoUnit.MICROS.between(Instant.EPOCH, at);
        }
        return schema.getLogicalType() instanceof LogicalTypes.TimestampMillis
                ? Math.multiplyExact((long) value, 1_000L)
                : (long) value;
    }

    private static OffsetDateTime moment(Schema schema, Object value) {
        return Instant.EPOCH.plus(micros(schema, value), ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static boolean isUuid(LogicalType logical) {
        return logical instanceof LogicalTypes.Uuid;
    }

    private static boolean isMoment(LogicalType logical) {
        return logical instanceof LogicalTypes.TimestampMillis || logical instanceof LogicalTypes.TimestampMicros;
    }
}
