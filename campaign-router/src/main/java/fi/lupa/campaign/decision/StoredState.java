package fi.lupa.campaign.decision;

import fi.lupa.event.ConsentState;
import fi.lupa.schemas.registry.AvroDeserializer;
import java.io.IOException;
import java.util.function.Predicate;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/** A consent state in the bytes that it came in: read as far as somebody asks. */
public final class StoredState {

    private static final String TOPIC = "the router's states";

    private final byte[] bytes;
    private final Form form;
    private ConsentState whole;

    /** How states are read. */
    private record Form(Deserializer<ConsentState> plain, Predicate<byte[]> isTodays) {

        static Form of(Deserializer<ConsentState> plain) {
            if (plain instanceof AvroDeserializer<ConsentState> own) {
                return new Form(plain, own::isTodays);
            }
            return new Form(plain, bytes -> false);
        }
    }

    private StoredState(byte[] bytes, Form form) {
        this.bytes = bytes;
        this.form = form;
    }

    /** A state that is at hand. */
    public static StoredState of(ConsentState whole) {
        StoredState state = new StoredState(null, null);
        state.whole = whole;
        return state;
    }

    /** Keeps states as they came. */
    public static Serde<StoredState> serde(Serde<ConsentState> of) {
        Form form = Form.of(of.deserializer());
        return Serdes.serdeFrom(
                (topic, state) -> state == null ? null : state.written(topic, of.serializer()),
                (topic, bytes) -> bytes == null ? null : new StoredState(bytes, form));
    }

    /** Takes states from their topic: one that cannot be read is none. */
    public static Deserializer<StoredState> arriving(Serde<ConsentState> of) {
        Form form = Form.of(of.deserializer());
        return (topic, bytes) -> {
            if (bytes == null) {
                return null;
            }
            StoredState state = new StoredState(bytes, form);
            state.whole = form.plain.deserialize(topic, bytes);
            return state;
        };
    }

    private byte[] written(String topic, Serializer<ConsentState> writer) {
        return bytes == null ? writer.serialize(topic, whole) : bytes;
    }

    /**
     * All of it.
     *
     * @throws SerializationException if it cannot be read
     */
    public ConsentState whole() {
        if (whole == null) {
            whole = form.plain.deserialize(TOPIC, bytes);
        }
        return whole;
    }

    /**
     * What a decision looks at.
     *
     * @throws SerializationException if it cannot be read, or has words that the law does not know
     */
    public Recipient recipient() {
        try {
            Recipient read = whole == null && form.isTodays.test(bytes)
                    ? RecipientReader.read(bytes, AvroDeserializer.HEADER)
                    : null;
            return read == null ? Recipient.of(whole()) : read;
        } catch (IOException | RuntimeException e) {
            throw new SerializationException(
                    "A state cannot be read: " + e.getClass().getSimpleName() + ".");
        }
    }
}
