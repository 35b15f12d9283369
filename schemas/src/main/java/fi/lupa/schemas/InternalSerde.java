package fi.lupa.schemas;

import fi.lupa.schemas.registry.EventClasses;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.message.BadHeaderException;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.MissingSchemaException;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Avro's single-object encoding for what only one service reads: its stores, changelogs and repartition topics. These need
 * no subject in the registry, and the schema fingerprint in every value tells an old value from a new one.
 */
public final class InternalSerde<V extends SpecificRecord> implements Serde<V> {

    private final BinaryMessageEncoder<V> encoder;
    private final BinaryMessageDecoder<V> decoder;

    public InternalSerde(Class<V> type) {
        EventClasses.trust();
        SpecificData model = SpecificData.getForClass(type);
        encoder = new BinaryMessageEncoder<>(model, model.getSchema(type));
        decoder = new BinaryMessageDecoder<>(model, model.getSchema(type));
    }

    @Override
    public Serializer<V> serializer() {
        return (topic, value) -> {
            if (value == null) {
                return null;
            }
            try {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
                encoder.encode(value, bytes);
                return bytes.toByteArray();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    @Override
    public Deserializer<V> deserializer() {
        return (topic, bytes) -> {
            if (bytes == null) {
                return null;
            }
            try {
                return decoder.decode(bytes);
            } catch (IOException | BadHeaderException | MissingSchemaException e) {
                throw new SerializationException("a value of " + topic + " is not in single-object encoding", e);
            }
        };
    }
}
