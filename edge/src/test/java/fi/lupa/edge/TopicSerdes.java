package fi.lupa.edge;

import fi.lupa.schemas.EventSerdes;
import fi.lupa.schemas.InternalSerde;
import fi.lupa.schemas.topic.Topic;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Serdes without a registry, that like a registry's belong to one topic: what is written elsewhere by them is a mistake. */
public final class TopicSerdes implements EventSerdes {

    @Override
    public <V extends SpecificRecord> Serde<V> of(Topic<V> topic) {
        Serde<V> serde = new InternalSerde<>(topic.value());
        return Serdes.serdeFrom(
                (name, event) -> {
                    if (!name.equals(topic.name())) {
                        throw new AssertionError(
                                name + " has no subject in the registry; write it by an InternalSerde");
                    }
                    return serde.serializer().serialize(name, event);
                },
                serde.deserializer());
    }
}
