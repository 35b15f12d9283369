package fi.lupa.edge.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.edge.http.RateLimit;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.keys.Keys;
import fi.lupa.edge.links.LinkTokens;
import fi.lupa.event.AuditEvent;
import fi.lupa.schemas.topic.Topic;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Access for a test, and what it records. */
public final class TestAccess implements EventWriter {
    static final byte[] SECRET = "a secret of thirty-two bytes or more".getBytes(UTF_8);

    final List<AuditEvent> recorded = new CopyOnWriteArrayList<>();
    volatile CompletableFuture<RecordMetadata> outcome = CompletableFuture.completedFuture(null);

    /** By keys, without limit, recording nowhere. */
    public static Access with(Keys keys) {
        return new TestAccess().access(keys, Optional.empty(), false, 0, Clock.systemUTC());
    }

    Access access(Keys keys, Optional<OpenIdProvider> provider, boolean secure, int perMinute, Clock clock) {
        return new Access(
                keys,
                provider,
                new Sessions(SECRET, keys, secure, clock),
                new Audit("test", this, clock),
                new RateLimit(perMinute, clock),
                new Relays(new LinkTokens(SECRET), clock));
    }

    @Override
    public <V extends SpecificRecord> CompletableFuture<RecordMetadata> send(Topic<V> topic, String key, V event) {
        AuditEvent written = (AuditEvent) event;
        String expected = written.getSubjectId() == null ? written.getPrincipal() : written.getSubjectId();
        if (!key.equals(expected)) {
            throw new AssertionError(key + " is not the key of " + written);
        }
        recorded.add(written);
        return outcome;
    }
}
