package fi.lupa.standalone;

import static fi.lupa.standalone.UnderFire.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import fi.lupa.event.HeldMessage;
import fi.lupa.schemas.InternalSerde;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.PeopleAndCampaigns.Deed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Utils;
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

    /** What waits is found by a version that keeps more of it. */
    @Test
    void whatAnEarlierVersionHasKeptIsReadByThis() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("kept", folder)) {
            UnderFire.proveThrough(
                    all -> {
                        awaitTrue(() -> !lupa.read(held(lupa)).isEmpty());
                        all.router().stop();
                        keepAsBefore(lupa);
                        Utils.delete(all.router().stateDir().toFile());
                        all.router().start();
                        all.load().await(Deed.RELEASE);
                    },
                    lupa,
                    folder);
        }
    }

    private static String held(TestInstallation lupa) {
        return lupa.prefix() + "campaign-router-held-changelog";
    }

    /** Writes every message that waits to its changelog once more, as the version before did. */
    private static void keepAsBefore(TestInstallation lupa) throws Exception {
        String changelog = held(lupa);
        InternalSerde<HeldMessage> todays = new InternalSerde<>(HeldMessage.class);
        Schema before;
        try (InputStream first = InternalSerde.class.getResourceAsStream("released/HeldMessage/1.avsc")) {
            before = new Schema.Parser().parse(first);
        }
        BinaryMessageEncoder<HeldMessage> encoder =
                new BinaryMessageEncoder<>(SpecificData.getForClass(HeldMessage.class), before);
        Map<String, ConsumerRecord<String, byte[]>> waiting = new HashMap<>();
        lupa.read(changelog).forEach(record -> waiting.put(record.key(), record));
        waiting.values().removeIf(record -> record.value() == null);
        assertThat(waiting).isNotEmpty();
        lupa.writeAll(waiting.values().stream().map(record -> {
            HeldMessage held = todays.deserializer().deserialize(changelog, record.value());
            try {
                byte[] value = Utils.toArray(encoder.encode(held));
                return new ProducerRecord<>(changelog, record.partition(), record.key(), value);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
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
