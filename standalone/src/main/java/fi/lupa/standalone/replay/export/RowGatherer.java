package fi.lupa.standalone.replay.export;

import fi.lupa.schemas.registry.RegistryUnavailableException;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.standalone.progress.ProgressBar;
import fi.lupa.standalone.replay.open.Opening;
import fi.lupa.standalone.replay.read.EventReader;
import fi.lupa.standalone.replay.read.Filters;
import fi.lupa.standalone.replay.read.PartitionSpan;
import fi.lupa.standalone.replay.read.TopicReader;
import fi.lupa.standalone.replay.table.Columns;
import fi.lupa.standalone.replay.table.Staging;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.duckdb.DuckDBAppender;

/** Gathers what is wanted of the topics as rows, and keeps how far it is. */
public final class RowGatherer implements TopicReader.Take {

    /** What an interruption costs at most is read again. */
    private static final int KEEP_EVERY = 500_000;

    private static final int MOST_TOLD = 10;

    private final Staging staging;
    private final Filters filters;
    private final Map<Topic<?>, EventReader> readers;
    private final Map<Topic<?>, Schema> shown;
    private final Opening opening;
    private final List<PartitionSpan> spans;
    private final ProgressBar bar;
    private final List<String> unreadable = new ArrayList<>();
    private final long before;
    private long records;
    private int unkept;

    public RowGatherer(
            Staging staging,
            Filters filters,
            Map<Topic<?>, EventReader> readers,
            Map<Topic<?>, Schema> shown,
            Opening opening,
            List<PartitionSpan> spans,
            ProgressBar bar) {
        this.staging = staging;
        this.filters = filters;
        this.readers = readers;
        this.shown = shown;
        this.opening = opening;
        this.spans = spans;
        this.bar = bar;
        this.before = offsets();
    }

    @Override
    public void record(PartitionSpan span, ConsumerRecord<String, byte[]> record) throws SQLException {
        records++;
        unkept++;
        Topic<?> topic = span.topic();
        IndexedRecord value;
        try {
            value = record.value() == null ? null : readers.get(topic).read(record.value());
        } catch (RegistryUnavailableException e) {
            throw e;
        } catch (SerializationException e) {
            span.unreadable();
            if (unreadable.size() < MOST_TOLD) {
                unreadable.add(
                        "%s %d@%d: %s".formatted(topic.name(), record.partition(), record.offset(), e.getMessage()));
            }
            return;
        }
        if (!filters.take(topic, record.key(), value, record.timestamp())) {
            span.leftOut();
            return;
        }
        boolean erased = opening.isErased(topic, record.key(), value, record.timestamp());
        DuckDBAppender row = staging.row(topic);
        row.append(record.partition());
        row.append(record.offset());
        row.appendEpochMicros(record.timestamp() * 1_000);
        text(row, opening.key(topic, record.key()));
        row.append(record.value() == null);
        row.append(erased);
        Columns.append(row, shown.get(topic), opening.opened(topic, record.key(), value, erased));
        row.endRow();
        span.row();
    }

    private static void text(DuckDBAppender row, String text) throws SQLException {
        if (text == null) {
            row.appendNull();
        } else {
            row.append(text);
        }
    }

    @Override
    public void batch() throws SQLException {
        if (unkept >= KEEP_EVERY) {
            keep();
        }
        bar.at(offsets() - before, records);
    }

    public void keep() throws SQLException {
        staging.keep(spans);
        unkept = 0;
    }

    /** The first records that could not be read, with where they lie and why. */
    List<String> unreadable() {
        return unreadable;
    }

    private long offsets() {
        return spans.stream().mapToLong(PartitionSpan::position).sum();
    }
}
