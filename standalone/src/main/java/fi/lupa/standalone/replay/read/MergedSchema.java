package fi.lupa.standalone.replay.read;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.Schema.Type;

/** Schemas made for reading history: one that has every field and every symbol that some version of a topic's schema has. */
public final class MergedSchema {

    private static final List<Type> WIDER = List.of(Type.INT, Type.LONG, Type.FLOAT, Type.DOUBLE);

    private MergedSchema() {}

    /**
     * The schema that reads records of all versions. What a version does not have is its default or, where the other versions
     * give none, null.
     *
     * @param versions oldest first, at least one
     * @throws IllegalArgumentException with a sentence if a field is of two kinds that have nothing in common
     */
    static Schema of(List<Schema> versions) {
        Schema merged = versions.get(0);
        for (Schema newer : versions.subList(1, versions.size())) {
            merged = merge(newer, merged, newer.getName());
        }
        return merged;
    }

    /** The schema without some fields, at whatever depth. */
    public static Schema without(Schema schema, Predicate<Field> which) {
        return switch (schema.getType()) {
            case RECORD ->
                record(
                        schema,
                        schema.getFields().stream()
                                .filter(which.negate())
                                .map(field -> copy(field, without(field.schema(), which)))
                                .toList());
            case ARRAY -> Schema.createArray(without(schema.getElementType(), which));
            case MAP -> Schema.createMap(without(schema.getValueType(), which));
            case UNION ->
                Schema.createUnion(schema.getTypes().stream()
                        .map(type -> without(type, which))
                        .toList());
            default -> schema;
        };
    }

    /** What a schema says of a value that is there: the type beside null in a union, else the schema itself. */
    public static Schema present(Schema schema) {
        if (!schema.isUnion()) {
            return schema;
        }
        List<Schema> types = schema.getTypes().stream()
                .filter(type -> type.getType() != Type.NULL)
                .toList();
        if (types.size() != 1) {
            throw new IllegalArgumentException("A field is a union of several types, which no column can be.");
        }
        return types.get(0);
    }

    private static Schema merge(Schema newer, Schema older, String path) {
        if (newer.equals(older)) {
            return newer;
        }
        if (newer.isUnion() || older.isUnion()) {
            return nullable(merge(present(newer), present(older), path));
        }
        if (newer.getType() != older.getType()) {
            return wider(newer, older, path);
        }
        return switch (newer.getType()) {
            case RECORD -> records(newer, older, path);
            case ENUM -> enums(newer, older);
            case ARRAY -> Schema.createArray(merge(newer.getElementType(), older.getElementType(), path));
            case MAP -> Schema.createMap(merge(newer.getValueType(), older.getValueType(), path));
            default -> newer;
        };
    }

    private static Schema records(Schema newer, Schema older, String path) {
        List<Field> fields = new ArrayList<>();
        for (Field field : newer.getFields()) {
            Field before = older.getField(field.name());
            fields.add(
                    before == null
                            ? optional(field)
                            : copy(
                                    field.hasDefaultValue() ? field : before,
                                    merge(field.schema(), before.schema(), path + "." + field.name())));
        }
        Set<String> known = new HashSet<>(fields.stream().map(Field::name).toList());
        older.getFields().stream()
                .filter(field -> !known.contains(field.name()))
                .map(MergedSchema::optional)
                .forEach(fields::add);
        return record(newer, fields);
    }

    private static Schema enums(Schema newer, Schema older) {
        Set<String> symbols = new LinkedHashSet<>(newer.getEnumSymbols());
        symbols.addAll(older.getEnumSymbols());
        return Schema.createEnum(
                newer.getName(), newer.getDoc(), newer.getNamespace(), List.copyOf(symbols), newer.getEnumDefault());
    }

    private static Schema wider(Schema newer, Schema older, String path) {
        int wider = Math.max(WIDER.indexOf(newer.getType()), WIDER.indexOf(older.getType()));
        if (Math.min(WIDER.indexOf(newer.getType()), WIDER.indexOf(older.getType())) < 0) {
            throw new IllegalArgumentException("%s is %s in one version of its schema and %s in another."
                    .formatted(path, older.getType().getName(), newer.getType().getName()));
        }
        return WIDER.indexOf(newer.getType()) == wider ? newer : older;
    }

    /** A field that not every version has: null where a version neither has it nor says what to read instead. */
    private static Field optional(Field field) {
        return field.hasDefaultValue()
                ? copy(field, field.schema())
                : new Field(field.name(), nullable(present(field.schema())), field.doc(), JsonProperties.NULL_VALUE);
    }

    private static Schema nullable(Schema schema) {
        return Schema.createUnion(Schema.create(Type.NULL), schema);
    }

    /** The default of what may be null is null: a default belongs to the first type of a union. */
    private static Field copy(Field field, Schema schema) {
        boolean startsWithNull = schema.isUnion() && schema.getTypes().get(0).getType() == Type.NULL;
        Object byDefault = field.hasDefaultValue() ? field.defaultVal() : null;
        return new Field(field.name(), schema, field.doc(), startsWithNull ? JsonProperties.NULL_VALUE : byDefault);
    }

    private static Schema record(Schema like, List<Field> fields) {
        return Schema.createRecord(like.getName(), like.getDoc(), like.getNamespace(), false, fields);
    }
}
