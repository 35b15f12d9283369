package fi.lupa.edge.kafka;

import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.schemas.EventSerdes;
import fi.lupa.schemas.topic.Topic;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events for a door, which answers only when every in-sync replica has them.
 *
 * <p>A failure says that the event may not have been written; the caller sends it again under the same id. A record carries the
 * trace of the request that it comes from, in the header {@code traceparent}, and the topologies pass it on to what they make
 * of it.
 */
public final class EventProducer implements EventWriter, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventProducer.class);
    private static final Duration TRY_AGAIN_AFTER = Duration.ofSeconds(5);
    private static final Executor ANSWERING = ForkJoinPool.commonPool();

    private final KafkaProducer<String, byte[]> producer;
    private final String prefix;
    private final EventSerdes serdes;
    private final KafkaClock clock;

    /**
     * @param client how to reach Kafka
     * @param prefix of the installation's topics
     * @param patience how long a write may take before its caller is told that it failed
     * @param clock by which events are timed; where it turns out to have been wrong, the caller is told to send them again
     */
    public EventProducer(
            Map<String, Object> client, String prefix, EventSerdes serdes, Duration patience, KafkaClock clock) {
        Map<String, Object> config = new HashMap<>(client);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        config.put(ProducerConfig.LINGER_MS_CONFIG, 2);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, patience.toMillis() / 2);
        // A way of two seconds there and two back is borne, and what is not answered by then is tried once more.
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) (patience.toMillis() * 3 / 4));
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) patience.toMillis());
        this.producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
        this.prefix = prefix;
        this.serdes = serdes;
        this.clock = clock;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the callback tells the same
    public <V extends SpecificRecord> CompletableFuture<RecordMetadata> send(Topic<V> topic, String key, V event) {
        CompletableFuture<RecordMetadata> written = new CompletableFuture<>();
        try {
            String name = topic.in(prefix);
            byte[] value = serdes.of(topic).serializer().serialize(name, event);
            Context trace = Context.current();
            Instant timed = clock.instant();
            producer.send(new ProducerRecord<>(name, null, key, value, TraceHeaders.of(trace)), (metadata, failure) -> {
                boolean agreed =
                        failure != null || !topic.stampedByBroker() || clock.agreed(timed, metadata.timestamp());
                // Elsewhere than on Kafka's thread, where a slow caller would hold up every other.
                ANSWERING.execute(trace.wrap(() -> {
                    if (failure != null) {
                        written.completeExceptionally(problem(topic, failure));
                    } else if (agreed) {
                        written.complete(metadata);
                    } else {
                        written.completeExceptionally(ProblemException.unavailable(
                                "The clock here was wrong, and is right now; send it again with the same id.",
                                TRY_AGAIN_AFTER));
                    }
                }));
            });
        } catch (KafkaException e) {
            written.completeExceptionally(problem(topic, e));
        }
        return written;
    }

    private static ProblemException problem(Topic<?> topic, Exception failure) {
        LOG.atWarn()
                .addKeyValue("topic", topic.name())
                .addKeyValue("failure", failure.getClass().getSimpleName())
                .log("An event could not be written");
        if (failure.getClass() == SerializationException.class) {
            // The serializer's own refusal, not the registry's: the same event would fail again.
            return ProblemException.badRequest(List.of(new Fault(
                    null, "It holds a value that an event cannot, as a moment millions of years away; correct it.")));
        }
        return failure instanceof RecordTooLargeException
                ? ProblemException.tooLarge(1024 * 1024)
                : ProblemException.unavailable(
                        "It could not be recorded now, so nothing may have been recorded; send it again with the same id.",
                        TRY_AGAIN_AFTER);
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(10));
    }
}
