package fi.lupa.campaign.routing;

import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Reads a value once, however often it is asked for: a store in memory hands out the very bytes that were put, and the same
 * bytes are the same value. For values that nobody changes.
 */
final class ReadOnce<V> implements Deserializer<V> {

    private final Deserializer<V> reader;

    /** By the array itself, not by what is in it; gone when the store has let it go. */
    private final Map<byte[], V> read = Collections.synchronizedMap(new WeakHashMap<>());

    private ReadOnce(Deserializer<V> reader) {
        this.reader = reader;
    }

    static <V> Serde<V> of(Serde<V> serde) {
        return Serdes.serdeFrom(serde.serializer(), new ReadOnce<>(serde.deserializer()));
    }

    @Override
    public V deserialize(String topic, byte[] bytes) {
        return bytes == null ? null : read.computeIfAbsent(bytes, some -> reader.deserialize(topic, some));
    }
}
