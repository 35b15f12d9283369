package fi.lupa.standalone.bench;

import fi.lupa.schemas.EventSerdes;
import fi.lupa.schemas.registry.AvroSerde;
import fi.lupa.schemas.registry.SchemaRegistry;
import fi.lupa.schemas.topic.Topic;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;

/** The serdes of production on a registry in memory: a real one is asked once a schema, which no rate would show. */
final class InMemorySerdes implements EventSerdes {

    private final SchemaRegistry registry = SchemaRegistry.inMemory();

    SchemaRegistry registry() {
        return registry;
    }

    @Override
    public <V extends SpecificRecord> Serde<V> of(Topic<V> topic) {
        return new AvroSerde<>(topic.value(), registry);
    }
}
