package fi.lupa.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fi.lupa.event.ConsentChanged;
import fi.lupa.event.FormSubmitted;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lupa's serdes and Confluent's own, on one registry: each reads what the other writes. */
class ConfluentInteropTest {

    private static final String THEIR_SERIALIZER = "io.confluent.kafka.serializers.KafkaAvroSerializer";
    private static final String THEIR_DESERIALIZER = "io.confluent.kafka.serializers.KafkaAvroDeserializer";

    private final FakeRegistry registry = new FakeRegistry();

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void theSwitchGivesTheirClasses() {
        Serde<ConsentChanged> theirs = theirs(ConsentChanged.class);

        assertThat(theirs.serializer().getClass().getName()).isEqualTo(THEIR_SERIALIZER);
        assertThat(theirs.deserializer().getClass().getName()).isEqualTo(THEIR_DESERIALIZER);
        assertThat(ours(ConsentChanged.class)).isInstanceOf(AvroSerde.class);
    }

    @Test
    void theyReadWhatWeWrite() {
        readsWhatTheOtherWrites(
                "consent.changes", Aino.grantsEmail(), ours(ConsentChanged.class), theirs(ConsentChanged.class));
        readsWhatTheOtherWrites(
                "forms.inbox", Aino.registers(), ours(FormSubmitted.class), theirs(FormSubmitted.class));
    }

    @Test
    void weReadWhatTheyWrite() {
        readsWhatTheOtherWrites(
                "consent.changes", Aino.grantsEmail(), theirs(ConsentChanged.class), ours(ConsentChanged.class));
        readsWhatTheOtherWrites(
                "forms.inbox", Aino.registers(), theirs(FormSubmitted.class), ours(FormSubmitted.class));
    }

    @Test
    void bothWriteTheSameBytesByTheSameId() {
        byte[] byUs = ours(ConsentChanged.class).serializer().serialize("consent.changes", Aino.grantsEmail());
        byte[] byThem = theirs(ConsentChanged.class).serializer().serialize("consent.changes", Aino.grantsEmail());

        assertThat(byThem).isEqualTo(byUs);
        assertThat(registry.textsOf("consent.changes-value")).hasSize(1);
    }

    @Test
    void theirTombstoneIsOurs() {
        assertThat(theirs(ConsentChanged.class).serializer().serialize("consent.state", null))
                .isNull();
        assertThat(theirs(ConsentChanged.class).deserializer().deserialize("consent.state", null))
                .isNull();
    }

    @Test
    void aClassThatIsNotThereIsSaidSo() {
        Map<String, Object> config = config();
        config.put(AvroSerdes.SERIALIZER_CLASS, "io.confluent.NoSuchSerializer");

        assertThatThrownBy(() -> AvroSerdes.of(ConsentChanged.class, config))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("the Maven profile \"confluent\"");
    }

    private static <T extends SpecificRecord> void readsWhatTheOtherWrites(
            String topic, T event, Serde<T> writer, Serde<T> reader) {
        byte[] bytes = writer.serializer().serialize(topic, event);

        assertThat(reader.deserializer().deserialize(topic, bytes)).isEqualTo(event);
    }

    private <T extends SpecificRecord> Serde<T> ours(Class<T> type) {
        return AvroSerdes.of(type, config());
    }

    private <T extends SpecificRecord> Serde<T> theirs(Class<T> type) {
        Map<String, Object> config = config();
        config.put(AvroSerdes.SERIALIZER_CLASS, THEIR_SERIALIZER);
        config.put(AvroSerdes.DESERIALIZER_CLASS, THEIR_DESERIALIZER);
        return AvroSerdes.of(type, config);
    }

    private Map<String, Object> config() {
        return new HashMap<>(Map.of("schema.registry.url", registry.url()));
    }
}
