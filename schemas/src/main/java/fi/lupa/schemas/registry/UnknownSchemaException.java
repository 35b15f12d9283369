package fi.lupa.schemas.registry;

import org.apache.kafka.common.errors.SerializationException;

/** A record names a schema that the registry does not know, or knows as something other than Avro. */
public final class UnknownSchemaException extends SerializationException {
    public UnknownSchemaException(String message) {
        super(message);
    }
}
