package fi.lupa.schemas.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;

/** Says in people's words why two versions of a schema cannot read each other's records. */
public final class SchemaEvolution {

    private SchemaEvolution() {}

    /**
     * What is wrong between today's schema and an earlier one, in both directions; empty if each reads the other.
     *
     * @param name what to call the earlier one, as in {@code version 2}
     */
    public static List<String> faults(Schema today, String name, Schema earlier) {
        List<String> faults = new ArrayList<>();
        for (Incompatibility fault : incompatibilities(today, earlier)) {
            String field = fieldAt(today, fault.getLocation());
            faults.add(
                    switch (fault.getType()) {
                        case READER_FIELD_MISSING_DEFAULT_VALUE ->
                            field + " is not in " + name + " and has no default: give it one";
                        case MISSING_ENUM_SYMBOLS ->
                            field + " no longer has " + fault.getMessage() + ", which " + name + " has: put them back";
                        default ->
                            field + " is no longer what it is in " + name + " (" + fault.getMessage()
                                    + "): leave it as it was, and add a new field with a default";
                    });
        }
        for (Incompatibility fault : incompatibilities(earlier, today)) {
            String field = fieldAt(earlier, fault.getLocation());
            faults.add(
                    switch (fault.getType()) {
                        case READER_FIELD_MISSING_DEFAULT_VALUE ->
                            field + " is gone, but " + name + " cannot do without it: put it back";
                        case MISSING_ENUM_SYMBOLS ->
                            field + " has the new " + fault.getMessage() + ", which " + name
                                    + " does not understand and has no default for: take them out";
                        default ->
                            field + " is no longer what " + name + " reads (" + fault.getMessage()
                                    + "): leave it as it was, and add a new field with a default";
                    });
        }
        // Of a type that several fields have, Avro tells each time, and always by the first of them.
        return faults.stream().distinct().toList();
    }

    private static List<Incompatibility> incompatibilities(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult()
                .getIncompatibilities();
    }

    /** The field a JSON pointer into the schema leads to: {@code statements.scope} for {@code /fields/5/type/items/fields/0/type}. */
    private static String fieldAt(Schema schema, String pointer) {
        StringJoiner path = new StringJoiner(".", "field ", "").setEmptyValue("the record " + schema.getName());
        String[] steps = pointer.split("/", -1);
        Schema at = schema;
        for (int i = 1; i < steps.length; i++) {
            if (steps[i].equals("fields")) {
                Schema.Field field = at.getFields().get(Integer.parseInt(steps[++i]));
                path.add(field.name());
                at = field.schema();
            } else if (steps[i].equals("items")) {
                at = at.getElementType();
            } else if (steps[i].equals("values")) {
                at = at.getValueType();
            } else if (at.isUnion() && steps[i].matches("\\d+")) {
                at = at.getTypes().get(Integer.parseInt(steps[i]));
            }
        }
        return path.toString();
    }
}
