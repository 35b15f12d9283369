package fi.lupa.standalone.replay.export;

import fi.lupa.edge.kafka.Installation;
import fi.lupa.edge.keys.Principal;
import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.edge.settings.DidYouMean;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.edge.settings.KafkaSettings;
import fi.lupa.edge.settings.RegistrySettings;
import fi.lupa.edge.settings.Settings;
import fi.lupa.schemas.registry.EventClasses;
import fi.lupa.schemas.registry.RegistryClient;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.replay.options.Attempt;
import fi.lupa.standalone.replay.options.OpeningSettings;
import fi.lupa.standalone.replay.options.PeriodOptions;
import fi.lupa.standalone.replay.options.ReplayAudit;
import fi.lupa.standalone.replay.options.TargetOptions;
import fi.lupa.standalone.replay.read.Filters;
import fi.lupa.standalone.replay.read.PartitionSpan;
import fi.lupa.standalone.replay.read.Source;
import fi.lupa.standalone.replay.table.Target;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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
public final class ExportCommand implements Callable<Integer> {

    private final Clock clock;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "TOPIC",
            arity = "0..*",
            description = "Names without the installation's prefix (default: all).")
    private List<String> names = List.of();

    @Mixin
    private final TargetOptions target = new TargetOptions();

    @Mixin
    private final PeriodOptions period = new PeriodOptions();

    @Mixin
    private final OpeningSettings opening = new OpeningSettings();

    @Mixin
    private final KafkaSettings kafka = new KafkaSettings();

    @Mixin
    private final RegistrySettings registry = new RegistrySettings();

    public ExportCommand() {
        this(Clock.systemUTC());
    }

    /** @param clock by which it is written down that personal data is taken out */
    public ExportCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() {
        return Attempt.exitCode(err(), this::export);
    }

    private void export() throws Exception {
        Settings.check(spec.commandLine(), System.getenv());
        EventClasses.trust();
        Filters filters = period.filters();
        List<Topic<?>> topics = topics(filters);
        Target to = target.target(topics.size());
        if (to == null) {
            throw new InvalidSettings(List.of("--to is missing; name a file, as history.duckdb, or a folder."));
        }
        long began = System.nanoTime();
        Source source = Source.of(new Installation(kafka, registry), RegistryClient.shared(registry.properties()));
        MasterKey master = null;
        if (opening.open()) {
            Principal officer = opening.officer();
            master = opening.masterKey();
            to = to.forItsOwnerAlone();
            ReplayAudit.write(source, officer, "export", filters.subject(), clock.instant());
        }
        tell(new Export(source, filters, master, err(), System.console() != null).export(topics, to));
        out().printf(Locale.ROOT, "%s is written, in %.1f s.%n", to.path(), (System.nanoTime() - began) / 1e9);
        out().flush();
    }

    /** Every record is accounted for. */
    private void tell(Export.Done done) {
        Map<Topic<?>, List<PartitionSpan>> byTopic = done.spans().stream()
                .collect(Collectors.groupingBy(PartitionSpan::topic, LinkedHashMap::new, Collectors.toList()));
        List<String> empty = new ArrayList<>();
        String line = "%-24s %12s %10s %12s %12s %12s %12s%n";
        out().printf(line, "", "offsets", "holes", "records", "left out", "unreadable", "rows");
        byTopic.forEach((topic, spans) -> {
            long offsets = spans.stream()
                    .mapToLong(span -> span.position() - span.begin())
                    .sum();
            if (offsets == 0) {
                empty.add(topic.name());
                return;
            }
            out().printf(
                            line,
                            topic.name(),
                            number(offsets),
                            number(spans.stream()
                                    .mapToLong(PartitionSpan::holes)
                                    .sum()),
                            number(spans.stream()
                                    .mapToLong(PartitionSpan::records)
                                    .sum()),
                            number(spans.stream()
                                    .mapToLong(PartitionSpan::leftOutSoFar)
                                    .sum()),
                            number(spans.stream()
                                    .mapToLong(PartitionSpan::unreadableSoFar)
                                    .sum()),
                            number(spans.stream().mapToLong(PartitionSpan::rows).sum()));
        });
        if (!empty.isEmpty()) {
            out().println("Empty: " + String.join(", ", empty) + ".");
        }
        done.gaps().forEach(out()::println);
        if (!done.unreadable().isEmpty()) {
            out().println("Not readable, among others:");
            done.unreadable().forEach(one -> out().println("  " + one));
        }
        if (!done.unknown().isEmpty()) {
            out().println(
                            "Withheld, since this Lupa does not know the fields and they may be anything (--open shows them): "
                                    + String.join(", ", done.unknown()) + ".");
        }
        if (!done.unlisted().isEmpty()) {
            out().println("In records, but in no schema that the registry lists for the topic, and left out: "
                    + String.join(", ", done.unlisted()) + ".");
        }
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
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

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
