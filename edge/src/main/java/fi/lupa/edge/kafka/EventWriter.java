package fi.lupa.edge.kafka;

import fi.lupa.edge.http.ProblemException;
import fi.lupa.schemas.topic.Topic;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Where a door writes events before it answers. */
public interface EventWriter {

    /**
     * Writes an event.
     *
     * @return completes when it is written on every in-sync replica; fails with a {@link ProblemException} when that cannot
     *     be said
     */
    <V extends SpecificRecord> CompletableFuture<RecordMetadata> send(Topic<V> topic, String key, V event);
}
