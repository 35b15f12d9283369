package fi.lupa.schemas.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/** Writes events in the Confluent wire format: a zero, the schema's id in four bytes, Avro binary. */
public final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {

    /** How records of one topic are written. */
    private record Form(Schema schema, int id, DatumWriter<Object> writer) {}

    /** What a thread reuses from record to record. */
    private static final class Buffer {
        private final ByteBuffer header = ByteBuffer.allocate(5); // its first byte stays 0
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        private BinaryEncoder encoder;

        byte[] write(Form form, Object event) throws IOException {
            bytes.reset();
            bytes.writeBytes(header.putInt(1, form.id).array());
            encoder = EncoderFactory.get().binaryEncoder(bytes, encoder);
            form.writer.write(event, encoder);
            encoder.flush();
            return bytes.toByteArray();
        }
    }

    private static final ThreadLocal<Buffer> BUFFER = ThreadLocal.withInitial(Buffer::new);

    private final Map<String, Form> forms = new ConcurrentHashMap<>();
    private SchemaRegistry registry;
    private String suffix = "-value";

    /** For Kafka, which calls {@link #configure} next. */
    static {
        // Making an event's builder reads its defaults, which Avro refuses for a class it does not trust.
        EventClasses.trust();
    }

    public AvroSerializer() {}

    public AvroSerializer(SchemaRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void configure(Map<String, ?> config, boolean isKey) {
        registry = RegistryClient.shared(config);
        suffix = isKey ? "-key" : "-value";
    }

    @Override
    public byte[] serialize(String topic, T event) {
        if (event == null) {
            return null; // a tombstone
        }
        Form form = forms.get(topic);
        if (form == null || !form.schema.equals(event.getSchema())) {
            form = formOf(topic, event.getSchema());
        }
        try {
            return BUFFER.get().write(form, event);
        } catch (IOException | RuntimeException e) {
            BUFFER.remove(); // its encoder still holds half of this event
            throw withoutValues("Cannot write a " + form.schema.getName() + " to " + topic, e);
        }
    }

    private Form formOf(String topic, Schema schema) {
        int id = registry.idOf(topic + suffix, schema);
        Form form = new Form(schema, id, new SpecificDatumWriter<>(schema, SpecificData.getForSchema(schema)));
        forms.put(topic, form);
        return form;
    }

    /** The fault with its place in the code and without its message: Avro's messages repeat what they stumble over. */
    static SerializationException withoutValues(String what, Exception fault) {
        SerializationException bare =
                new SerializationException(what + ": " + fault.getClass().getSimpleName() + ".");
        bare.setStackTrace(fault.getStackTrace());
        return bare;
    }
}
