package fi.lupa.standalone.replay.gather;

import fi.lupa.edge.streams.UnprocessableException;
import fi.lupa.schemas.EventSerdes;
import fi.lupa.schemas.registry.RegistryUnavailableException;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.standalone.progress.ProgressBar;
import fi.lupa.standalone.replay.read.PartitionSpan;
import fi.lupa.standalone.replay.read.TopicReader;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads topics as today's events, and counts what counts for nobody: what cannot be read, and what no service takes. What was begun
 * before goes on where it was; topics whose events lie in memory are few, and are read again.
 */
public final class EventGatherer implements TopicReader.Take {

    /** What an interruption costs at most is read again. */
    private static final int KEEP_EVERY = 500_000;

    private static final int MOST_TOLD = 10;

    private final EventSerdes serdes;
    private final GatheredEvents gathered;
    private final int keepEvery;
    private final Map<Topic<?>, Taker<?>> takers = new LinkedHashMap<>();
    private final Set<Topic<?>> inMemory = new HashSet<>();
    private final List<String> passedOver = new ArrayList<>();
    private List<PartitionSpan> spans = List.of();
    private ProgressBar bar;
    private long records;
    private int unkept;

    /** What is done with the events of a topic. */
    @FunctionalInterface
    public interface Taking<V> {
        /** @param event null for a tombstone */
        void take(ConsumerRecord<String, byte[]> record, V event) throws Exception;
    }

    private record Taker<V>(Deserializer<V> values, Taking<V> taking) {

        void take(ConsumerRecord<String, byte[]> record) throws Exception {
            taking.take(record, record.value() == null ? null : values.deserialize(record.topic(), record.value()));
        }
    }

    /** @param gathered where what is taken is kept */
    public EventGatherer(EventSerdes serdes, GatheredEvents gathered) {
        this(serdes, gathered, KEEP_EVERY);
    }

    public EventGatherer(EventSerdes serdes, GatheredEvents gathered, int keepEvery) {
        this.serdes = serdes;
        this.gathered = gathered;
        this.keepEvery = keepEvery;
    }

    public <V extends SpecificRecord> EventGatherer on(Topic<V> topic, Taking<V> taking) {
        takers.put(topic, new Taker<>(serdes.of(topic).deserializer(), taking));
        return this;
    }

    /** The same of a topic whose events are kept in memory alone. */
    public <V extends SpecificRecord> EventGatherer inMemory(Topic<V> topic, Taking<V> taking) {
        inMemory.add(topic);
        return on(topic, taking);
    }

    /** @param request what for: what was begun for the same goes on */
    public void read(TopicReader reader, String request, PrintWriter progress) throws Exception {
        List<PartitionSpan> now = reader.spans(takers.keySet());
        Map<TopicPartition, PartitionSpan> anew = now.stream()
                .filter(span -> inMemory.contains(span.topic()))
                .collect(Collectors.toMap(PartitionSpan::partition, span -> span));
        spans = gathered.positions().goOn(request, now, progress).stream()
                .map(span -> anew.getOrDefault(span.partition(), span))
                .toList();
        long all =
                spans.stream().mapToLong(span -> span.end() - span.position()).sum();
        bar = new ProgressBar(progress, System.console() != null, "reading", all);
        reader.read(spans, this);
        gathered.keep(spans);
        bar.end();
    }

    @Override
    public void record(PartitionSpan span, ConsumerRecord<String, byte[]> record) throws Exception {
        records++;
        unkept++;
        try {
            takers.get(span.topic()).take(record);
            span.row();
        } catch (RegistryUnavailableException e) {
            throw e;
        } catch (SerializationException | UnprocessableException e) {
            span.unreadable();
            if (passedOver.size() < MOST_TOLD) {
                passedOver.add("%s %d@%d: %s"
                        .formatted(span.topic().name(), record.partition(), record.offset(), e.getMessage()));
            }
        }
    }

    @Override
    public void batch() throws SQLException {
        if (unkept >= keepEvery) {
            gathered.keep(spans);
            unkept = 0;
        }
        bar.at(spans.stream().mapToLong(span -> span.position() - span.begin()).sum(), records);
    }

    public void tell(PrintWriter out) {
        long unreadable =
                spans.stream().mapToLong(PartitionSpan::unreadableSoFar).sum();
        out.printf(
                Locale.ROOT,
                "%,d records read",
                spans.stream().mapToLong(PartitionSpan::records).sum());
        if (unreadable > 0) {
            out.printf(Locale.ROOT, ", of which %,d count for nobody, as the services have it", unreadable);
        }
        out.println(passedOver.isEmpty() ? "." : ", among them:");
        passedOver.forEach(one -> out.println("  " + one));
    }
}
