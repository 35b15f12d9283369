package fi.lupa.standalone.replay;

import fi.lupa.edge.kafka.Installation;
import fi.lupa.edge.settings.DidYouMean;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.edge.settings.KafkaSettings;
import fi.lupa.edge.settings.RegistrySettings;
import fi.lupa.edge.settings.Settings;
import fi.lupa.schemas.registry.EventClasses;
import fi.lupa.schemas.registry.RegistryClient;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.progress.ProgressBar;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lupa replay export}: a period of history as Parquet, CSV, NDJSON, or a DuckDB file. */
@Command(
        name = "export",
        description = {
            "Writes a period of topics as files: a table a topic, a column a field, typed.",
            "People come out as pseudonyms, the erased as erased."
        },
        footer = {
            "",
            "Interrupted, run it again with the same options: it goes on where it was. Under its name the target stands when all"
                    + " rows are in it and counted.",
            "Exit code: 0 done; 1 failed on the way; 2 the command is not as it should be."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ExportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "TOPIC",
            arity = "0..*",
            description = "Names without the installation's prefix (default: all).")
    private List<String> names = List.of();

    @Option(
            names = "--to",
            paramLabel = "PATH",
            required = true,
            description = "A .duckdb file; of a single topic a .parquet, .csv or .ndjson file; else a new folder.")
    private Path to;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "Of a folder's files: parquet, csv or ndjson (default: parquet).")
    private String format;

    @Mixin
    private final PeriodOptions period = new PeriodOptions();

    @Mixin
    private final KafkaSettings kafka = new KafkaSettings();

    @Mixin
    private final RegistrySettings registry = new RegistrySettings();

    @Override
    public Integer call() {
        try {
            Settings.check(spec.commandLine(), System.getenv());
            EventClasses.trust();
            export(period.filters());
            return CommandLine.ExitCode.OK;
        } catch (InvalidSettings e) {
            err().println(e.getMessage());
            return CommandLine.ExitCode.USAGE;
        } catch (KafkaException | IllegalArgumentException e) {
            err().println(e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        } catch (SQLException | IOException e) {
            err().println("It could not be written: " + firstLine(e) + " Make room, and run the same command again.");
            return CommandLine.ExitCode.SOFTWARE;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void export(Filters filters) throws Exception {
        List<Topic<?>> topics = topics(filters);
        Target target = target(topics);
        long began = System.nanoTime();
        Installation installation = new Installation(kafka, registry);
        try (TopicReader reader = new TopicReader(installation.clientProperties(), installation.prefix());
                Staging staging = new Staging(target.gathered())) {
            List<Span> spans = spans(staging, reader, topics, filters);
            Opening opening = new Opening(Erased.in(reader, installation));
            Map<Topic<?>, EventReader> readers = new LinkedHashMap<>();
            Map<Topic<?>, Schema> shown = new LinkedHashMap<>();
            for (Topic<?> topic : topics) {
                EventReader events = new EventReader(
                        topic, RegistryClient.shared(registry.properties()), installation.prefix(), false);
                readers.put(topic, events);
                shown.put(topic, events.schema());
                staging.table(topic, events.schema());
            }
            long left = spans.stream()
                    .mapToLong(span -> span.end() - span.position())
                    .sum();
            ProgressBar bar = new ProgressBar(err(), System.console() != null, "reading", left);
            Export export = new Export(staging, filters, readers, shown, opening, spans, bar);
            reader.read(spans, export);
            export.keep();
            bar.end();
            OfForm.keep(staging, filters, spans);
            Map<Topic<?>, Long> rows = new LinkedHashMap<>();
            topics.forEach(topic -> rows.put(topic, 0L));
            spans.forEach(span -> rows.merge(span.topic(), span.rows(), Long::sum));
            checkCounts(staging, rows);
            target.write(staging, rows);
            Told.books(out(), spans, export.unreadable(), readers.values(), reader, filters);
        }
        target.finish();
        out().printf(Locale.ROOT, "%s is written, in %.1f s.%n", target.path(), (System.nanoTime() - began) / 1e9);
        out().flush();
    }

    private static void checkCounts(Staging staging, Map<Topic<?>, Long> rows) throws SQLException {
        for (Map.Entry<Topic<?>, Long> topic : rows.entrySet()) {
            long there = staging.number("SELECT count(*) FROM " + Staging.table(topic.getKey()));
            if (there != topic.getValue()) {
                throw new SQLException("%s has %d rows and not the %d that were read."
                        .formatted(topic.getKey().name(), there, topic.getValue()));
            }
        }
    }

    /** What is left to read: of an export that was begun before, from where it is. */
    private List<Span> spans(Staging staging, TopicReader reader, List<Topic<?>> topics, Filters filters)
            throws SQLException {
        String request = topics.stream().map(Topic::name).collect(Collectors.joining(" ")) + " " + filters;
        String before = staging.request();
        if (before == null) {
            List<Span> spans = reader.spans(topics);
            staging.begin(request, spans);
            return spans;
        }
        if (!before.equals(request)) {
            throw new InvalidSettings(List.of(
                    "Another export to this path was begun and is not finished; run it again with its options, or remove the file %s.part."
                            .formatted(to)));
        }
        List<Span> spans = staging.spans(
                topics.stream().collect(Collectors.toMap(Topic::name, Function.identity())), kafka.topicPrefix());
        err().printf(
                        Locale.ROOT,
                        "Going on with an export that was begun before: %,d records are read.%n",
                        spans.stream().mapToLong(Span::records).sum());
        return spans;
    }

    private List<Topic<?>> topics(Filters filters) {
        Map<String, Topic<?>> known = Topics.all().stream()
                .collect(Collectors.toMap(Topic::name, Function.identity(), (a, b) -> a, LinkedHashMap::new));
        List<String> faults = new ArrayList<>();
        for (String name : names) {
            if (!known.containsKey(name)) {
                faults.add("There is no topic \"%s\"%s".formatted(name, DidYouMean.of(name, known.keySet())));
            }
        }
        if (!faults.isEmpty()) {
            throw new InvalidSettings(faults);
        }
        List<Topic<?>> asked = new ArrayList<>();
        (names.isEmpty() ? known.keySet() : names).forEach(name -> asked.add(known.get(name)));
        List<Topic<?>> topics =
                asked.stream().distinct().filter(filters::canTell).collect(Collectors.toList());
        List<String> others = asked.stream()
                .filter(topic -> !filters.canTell(topic))
                .map(Topic::name)
                .toList();
        if (topics.isEmpty()) {
            throw new InvalidSettings(List.of("None of these topics tells what is asked for: "
                    + String.join(", ", others) + "; ask for less, or name others."));
        }
        if (!others.isEmpty()) {
            err().println("Left out, since their records do not tell what is asked for: " + String.join(", ", others)
                    + ".");
        }
        if (filters.form() != null
                && topics.contains(Topics.CONSENT_CHANGES)
                && !topics.contains(Topics.FORMS_SUBMITTED)) {
            throw new InvalidSettings(
                    List.of("Which form a statement was said on, forms.submitted tells; name it, too."));
        }
        return topics;
    }

    private Target target(List<Topic<?>> topics) {
        if (format != null && !Target.formats().contains(format)) {
            throw new InvalidSettings(List.of(
                    "--format is \"%s\"; there are %s.".formatted(format, String.join(", ", Target.formats()))));
        }
        Target target = Target.of(
                to, format == null ? null : Target.Format.valueOf(format.toUpperCase(Locale.ROOT)), topics.size());
        if (Files.exists(target.path())) {
            throw new InvalidSettings(
                    List.of("--to names %s, which is there; remove it, or name another.".formatted(target.path())));
        }
        Path folder = target.path().toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw new InvalidSettings(List.of("--to lies in the folder %s, which is not there.".formatted(folder)));
        }
        return target;
    }

    private static String firstLine(Exception e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return message.endsWith(".") ? message : message + ".";
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
