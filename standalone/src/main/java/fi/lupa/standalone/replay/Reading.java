package fi.lupa.standalone.replay;

import fi.lupa.edge.streams.UnprocessableException;
import fi.lupa.schemas.EventSerdes;
import fi.lupa.schemas.registry.RegistryUnavailableException;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.standalone.progress.ProgressBar;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads topics as today's events, and counts what counts for nobody: what cannot be read, and what no service takes. */
final class Reading implements TopicReader.Take {

    private static final int MOST_TOLD = 10;

    private final EventSerdes serdes;
    private final Map<Topic<?>, Taker<?>> takers = new LinkedHashMap<>();
    private final List<String> passedOver = new ArrayList<>();
    private List<Span> spans = List.of();
    private ProgressBar bar;
    private long records;
    private long unreadable;

    /** What is done with the events of a topic. */
    @FunctionalInterface
    interface Taking<V> {
        /** @param event null for a tombstone */
        void take(ConsumerRecord<String, byte[]> record, V event) throws Exception;
    }

    private record Taker<V>(Deserializer<V> values, Taking<V> taking) {

        void take(ConsumerRecord<String, byte[]> record) throws Exception {
            taking.take(record, record.value() == null ? null : values.deserialize(record.topic(), record.value()));
        }
    }

    Reading(EventSerdes serdes) {
        this.serdes = serdes;
    }

    <V extends SpecificRecord> Reading on(Topic<V> topic, Taking<V> taking) {
        takers.put(topic, new Taker<>(serdes.of(topic).deserializer(), taking));
        return this;
    }

    void read(TopicReader reader, PrintWriter progress) throws Exception {
        spans = reader.spans(takers.keySet());
        long all =
                spans.stream().mapToLong(span -> span.end() - span.position()).sum();
        bar = new ProgressBar(progress, System.console() != null, "reading", all);
        reader.read(spans, this);
        bar.end();
    }

    @Override
    public void record(Span span, ConsumerRecord<String, byte[]> record) throws Exception {
        records++;
        try {
            takers.get(span.topic()).take(record);
        } catch (RegistryUnavailableException e) {
            throw e;
        } catch (SerializationException | UnprocessableException e) {
            unreadable++;
            if (passedOver.size() < MOST_TOLD) {
                passedOver.add("%s %d@%d: %s"
                        .formatted(span.topic().name(), record.partition(), record.offset(), e.getMessage()));
            }
        }
    }

    @Override
    public void batch() {
        bar.at(spans.stream().mapToLong(span -> span.position() - span.begin()).sum(), records);
    }

    void tell(PrintWriter out) {
        out.printf(Locale.ROOT, "%,d records read", records);
        if (unreadable > 0) {
            out.printf(
                    Locale.ROOT, ", of which %,d count for nobody, as the services have it, among them:%n", unreadable);
            passedOver.forEach(one -> out.println("  " + one));
        } else {
            out.println(".");
        }
    }
}
