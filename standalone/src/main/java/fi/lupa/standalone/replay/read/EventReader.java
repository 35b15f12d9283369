package fi.lupa.standalone.replay.read;

import fi.lupa.schemas.registry.NotAvroException;
import fi.lupa.schemas.registry.SchemaRegistry;
import fi.lupa.schemas.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.Schema.Type;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Reads a topic's records, whichever version of the schema wrote them, into the one schema that has all that the versions have and
 * that comes out.
 */
public final class EventReader {

    private static final int HEADER = 5;

    private final GenericData model = new GenericData();
    private final Topic<?> topic;
    private final SchemaRegistry registry;
    private final Schema everything;
    private final Schema schema;
    private final Map<Integer, DatumReader<IndexedRecord>> readers = new HashMap<>();
    private final List<String> unknown;
    private final TreeSet<String> unlisted = new TreeSet<>();
    private BinaryDecoder decoder;

    /** @param versions of the topic's schema, oldest first, at least one */
    public EventReader(Topic<?> topic, SchemaRegistry registry, List<Schema> versions, boolean opened) {
        model.addLogicalTypeConversion(new Conversions.UUIDConversion());
        this.topic = topic;
        this.registry = registry;
        this.everything = MergedSchema.of(versions);
        this.unknown = opened ? List.of() : Withheld.unknown(everything, topic);
        this.schema = opened ? everything : Withheld.from(everything, topic);
    }

    /** What {@link #read} gives. */
    public Schema schema() {
        return schema;
    }

    /**
     * Reads one value in the wire format.
     *
     * @throws SerializationException if it is none, or does not fit its schema
     */
    public IndexedRecord read(byte[] bytes) {
        if (bytes.length < HEADER || bytes[0] != 0) {
            throw new NotAvroException("not in the wire format");
        }
        int id = ByteBuffer.wrap(bytes).getInt(1);
        DatumReader<IndexedRecord> reader = readers.get(id);
        try {
            if (reader == null) {
                reader = reader(id);
                readers.put(id, reader);
            }
            decoder = DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, decoder);
            IndexedRecord value = reader.read(null, decoder);
            if (!decoder.isEnd()) {
                throw new SerializationException("longer than its schema says");
            }
            return value;
        } catch (SerializationException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Without the cause's words: they may hold what is in the record.
            throw new SerializationException("does not fit schema id " + id);
        }
    }

    /** Fields of the topic's schema that are withheld, since they may be anything. */
    public List<String> unknown() {
        return unknown;
    }

    /** Fields that some records have and no version of the topic's schema does: they are not among what comes out. */
    public List<String> unlisted() {
        return List.copyOf(unlisted);
    }

    private DatumReader<IndexedRecord> reader(int id) throws IOException {
        Schema written = registry.schemaOf(id);
        fieldsBeyond(everything, written, "");
        return model.getFastReaderBuilder().createDatumReader(written, schema);
    }

    private void fieldsBeyond(Schema known, Schema written, String path) {
        Schema one = MergedSchema.present(known);
        Schema other = MergedSchema.present(written);
        if (one.getType() == Type.RECORD && other.getType() == Type.RECORD) {
            for (Field field : other.getFields()) {
                Field there = one.getField(field.name());
                if (there == null) {
                    unlisted.add(topic.name() + " " + path + field.name());
                } else {
                    fieldsBeyond(there.schema(), field.schema(), path + field.name() + ".");
                }
            }
        } else if (one.getType() == Type.ARRAY && other.getType() == Type.ARRAY) {
            fieldsBeyond(one.getElementType(), other.getElementType(), path);
        }
    }
}
