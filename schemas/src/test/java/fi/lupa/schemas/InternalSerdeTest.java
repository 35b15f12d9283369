package fi.lupa.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.HeldMessage;
import fi.lupa.event.StatementInForce;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class InternalSerdeTest {

    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final HeldMessage HELD = HeldMessage.newBuilder()
            .setMessage(CampaignMessage.newBuilder()
                    .setMessageId("m-1")
                    .setCampaignId("spring")
                    .setChannel(Channel.EMAIL)
                    .setRequestedAt(NOON)
                    .build())
            .setSubjectId("s-1")
            .setSince(NOON)
            .setWrittenAt(NOON)
            .setTrace(Map.of("traceparent", "00"))
            .build();

    private final InternalSerde<HeldMessage> serde = new InternalSerde<>(HeldMessage.class);

    @Test
    void whatAnEarlierVersionKeptIsRead() throws IOException {
        byte[] kept = writtenIn(released("HeldMessage/1.avsc"));

        assertThat(serde.deserializer().deserialize("held", kept))
                .isEqualTo(HeldMessage.newBuilder(HELD)
                        .clearTrace()
                        .clearWrittenAt()
                        .build());
    }

    @Test
    void whatIsInNoReleasedFormIsRefusedWithoutAWordOfIt() throws IOException {
        Schema first = released("HeldMessage/1.avsc");
        Schema.Field message = first.getField("message");
        Schema foreign = Schema.createRecord("HeldMessage", "", "fi.lupa.event", false);
        foreign.setFields(List.of(new Schema.Field(message, message.schema())));
        byte[] kept = writtenIn(foreign);

        assertThatThrownBy(() -> serde.deserializer().deserialize("held", kept))
                .isInstanceOf(SerializationException.class)
                .hasMessage("a value of held is in no form that was ever released");
    }

    /** Else a later version could not read what this one has kept. */
    @Test
    void aFormThatWasNotReleasedIsNotWritten() {
        assertThatThrownBy(() -> new InternalSerde<>(StatementInForce.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("StatementInForce");
    }

    private static Schema released(String file) throws IOException {
        return new Schema.Parser().parse(Path.of("src/main/released", file).toFile());
    }

    private static byte[] writtenIn(Schema form) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new BinaryMessageEncoder<HeldMessage>(SpecificData.getForClass(HeldMessage.class), form).encode(HELD, bytes);
        return bytes.toByteArray();
    }
}
