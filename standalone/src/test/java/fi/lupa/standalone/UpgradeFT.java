package fi.lupa.standalone;

import static fi.lupa.standalone.UnderFire.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The next version of every event: one field more, written by who was upgraded first and read by who was not yet. */
class UpgradeFT {

    private static final int MAGIC_AND_ID = 5;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void instancesAreExchangedOneAfterTheOtherWhileTheNextVersionIsAlreadySpoken() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("upgrade", folder)) {
            UnderFire.proveThrough(
                    all -> {
                        for (Topic<?> topic : Topics.all()) {
                            register(lupa, topic);
                        }
                        int next = register(lupa, Topics.CAMPAIGN_MESSAGES);
                        all.load().messagesAreWrittenAs(now -> next(now, next));
                        all.goesOn();
                        for (ServiceUnderFire service : all.services()) {
                            ServiceUnderFire other = service.another();
                            try (other) {
                                other.start();
                                awaitTrue(other::isReady);
                                service.stop();
                                service.start();
                                awaitTrue(service::isReady);
                                all.goesOn();
                                other.stop();
                            }
                        }
                    },
                    lupa,
                    folder);
        }
    }

    /** Registers the next version; its id. */
    private static int register(TestInstallation lupa, Topic<?> topic) throws Exception {
        Schema now = topic.schema();
        List<Schema.Field> fields = new ArrayList<>();
        now.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
        Schema optional = Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING));
        fields.add(new Schema.Field("next", optional, null, JsonProperties.NULL_VALUE));
        Schema next = Schema.createRecord(now.getName(), now.getDoc(), now.getNamespace(), false, fields);
        String answer = Schemas.registerText(lupa.registry(), topic.subject(lupa.prefix()), next.toString());
        int id = new ObjectMapper().readTree(answer).get("id").asInt();
        assertThat(id).isPositive();
        return id;
    }

    /** What the next version writes of the same event: its own id, and at the end the field that it has more. */
    private static byte[] next(byte[] now, int id) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(
                ByteBuffer.allocate(MAGIC_AND_ID).put((byte) 0).putInt(id).array());
        bytes.write(now, MAGIC_AND_ID, now.length - MAGIC_AND_ID);
        try {
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
            encoder.writeIndex(1);
            encoder.writeString("what only the next version knows");
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
