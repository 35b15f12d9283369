package fi.lupa.edge.kafka;

import fi.lupa.edge.http.ProblemException;
import fi.lupa.schemas.topic.Topic;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;

/** What topics hold of somebody, read from their beginning. */
public interface Copies {

    /**
     * Every record of these topics under these keys.
     *
     * @param keys none for every key of the topics, which then have one partition
     * @return fails with a {@link ProblemException} 503 when it takes longer than a caller waits
     */
    default CompletableFuture<Found> under(Set<String> keys, Collection<Topic<?>> topics) {
        return under(keys, topics, Instant.EPOCH);
    }

    /**
     * As the other, of what was written at a moment or later.
     *
     * @param since by the topics' own time
     */
    CompletableFuture<Found> under(Set<String> keys, Collection<Topic<?>> topics, Instant since);

    /** Records by topic, each topic's in its order. */
    interface Found {

        <V extends SpecificRecord> List<Copy<V>> in(Topic<V> topic);
    }

    /**
     * One record.
     *
     * @param value null for a tombstone
     */
    record Copy<V extends SpecificRecord>(String key, V value) {}
}
