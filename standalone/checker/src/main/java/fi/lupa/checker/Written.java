package fi.lupa.checker;

import org.apache.avro.generic.GenericRecord;

/**
 * A record as it lies on a topic.
 *
 * @param key null where it has none
 * @param empty whether it has no value: what is of its key is gone
 * @param value null where it has none, or none that can be read
 */
record Written(String topic, int partition, long offset, String key, boolean empty, GenericRecord value) {

    /** A field as text; null where it says nothing. */
    String text(String field) {
        Object said = value.get(field);
        return said == null ? null : said.toString();
    }

    /** A field that holds a moment, milliseconds since 1970. */
    long moment(String field) {
        return (Long) value.get(field);
    }
}
