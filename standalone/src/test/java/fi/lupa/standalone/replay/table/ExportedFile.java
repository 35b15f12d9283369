package fi.lupa.standalone.replay.table;

import fi.lupa.schemas.registry.EventClasses;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.standalone.replay.read.Withheld;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.duckdb.DuckDBAppender;

/** A DuckDB file as an export leaves it, of events that a test names. */
public final class ExportedFile implements AutoCloseable {

    static {
        EventClasses.trust();
    }

    private final Staging staging;
    private final Map<Topic<?>, Long> rows = new HashMap<>();
    private long offset;

    public ExportedFile(Path file) throws SQLException {
        this.staging = new Staging(file);
    }

    @SafeVarargs
    public final <V extends SpecificRecord> ExportedFile with(Topic<V> topic, V... events) throws SQLException {
        return with(topic, List.of(events));
    }

    public <V extends SpecificRecord> ExportedFile with(Topic<V> topic, List<? extends V> events) throws SQLException {
        return with(topic, events, false);
    }

    /** Events of people who were erased since. */
    public <V extends SpecificRecord> ExportedFile withErased(Topic<V> topic, List<? extends V> events)
            throws SQLException {
        return with(topic, events, true);
    }

    private <V extends SpecificRecord> ExportedFile with(Topic<V> topic, List<? extends V> events, boolean erased)
            throws SQLException {
        Schema schema = Withheld.from(topic.schema(), topic);
        staging.table(topic, schema);
        for (V event : events) {
            DuckDBAppender row = staging.row(topic);
            row.append(0);
            row.append(offset++);
            row.append(Instant.EPOCH.atOffset(ZoneOffset.UTC));
            row.appendNull();
            row.append(false);
            row.append(erased);
            Columns.append(row, schema, event);
            row.endRow();
        }
        rows.merge(topic, (long) events.size(), Long::sum);
        staging.keep(List.of());
        return this;
    }

    /** The same as a folder of Parquet files. */
    public ExportedFile toParquet(Path folder) throws SQLException, IOException {
        Target.of(folder, Target.Format.PARQUET, 0).write(staging, rows);
        return this;
    }

    @Override
    public void close() throws SQLException {
        staging.comment();
        Views.create(staging.connection());
        staging.close();
    }
}
