package fi.lupa.schemas.registry;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/** Gives the serde of an event: Lupa's own, or another's classes where the configuration names them. */
public final class AvroSerdes {

    /** Names a serializer to use instead of Lupa's, {@code io.confluent.kafka.serializers.KafkaAvroSerializer} for one. */
    public static final String SERIALIZER_CLASS = "lupa.avro.serializer.class";

    /** Names a deserializer to use instead of Lupa's, {@code io.confluent.kafka.serializers.KafkaAvroDeserializer} for one. */
    public static final String DESERIALIZER_CLASS = "lupa.avro.deserializer.class";

    private AvroSerdes() {}

    /**
     * A serde of record values, ready for use.
     *
     * @throws ConfigException if the configuration is faulty, or names a class that is not there
     */
    public static <T extends SpecificRecord> Serde<T> of(Class<T> type, Map<String, ?> config) {
        Object serializer = config.get(SERIALIZER_CLASS);
        Object deserializer = config.get(DESERIALIZER_CLASS);
        if (serializer == null && deserializer == null) {
            return new AvroSerde<>(type, RegistryClient.shared(config));
        }
        EventClasses.trust();
        return Serdes.serdeFrom(
                serializer == null
                        ? new AvroSerializer<>(RegistryClient.shared(config))
                        : serializer(serializer.toString(), config),
                deserializer == null
                        ? new AvroDeserializer<>(type, RegistryClient.shared(config))
                        : deserializer(deserializer.toString(), type, config));
    }

    @SuppressWarnings("unchecked") // a serializer of any Avro record takes this one
    private static <T> Serializer<T> serializer(String name, Map<String, ?> config) {
        Serializer<T> serializer = load(name, SERIALIZER_CLASS, Serializer.class);
        serializer.configure(config, false);
        return serializer;
    }

    @SuppressWarnings("unchecked") // specific.avro.value.type makes it so
    private static <T> Deserializer<T> deserializer(String name, Class<T> type, Map<String, ?> config) {
        Deserializer<T> deserializer = load(name, DESERIALIZER_CLASS, Deserializer.class);
        Map<String, Object> specific = new HashMap<>(config);
        specific.put("specific.avro.reader", true);
        specific.put("specific.avro.value.type", type.getName());
        deserializer.configure(specific, false);
        return deserializer;
    }

    private static <C> C load(String name, String key, Class<C> kind) {
        try {
            return Utils.newInstance(name, kind);
        } catch (ClassNotFoundException e) {
            throw new ConfigException(
                    key, name, "there is no such class here; Confluent's come with the Maven profile \"confluent\"");
        }
    }
}
