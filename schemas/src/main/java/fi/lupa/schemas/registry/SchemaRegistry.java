package fi.lupa.schemas.registry;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.Schema;

/** What a serializer and a deserializer need of a registry: an id for a schema, and a schema for an id. */
public interface SchemaRegistry {

    /**
     * The id that stands for the schema in records of the subject; thread-safe and remembered.
     *
     * @throws RegistryUnavailableException if no registry answers now
     * @throws RegistryRefusedException if the registry does not take the schema
     */
    int idOf(String subject, Schema schema);

    /**
     * The schema that the id stands for; thread-safe and remembered.
     *
     * @throws RegistryUnavailableException if no registry answers now
     * @throws UnknownSchemaException if the registry knows no Avro schema of that id
     */
    Schema schemaOf(int id);

    /** A registry that lives and dies with its holder, for topologies under test. */
    static SchemaRegistry inMemory() {
        List<Schema> schemas = new CopyOnWriteArrayList<>();
        return new SchemaRegistry() {
            @Override
            public synchronized int idOf(String subject, Schema schema) {
                if (!schemas.contains(schema)) {
                    schemas.add(schema);
                }
                return schemas.indexOf(schema) + 1;
            }

            @Override
            public Schema schemaOf(int id) {
                if (id < 1 || id > schemas.size()) {
                    throw new UnknownSchemaException("No schema has id " + id + ".");
                }
                return schemas.get(id - 1);
            }
        };
    }
}
