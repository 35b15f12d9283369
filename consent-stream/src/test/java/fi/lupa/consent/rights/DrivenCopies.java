package fi.lupa.consent.rights;

import fi.lupa.consent.topology.ConsentDriver;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.kafka.Copies;
import fi.lupa.schemas.topic.Topic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;

/** What a driven topology has written to its topics, and what a test says that others have. */
final class DrivenCopies implements Copies {

    private final ConsentDriver stream;
    private final Map<Topic<?>, List<Copy<?>>> records = new HashMap<>();

    /** What reading fails with; null for nothing. */
    volatile ProblemException failure;

    DrivenCopies(ConsentDriver stream) {
        this.stream = stream;
    }

    <V extends SpecificRecord> void has(Topic<V> topic, String key, V value) {
        records.computeIfAbsent(topic, first -> new ArrayList<>()).add(new Copy<>(key, value));
    }

    @Override
    public CompletableFuture<Found> under(Set<String> keys, Collection<Topic<?>> topics, Instant since) {
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        topics.forEach(this::drain);
        return CompletableFuture.completedFuture(new Found() {
            @Override
            @SuppressWarnings("unchecked") // each topic's copies are of its class
            public <V extends SpecificRecord> List<Copy<V>> in(Topic<V> topic) {
                return records.getOrDefault(topic, List.of()).stream()
                        .filter(copy -> keys.isEmpty() || keys.contains(copy.key()))
                        .map(copy -> (Copy<V>) copy)
                        .toList();
            }
        });
    }

    private <V extends SpecificRecord> void drain(Topic<V> topic) {
        stream.written(topic).forEach(record -> has(topic, record.key(), record.value()));
    }
}
