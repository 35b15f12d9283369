package fi.lupa.schemas.registry;

import static fi.lupa.schemas.registry.Aino.grantsEmail;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Door;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.SubjectKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AvroSerdeTest {

    private static final String TOPIC = "consent.changes";

    private final SchemaRegistry registry = SchemaRegistry.inMemory();
    private final AvroSerde<ConsentChanged> serde = new AvroSerde<>(ConsentChanged.class, registry);

    @Test
    void writesAZeroThenTheIdThenPlainAvro() throws IOException {
        byte[] bytes = write(grantsEmail());

        int id = registry.idOf("consent.changes-value", ConsentChanged.getClassSchema());
        assertThat(Arrays.copyOf(bytes, 5))
                .isEqualTo(ByteBuffer.allocate(5).putInt(1, id).array());
        assertThat(Arrays.copyOfRange(bytes, 5, bytes.length)).isEqualTo(plainAvro(grantsEmail()));
    }

    @Test
    void readsWhatItWrites() {
        assertThat(read(write(grantsEmail()))).isEqualTo(grantsEmail());

        AvroSerde<FormSubmitted> forms = new AvroSerde<>(FormSubmitted.class, registry);
        byte[] form = forms.serializer().serialize("forms.inbox", Aino.registers());
        assertThat(forms.deserializer().deserialize("forms.inbox", form)).isEqualTo(Aino.registers());
    }

    @Test
    void aTombstoneStaysATombstone() {
        assertThat(write(null)).isNull();
        assertThat(read(null)).isNull();
    }

    @Test
    void oneSerializerTellsTheTypesOfItsTopicsApart() {
        AvroSerializer<SpecificRecord> serializer = new AvroSerializer<>(registry);

        byte[] change = serializer.serialize("one", grantsEmail());
        byte[] form = serializer.serialize("one", Aino.registers());

        assertThat(read(change)).isEqualTo(grantsEmail());
        assertThat(ByteBuffer.wrap(form).getInt(1))
                .isNotEqualTo(ByteBuffer.wrap(change).getInt(1));
    }

    @Test
    void readsAnEventOfYesterdayWhoseSchemaHadFewerFields() {
        Schema yesterday = changed("{\"name\":\"awaitsConfirmation\"", "{\"name\":\"gone\"");

        ConsentChanged event = read(writeAs(yesterday, record -> record.put("gone", true)));

        assertThat(event.getSubjectId()).isEqualTo("s-aino");
        assertThat(event.getAwaitsConfirmation()).isFalse();
    }

    @Test
    void readsAnEventOfTomorrowWhoseSchemaHasMoreFieldsAndSymbols() {
        Schema tomorrow = new Schema.Parser()
                .parse(ConsentChanged.getClassSchema()
                        .toString()
                        .replace("\"HARD_BOUNCE\",", "\"HARD_BOUNCE\",\"CHATBOT\",")
                        .replaceFirst("\"fields\":\\[", "\"fields\":[{\"name\":\"mood\",\"type\":\"string\"},"));

        ConsentChanged event = read(writeAs(tomorrow, record -> {
            record.put("mood", "good");
            record.put(
                    "door", new GenericData.EnumSymbol(tomorrow.getField("door").schema(), "CHATBOT"));
        }));

        assertThat(event.getSubjectId()).isEqualTo("s-aino");
        assertThat(event.getDoor()).isEqualTo(Door.OTHER);
    }

    @Test
    void refusesAnEventOfAnotherType() {
        byte[] key = new AvroSerializer<SubjectKey>(registry)
                .serialize("subject.keys", new SubjectKey("s-aino", ByteBuffer.wrap(new byte[] {1}), Aino.NOON, null));

        assertThatThrownBy(() -> read(key)).isInstanceOf(SerializationException.class);
    }

    @Test
    void withoutATypeReadsIntoTheClassTheWriterNames() {
        AvroDeserializer<ConsentChanged> deserializer = new AvroDeserializer<>(null, registry);

        assertThat(deserializer.deserialize(TOPIC, write(grantsEmail()))).isEqualTo(grantsEmail());
    }

    @ParameterizedTest
    @ValueSource(strings = {"no.such.Class", "java.net.URL", "java.lang.String"})
    void withoutATypeReadsIntoNothingButAnEventOfOurs(String name) {
        Schema foreign =
                SchemaBuilder.record(name).fields().optionalString("url").endRecord();
        byte[] bytes = {0, 0, 0, 0, (byte) registry.idOf("foreign", foreign), 0};

        assertThatThrownBy(() -> new AvroDeserializer<>(null, registry).deserialize(TOPIC, bytes))
                .isInstanceOf(SerializationException.class);
    }

    @Test
    void refusesWhatIsNotInTheWireFormat() {
        assertThatThrownBy(() -> read(new byte[0])).isInstanceOf(NotAvroException.class);
        assertThatThrownBy(() -> read(new byte[] {0, 0, 0, 1})).isInstanceOf(NotAvroException.class);
        assertThatThrownBy(() -> read("{\"will\":\"GRANT\"}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(NotAvroException.class)
                .hasMessage("A record of consent.changes is not in the wire format: its first byte is not 0.");
    }

    @Test
    void refusesARecordThatIsLongerOrShorterThanItsSchemaSays() {
        byte[] bytes = write(grantsEmail());

        assertThatThrownBy(() -> read(Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(SerializationException.class);
        assertThatThrownBy(() -> read(Arrays.copyOf(bytes, bytes.length - 1)))
                .isInstanceOf(SerializationException.class);
    }

    @Test
    void whateverTheBytesItIsAnEventOrASerializationException() {
        write(grantsEmail());
        AvroSerde<FormSubmitted> forms = new AvroSerde<>(FormSubmitted.class, registry);
        byte[] good = forms.serializer().serialize("forms.inbox", Aino.registers());
        Random random = new Random(20260504);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = good.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[5 + random.nextInt(bytes.length - 5)] = (byte) random.nextInt();
            }
            try {
                forms.deserializer().deserialize("forms.inbox", bytes);
            } catch (SerializationException expected) {
                assertThat(expected).hasMessageNotContainingAny("aino", "Aino", "Mannerheimintie");
            }
        }
    }

    @Test
    void aCountOfAThousandMillionItemsCostsNoMemory() {
        // A length of 2^30 and then nothing: neither a string nor a list is believed before it is there.
        byte[] length = {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 8};
        for (Schema lavish : List.of(
                SchemaBuilder.record("ConsentChanged")
                        .namespace("fi.lupa.event")
                        .fields()
                        .name("skipped")
                        .type()
                        .array()
                        .items()
                        .longType()
                        .noDefault()
                        .endRecord(),
                SchemaBuilder.record("ConsentChanged")
                        .namespace("fi.lupa.event")
                        .fields()
                        .name("eventId")
                        .type()
                        .stringType()
                        .noDefault()
                        .endRecord())) {
            byte[] bytes = ByteBuffer.allocate(10)
                    .putInt(1, registry.idOf("lavish", lavish))
                    .put(5, length)
                    .array();
            assertThatThrownBy(() -> read(bytes)).isInstanceOf(SerializationException.class);
        }
    }

    @Test
    void faultsCarryNoValueOutOfTheRecord() {
        Schema laxer = changed("\"type\":{\"type\":\"string\",\"logicalType\":\"uuid\"}", "\"type\":\"string\"");
        byte[] bytes = writeAs(laxer, record -> record.put("eventId", "aino@example.fi"));

        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(SerializationException.class)
                .hasNoCause()
                .hasMessage("Cannot read a record of consent.changes by schema id 1: IllegalArgumentException.");
    }

    @Test
    void aRecordThatCannotBeWrittenDoesNotSpoilTheNext() {
        ConsentChanged broken = grantsEmail();
        broken.put("recordedAt", null); // the fields before it are already in the buffer

        assertThatThrownBy(() -> write(broken))
                .isInstanceOf(SerializationException.class)
                .hasMessageStartingWith("Cannot write a ConsentChanged to consent.changes");
        assertThat(read(write(grantsEmail()))).isEqualTo(grantsEmail());
    }

    @Test
    void servesManyThreadsAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Void>> work = IntStream.range(0, 8)
                    .<Callable<Void>>mapToObj(thread -> () -> {
                        for (int i = 0; i < 2_000; i++) {
                            ConsentChanged event = ConsentChanged.newBuilder(grantsEmail())
                                    .setSubjectId("s-" + thread + "-" + "x".repeat(i % 700))
                                    .build();
                            assertThat(read(write(event))).isEqualTo(event);
                        }
                        return null;
                    })
                    .toList();
            for (var outcome : threads.invokeAll(work)) {
                outcome.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private byte[] write(ConsentChanged event) {
        return serde.serializer().serialize(TOPIC, event);
    }

    private ConsentChanged read(byte[] bytes) {
        return serde.deserializer().deserialize(TOPIC, bytes);
    }

    private static Schema changed(String what, String to) {
        String text = ConsentChanged.getClassSchema().toString();
        assertThat(text).contains(what);
        return new Schema.Parser().parse(text.replace(what, to));
    }

    /** Aino's consent as a program with another schema writes it. */
    private byte[] writeAs(Schema schema, Consumer<GenericData.Record> change) {
        GenericData.Record record = new GenericData.Record(schema);
        ConsentChanged event = grantsEmail();
        for (Schema.Field field : schema.getFields()) {
            Schema.Field ours = ConsentChanged.getClassSchema().getField(field.name());
            if (ours != null) {
                record.put(field.name(), unconverted(event.get(ours.pos()), field.schema()));
            }
        }
        change.accept(record);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ByteBuffer.allocate(5)
                .putInt(1, registry.idOf("consent.changes-value", schema))
                .array());
        try {
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
            new GenericDatumWriter<GenericData.Record>(schema).write(record, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static Object unconverted(Object value, Schema schema) {
        if (value instanceof Instant instant) {
            return instant.toEpochMilli();
        }
        if (value instanceof Enum<?> symbol) {
            return new GenericData.EnumSymbol(schema, symbol.name());
        }
        return value instanceof UUID id ? id.toString() : value;
    }

    private static byte[] plainAvro(ConsentChanged event) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new SpecificDatumWriter<>(ConsentChanged.class).write(event, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }
}
