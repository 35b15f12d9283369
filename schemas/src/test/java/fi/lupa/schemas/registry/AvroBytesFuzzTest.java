package fi.lupa.schemas.registry;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;

/** Whatever bytes lie on a topic, they are an event or a refusal. */
class AvroBytesFuzzTest {

    private static final SchemaRegistry REGISTRY = SchemaRegistry.inMemory();
    private static final List<Topic<?>> TOPICS = Topics.all();

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
