package fi.lupa.campaign.decision;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import fi.lupa.event.ConsentState;
import fi.lupa.schemas.registry.AvroDeserializer;
import fi.lupa.schemas.registry.AvroSerde;
import fi.lupa.schemas.registry.SchemaRegistry;
import java.nio.ByteBuffer;

/** Of whatever bytes, the fast path reads what the plain one does, or both refuse: no state permits more by its shape. */
class RecipientReaderFuzzTest {

    private static final SchemaRegistry REGISTRY = SchemaRegistry.inMemory();
    private static final AvroSerde<ConsentState> SERDE = new AvroSerde<>(ConsentState.class, REGISTRY);

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
