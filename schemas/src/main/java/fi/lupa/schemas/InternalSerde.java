package fi.lupa.schemas;

import fi.lupa.schemas.registry.EventClasses;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
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
 * no subject in the registry: the fingerprint in every value says in which of the released forms it was written, each of which is
 * read.
 */
public final class InternalSerde<V extends SpecificRecord> implements Serde<V> {

    private final BinaryMessageEncoder<V> encoder;
    private final BinaryMessageDecoder<V> decoder;

    /** @throws IllegalStateException if today's form of the type was not written down among the released ones */
    public InternalSerde(Class<V> type) {
        EventClasses.trust();
        SpecificData model = SpecificData.getForClass(type);
        Schema today = model.getSchema(type);
        List<Schema> released = released(type);
        if (released.stream().noneMatch(form -> fingerprint(form) == fingerprint(today))) {
            throw new IllegalStateException(
                    type.getSimpleName() + " has a form that later versions could not read: release it first");
        }
        encoder = new BinaryMessageEncoder<>(model, today);
        decoder = new BinaryMessageDecoder<>(model, today);
        released.forEach(decoder::addSchema);
    }

    /** Every form in which values of the type were ever written, the first one first. */
    private static List<Schema> released(Class<?> type) {
        List<Schema> forms = new ArrayList<>();
        while (true) {
            String name = "released/%s/%d.avsc".formatted(type.getSimpleName(), forms.size() + 1);
            try (InputStream form = InternalSerde.class.getResourceAsStream(name)) {
                if (form == null) {
                    return forms;
                }
                forms.add(new Schema.Parser().parse(form));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static long fingerprint(Schema schema) {
        return SchemaNormalization.parsingFingerprint64(schema);
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
                throw new SerializationException("a value of " + topic + " is in no form that was ever released", e);
            }
        };
    }
}
