package fi.lupa.schemas.registry;

import org.apache.kafka.common.errors.SerializationException;

/** A record's value is not in the wire format: it is too short, or does not begin with the magic byte 0. */
public final class NotAvroException extends SerializationException {
    public NotAvroException(String message) {
        super(message);
    }
}
