package fi.lupa.schemas.registry;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.RandomData;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever bytes lie on a topic, they are an event or a refusal. */
class AvroBytesFuzzTest {

    private static final SchemaRegistry REGISTRY = SchemaRegistry.inMemory();
    private static final List<Topic<?>> TOPICS = Topics.all();

    /** Which topic, and an event's bytes. */
    static Stream<byte[]> events() {
        return IntStream.range(0, TOPICS.size()).mapToObj(topic -> {
            Schema schema = TOPICS.get(topic).schema();
            Object event = new RandomData(schema, 1, topic).iterator().next();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.write(topic);
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
            try {
                new GenericDatumWriter<>(schema).write(event, encoder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return bytes.toByteArray();
        });
    }

    @MethodSource("events")
    @FuzzTest(maxDuration = "1h")
    void bytesAreAnEventOrRefused(@NotNull byte[] input) {
        if (input.length == 0) {
            return;
        }
        Topic<?> topic = TOPICS.get((input[0] & 0xff) % TOPICS.size());
        int id = REGISTRY.idOf(topic.subject(""), topic.schema());
        byte[] record = ByteBuffer.allocate(AvroDeserializer.HEADER + input.length - 1)
                .put((byte) 0)
                .putInt(id)
                .put(input, 1, input.length - 1)
                .array();
        try {
            new AvroDeserializer<>(topic.value(), REGISTRY).deserialize(topic.name(), record);
        } catch (SerializationException e) {
            // It goes to the dead letters.
        }
    }
}
