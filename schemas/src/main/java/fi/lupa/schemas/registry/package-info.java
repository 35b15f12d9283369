/**
 * Speaks to a schema registry in Confluent's terms: its REST API, its wire format, its configuration keys.
 *
 * <p>Three kinds of exception tell a caller what to do. A {@link org.apache.kafka.common.errors.SerializationException} blames the
 * record: it will never be readable, or writable, here. A {@link org.apache.kafka.common.errors.RetriableException} blames the
 * moment: the record is good, ask again. Any other blames the set-up: stop, for every record would fail. Only the first kind may
 * send a record to the dead letters; treating the others so is how a registry outage turns into silent loss.
 *
 * <p>No message carries a value out of a record.
 */
package fi.lupa.schemas.registry;
