package fi.lupa.standalone.bench;

import fi.lupa.schemas.EventSerdes;
import fi.lupa.schemas.registry.AvroSerde;
import fi.lupa.schemas.registry.SchemaRegistry;
import fi.lupa.schemas.topic.Topic;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;

/** The serdes of production on a registry: one in memory where nobody else reads, for a schema is asked for once. */
record BenchSerdes(SchemaRegistry registry) implements EventSerdes {

    static BenchSerdes inMemory() {
        return new BenchSerdes(SchemaRegistry.inMemory());
    }

    @Override
    public <V extends SpecificRecord> Serde<V> of(Topic<V> topic) {
        return new AvroSerde<>(topic.value(), registry);
    }
}
