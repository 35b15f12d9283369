package fi.lupa.standalone.replay.export;

import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.standalone.progress.ProgressBar;
import fi.lupa.standalone.replay.open.Erasures;
import fi.lupa.standalone.replay.open.OpenedPieces;
import fi.lupa.standalone.replay.open.Opening;
import fi.lupa.standalone.replay.read.EventReader;
import fi.lupa.standalone.replay.read.Filters;
import fi.lupa.standalone.replay.read.Gaps;
import fi.lupa.standalone.replay.read.PartitionSpan;
import fi.lupa.standalone.replay.read.Source;
import fi.lupa.standalone.replay.read.TopicReader;
import fi.lupa.standalone.replay.table.Staging;
import fi.lupa.standalone.replay.table.Target;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/** Writes a period of topics as files: reads what is wanted, gathers it, counts it, and gives it its name last. */
public final class Export {

    private final Source source;
    private final Filters filters;
    private final MasterKey master;
    private final PrintWriter err;
    private final boolean terminal;

    /**
     * @param master opens who people are; null for pseudonyms
     * @param err where progress is told, as to a terminal or to a file
     */
    public Export(Source source, Filters filters, MasterKey master, PrintWriter err, boolean terminal) {
        this.source = source;
        this.filters = filters;
        this.master = master;
        this.err = err;
        this.terminal = terminal;
    }

    /** Writes all of a topic to a Parquet file that is not there yet, and tells how many rows it has. */
    public static long toParquet(Source source, Topic<?> topic, Path file, PrintWriter err) throws Exception {
        Filters all = new Filters(null, null, false, null, null, null, null);
        Target target = new Target(file, Target.Format.PARQUET, true);
        return new Export(source, all, null, err, false)
                .export(List.of(topic), target).spans().stream()
                        .mapToLong(PartitionSpan::rows)
                        .sum();
    }

    /** What was exported, and what is to be said of it. */
    record Done(
            List<PartitionSpan> spans,
            List<String> unreadable,
            List<String> unknown,
            List<String> unlisted,
            List<String> gaps) {}

    Done export(List<Topic<?>> topics, Target target) throws Exception {
        Done done;
        if (!target.begin()) {
            err.println("The file system knows no rights of an owner alone: whoever reaches the folder of %s reads it."
                    .formatted(target.path()));
        }
        try (TopicReader reader = source.reader();
                Opening opening = opening(reader);
                Staging staging = new Staging(target.gathered(), target.format() == Target.Format.DUCKDB)) {
            List<PartitionSpan> spans = spans(staging, reader, topics, opening);
            Map<Topic<?>, EventReader> readers = new LinkedHashMap<>();
            Map<Topic<?>, Schema> shown = new LinkedHashMap<>();
            for (Topic<?> topic : topics) {
                EventReader events = source.events(topic, master != null);
                readers.put(topic, events);
                shown.put(topic, opening.shown(events.schema()));
                staging.table(topic, shown.get(topic));
            }
            long left = spans.stream()
                    .mapToLong(span -> span.end() - span.position())
                    .sum();
            ProgressBar bar = new ProgressBar(err, terminal, "reading", left);
            RowGatherer export = new RowGatherer(staging, filters, readers, shown, opening, spans, bar);
            reader.read(spans, export);
            export.keep();
            bar.end();
            FormStatements.keep(staging, filters, spans);
            target.write(staging, counted(staging, topics, spans));
            done = new Done(
                    spans,
                    export.unreadable(),
                    readers.values().stream()
                            .flatMap(one -> one.unknown().stream())
                            .toList(),
                    readers.values().stream()
                            .flatMap(one -> one.unlisted().stream())
                            .toList(),
                    Gaps.of(spans, reader));
        }
        target.finish();
        return done;
    }

    private Opening opening(TopicReader reader) throws Exception {
        return new Opening(
                Erasures.in(reader, source.serdes()),
                master == null ? null : new OpenedPieces(master, reader, source.serdes()));
    }

    /** How many rows each topic has, which is as many as were read. */
    private static Map<Topic<?>, Long> counted(Staging staging, List<Topic<?>> topics, List<PartitionSpan> spans)
            throws SQLException {
        Map<Topic<?>, Long> rows = new LinkedHashMap<>();
        for (Topic<?> topic : topics) {
            long read = spans.stream()
                    .filter(span -> span.topic().equals(topic))
                    .mapToLong(PartitionSpan::rows)
                    .sum();
            long there = staging.number("SELECT count(*) FROM " + Staging.table(topic));
            if (there != read) {
                throw new SQLException(
                        "%s has %d rows and not the %d that were read.".formatted(topic.name(), there, read));
            }
            rows.put(topic, read);
        }
        return rows;
    }

    /** What is left to read: of an export that was begun before, from where it is. */
    private List<PartitionSpan> spans(Staging staging, TopicReader reader, List<Topic<?>> topics, Opening opening)
            throws SQLException {
        return staging.positions().goOn(request(topics, opening), reader.spans(topics), err);
    }

    /** What is asked for, and of whom nothing may come out: rows of somebody who is erased meanwhile are not gone on with. */
    public String request(List<Topic<?>> topics, Opening opening) {
        return topics.stream().map(Topic::name).collect(Collectors.joining(" ")) + " " + filters
                + (master == null ? "" : " opened") + ", " + opening.erasures();
    }
}
