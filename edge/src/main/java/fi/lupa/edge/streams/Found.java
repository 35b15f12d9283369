package fi.lupa.edge.streams;

import java.util.List;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.internals.StateStoreProvider;

/**
 * A store for many keys at once: it is looked for among the tasks once, where Kafka Streams' own type looks for it at every
 * key. So it is read at once and not kept, and is for stores that lie on disk and keep values without timestamps: others would
 * not tell that they were closed, or need a facade.
 */
public final class Found<K, V> implements QueryableStoreType<ReadOnlyKeyValueStore<K, V>> {

    private final QueryableStoreType<ReadOnlyKeyValueStore<K, V>> plain = QueryableStoreTypes.keyValueStore();

    @Override
    public boolean accepts(StateStore store) {
        return plain.accepts(store);
    }

    /** Where there are several parts, they are looked through for every key all the same. */
    @Override
    public ReadOnlyKeyValueStore<K, V> create(StateStoreProvider stores, String name) {
        List<ReadOnlyKeyValueStore<K, V>> parts = stores.stores(name, this);
        return parts.size() == 1 ? parts.get(0) : plain.create(stores, name);
    }
}
