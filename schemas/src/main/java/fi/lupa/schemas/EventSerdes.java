package fi.lupa.schemas;

import fi.lupa.schemas.topic.Topic;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;

/** Where a topology takes the serdes of its topics from. */
public interface EventSerdes {

    /** The serde of the topic's values. */
    <V extends SpecificRecord> Serde<V> of(Topic<V> topic);
}
