package fi.lupa.campaign.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import fi.lupa.event.ConsentState;
import fi.lupa.schemas.registry.AvroSerde;
import fi.lupa.schemas.registry.SchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

/** Both paths, the fast and the plain, say the same of whatever state the schema allows. */
class RecipientReaderTest {

    private static final int STATES = 20_000;
    private static final Schema SCHEMA = ConsentState.getClassSchema();

    private final SchemaRegistry registry = SchemaRegistry.inMemory();
    private final AvroSerde<ConsentState> serde = new AvroSerde<>(ConsentState.class, registry);
    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void bothPathsReadTheSame() throws IOException {
        int understood = 0;
        for (int i = 0; i < STATES; i++) {
            byte[] bytes = written(any(SCHEMA), SCHEMA);
            StoredState state = StoredState.serde(serde).deserializer().deserialize("", bytes);
            ConsentState whole = serde.deserializer().deserialize("", bytes);
            Recipient plain;
            try {
                plain = Recipient.of(whole);
            } catch (RuntimeException e) {
                assertThatExceptionOfType(SerializationException.class).isThrownBy(state::recipient);
                continue;
            }
            Recipient read = RecipientReader.read(bytes, bytes.length - avro(whole).length);
            if (whole.getPersonal() == null) {
                understood++;
                assertThat(read).isEqualTo(plain);
            } else {
                assertThat(read).isNull();
            }
            assertThat(state.recipient()).isEqualTo(plain);
        }
        assertThat(understood).isGreaterThan(STATES / 20);
    }

    @Test
    void anotherSchemaTakesThePlainPath() throws IOException {
        // As an older one: without the last field, and with the others in another order.
        List<Schema.Field> fields = new ArrayList<>();
        for (Schema.Field field :
                SCHEMA.getFields().subList(0, SCHEMA.getFields().size() - 1)) {
            fields.add(0, new Schema.Field(field, field.schema()));
        }
        Schema older = Schema.createRecord(SCHEMA.getName(), null, SCHEMA.getNamespace(), false, fields);
        int understood = 0;
        for (int i = 0; i < 1_000; i++) {
            byte[] bytes = written(any(older), older);
            StoredState state = StoredState.serde(serde).deserializer().deserialize("", bytes);
            try {
                Recipient plain = Recipient.of(serde.deserializer().deserialize("", bytes));
                assertThat(state.recipient()).isEqualTo(plain);
                understood++;
            } catch (RuntimeException e) {
                assertThatExceptionOfType(SerializationException.class).isThrownBy(state::recipient);
            }
        }
        assertThat(understood).isPositive();
    }

    private byte[] written(Object state, Schema schema) throws IOException {
        int id = registry.idOf("consent.state-value", schema);
        byte[] avro = avro((GenericRecord) state);
        return ByteBuffer.allocate(5 + avro.length)
                .put((byte) 0)
                .putInt(id)
                .put(avro)
                .array();
    }

    private static byte[] avro(org.apache.avro.generic.IndexedRecord state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        GenericData model =
                state instanceof ConsentState ? ((ConsentState) state).getSpecificData() : GenericData.get();
        new GenericDatumWriter<>(state.getSchema(), model).write(state, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    /** Something that the schema allows. */
    private Object any(Schema schema) {
        return switch (schema.getType()) {
            case RECORD -> {
                GenericRecord record = new GenericData.Record(schema);
                schema.getFields().forEach(field -> record.put(field.pos(), any(field.schema())));
                yield record;
            }
            case ENUM ->
                new GenericData.EnumSymbol(
                        schema,
                        schema.getEnumSymbols()
                                .get(random.nextInt(schema.getEnumSymbols().size())));
            case ARRAY -> new GenericData.Array<>(schema, some(schema.getElementType()));
            case MAP -> Map.of(text(), any(schema.getValueType()));
            case UNION ->
                any(schema.getTypes()
                        .get(random.nextInt(4) == 0 ? schema.getTypes().size() - 1 : 0));
            case STRING ->
                schema.getLogicalType() != null
                                && schema.getLogicalType()
                                        .getName()
                                        .equals(LogicalTypes.uuid().getName())
                        ? new UUID(random.nextLong(), random.nextLong()).toString()
                        : text();
            case BYTES -> ByteBuffer.wrap(text().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            case LONG -> random.nextLong(2_000_000_000_000L);
            case BOOLEAN -> random.nextInt(8) == 0;
            case NULL -> null;
            default -> throw new IllegalStateException("a state has no " + schema.getType());
        };
    }

    private List<Object> some(Schema schema) {
        return IntStream.range(0, random.nextInt(4)).mapToObj(i -> any(schema)).toList();
    }

    private String text() {
        return "ä" + random.nextInt(3);
    }
}
