package fi.lupa.campaign.decision;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import fi.lupa.event.ConsentState;
import fi.lupa.schemas.registry.AvroDeserializer;
import fi.lupa.schemas.registry.AvroSerde;
import fi.lupa.schemas.registry.SchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.params.provider.MethodSource;

/** Of whatever bytes, the fast path reads what the plain one does, or both refuse: no state permits more by its shape. */
class RecipientReaderFuzzTest {

    private static final SchemaRegistry REGISTRY = SchemaRegistry.inMemory();
    private static final AvroSerde<ConsentState> SERDE = new AvroSerde<>(ConsentState.class, REGISTRY);

    static Stream<byte[]> states() {
        return IntStream.range(0, 20).mapToObj(seed -> {
            Object state = new RandomData(ConsentState.getClassSchema(), 1, seed)
                    .iterator()
                    .next();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try {
                new GenericDatumWriter<>(ConsentState.getClassSchema())
                        .write(state, EncoderFactory.get().directBinaryEncoder(bytes, null));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return bytes.toByteArray();
        });
    }

    @MethodSource("states")
    @FuzzTest(maxDuration = "1h")
    void bothPathsSayTheSame(@NotNull byte[] avro) {
        byte[] bytes = ByteBuffer.allocate(AvroDeserializer.HEADER + avro.length)
                .put((byte) 0)
                .putInt(REGISTRY.idOf("consent.state-value", ConsentState.getClassSchema()))
                .put(avro)
                .array();
        Recipient plain;
        try {
            plain = Recipient.of(SERDE.deserializer().deserialize("", bytes));
        } catch (RuntimeException e) {
            // It never comes into the store.
            return;
        }
        assertThat(StoredState.serde(SERDE)
                        .deserializer()
                        .deserialize("", bytes)
                        .recipient())
                .isEqualTo(plain);
    }
}
