package fi.lupa.schemas.registry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads events in the Confluent wire format, by their writer's schema, into today's class. */
public final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {

    /** The bytes before the Avro: a zero, and the schema's id. */
    public static final int HEADER = 5;

    private static final ThreadLocal<BinaryDecoder> DECODER = new ThreadLocal<>();

    static {
        EventClasses.trust();
    }

    private final Map<Integer, DatumReader<T>> readers = new ConcurrentHashMap<>();
    private final Map<Integer, Boolean> todays = new ConcurrentHashMap<>();

    /** The class to read into; null to go by the name in the writer's schema. */
    private final Class<T> type;

    private SchemaRegistry registry;

    /** For Kafka, which calls {@link #configure} next. */
    public AvroDeserializer() {
        this.type = null;
    }

    public AvroDeserializer(Class<T> type, SchemaRegistry registry) {
        this.type = type;
        this.registry = registry;
    }

    @Override
    public void configure(Map<String, ?> config, boolean isKey) {
        registry = RegistryClient.shared(config);
    }

    /**
     * Reads one event; nothing comes of nothing.
     *
     * @throws NotAvroException if the bytes are not in the wire format
     * @throws UnknownSchemaException if the registry knows no Avro schema of the id
     * @throws SerializationException if the bytes do not fit their schema, or their schema not today's class
     * @throws RegistryUnavailableException if the schema is yet unknown here and no registry answers
     */
    @Override
    public T deserialize(String topic, byte[] bytes) {
        if (bytes == null) {
            return null; // a tombstone
        }
        if (bytes.length < HEADER || bytes[0] != 0) {
            throw new NotAvroException("A record of " + topic + " is not in the wire format: "
                    + (bytes.length < HEADER ? "only " + bytes.length + " bytes." : "its first byte is not 0."));
        }
        int id = ByteBuffer.wrap(bytes).getInt(1);
        DatumReader<T> reader = readers.get(id);
        if (reader == null) {
            reader = readerOf(id);
            readers.put(id, reader);
        }
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, DECODER.get());
        DECODER.set(decoder);
        T event;
        boolean whole;
        try {
            event = reader.read(null, decoder);
            whole = decoder.isEnd();
        } catch (IOException | RuntimeException e) {
            throw AvroSerializer.withoutValues("Cannot read a record of " + topic + " by schema id " + id, e);
        }
        if (!whole) {
            throw new SerializationException("A record of " + topic + " is longer than its schema id " + id + " says.");
        }
        return event;
    }

    /** Whether the bytes were written by the very schema of today's class: its fields are there, in their order. */
    public boolean isTodays(byte[] bytes) {
        return bytes.length >= HEADER
                && bytes[0] == 0
                && todays.computeIfAbsent(ByteBuffer.wrap(bytes).getInt(1), id -> registry.schemaOf(id)
                        .equals(SpecificData.get().getSchema(type)));
    }

    private DatumReader<T> readerOf(int id) {
        Schema written = registry.schemaOf(id);
        try {
            Class<?> target = type != null ? type : SpecificData.get().getClass(written);
            if (target == null) {
                throw new UnknownSchemaException(
                        "Schema id " + id + " is of " + written.getFullName() + ", which has no class here.");
            }
            SpecificData model = SpecificData.getForClass(target);
            // Avro's cache of half-made readers is not for several threads; the finished reader is.
            synchronized (model) {
                return model.getFastReaderBuilder().createDatumReader(written, model.getSchema(target));
            }
        } catch (IOException | AvroRuntimeException | SecurityException e) {
            throw AvroSerializer.withoutValues(
                    "Schema id " + id + " of " + written.getFullName() + " cannot be read here", e);
        }
    }
}
