package fi.lupa.standalone.imports;

import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.kafka.EventProducer;
import fi.lupa.edge.kafka.Installation;
import fi.lupa.edge.kafka.KafkaClock;
import fi.lupa.edge.kafka.TopicSetup;
import fi.lupa.edge.settings.IdentitySettings;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.edge.settings.KafkaSettings;
import fi.lupa.edge.settings.RegistrySettings;
import fi.lupa.edge.settings.Settings;
import fi.lupa.schemas.registry.EventClasses;
import fi.lupa.standalone.imports.Mapping.Rule;
import fi.lupa.standalone.imports.Row.Said;
import fi.lupa.standalone.progress.ProgressBar;
import java.io.PrintWriter;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lupa import}: takes over consents and stops from a list that another system exported. */
@Command(
        name = "import",
        description = {
            "Takes over consents and stops from a list that another system exported, or from a national prohibition list.",
            "It can add and can stop. It lifts no stop, and grants nothing to somebody who has said otherwise here."
        },
        footer = {
            "",
            "Without --commit it writes nothing and tells what would become of each row. Rows that cannot be taken are told by"
                    + " line and reason, never by what they hold; they are no failure.",
            "Interrupted, run it again: what is recorded is not written a second time, and the same list twice changes nothing.",
            "Exit code: 0 done, also with rows refused; 1 failed on the way; 2 the command, the mapping or the list is not"
                    + " as it should be."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ImportCommand implements Callable<Integer> {

    private static final Duration WRITE_PATIENCE = Duration.ofSeconds(30);

    private final Clock clock;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The list, as comma-separated values with a header.")
    private Path file;

    @Option(
            names = "--mapping",
            paramLabel = "NAME|FILE",
            required = true,
            description = {
                "What the columns mean: mailchimp, hubspot, hubspot-optouts, mautic, mautic-dnc, prohibition-phone,"
                        + " prohibition-post, or a YAML file of your own, written as those are."
            })
    private String mappingName;

    @Option(names = "--commit", description = "Record what is new.")
    private boolean commit;

    @Option(
            names = "--as-of",
            paramLabel = "DATE",
            description = "The day or moment the list was exported, for rows that do not tell when it was said.")
    private String asOf;

    @Option(
            names = "--valid-until",
            paramLabel = "DATE",
            description =
                    "The last day that the stops of a prohibition list hold; needed where the list does not tell.")
    private String validUntil;

    @Option(
            names = "--time-zone",
            paramLabel = "ZONE",
            description = "Of moments in the list and of the dates above, as Europe/Helsinki (default: the mapping's).")
    private String timeZone;

    @Option(
            names = "--vouched",
            description = "Take consents that the list itself does not show, for which you have the proof elsewhere.")
    private boolean vouched;

    @Option(
            names = "--evidence",
            paramLabel = "REFERENCE",
            description = "Where the list is archived (default: its SHA-256).")
    private String evidence;

    @Option(names = "--all-lines", description = "Name every line that was refused, not only the first of each reason.")
    private boolean allLines;

    @Mixin
    private final KafkaSettings kafka = new KafkaSettings();

    @Mixin
    private final RegistrySettings registry = new RegistrySettings();

    @Mixin
    private final IdentitySettings identity = new IdentitySettings();

    public ImportCommand() {
        this(Clock.systemUTC());
    }

    /** @param clock by which what is recorded is stamped, once */
    ImportCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() {
        Settings.check(spec.commandLine(), System.getenv());
        EventClasses.trust(); // events are made before the first serde is
        return take(clock.instant().truncatedTo(ChronoUnit.MILLIS));
    }

    private int take(Instant now) {
        Mapping mapping = MappingYaml.load(mappingName);
        checkFileIsFor(mapping);
        ListFile list = new ListFile(file, mapping);
        Columns columns = new Columns(mapping, list.header(), vouched);
        RowReader.Given given = given(mapping, columns, now);
        SubjectIds ids = identity.subjectIds();
        Known known = new Known();
        Decisions decisions = new Decisions(known, ids, now);

        RowReader first = new RowReader(mapping, columns, ids, given);
        String sha256 = each(list, "reading", first, (line, row) -> said(row).forEach(decisions::note));

        Installation installation = new Installation(kafka, registry);
        checkTopics(installation);
        new KnownReader(installation, known, records -> bar("looking up", records)).read();

        RowReader second = new RowReader(
                mapping,
                columns,
                ids,
                new RowReader.Given(
                        given.zone(),
                        given.asOf(),
                        given.validUntil(),
                        evidence == null ? "sha256:" + sha256 : evidence,
                        now));
        Tally tally = new Tally(allLines);
        if (commit) {
            installation.registerSchemas();
            record(list, second, decisions, tally, installation);
        } else {
            decide(list, "deciding", second, decisions, tally, said -> {});
        }
        tell(mapping, columns, tally);
        return CommandLine.ExitCode.OK;
    }

    private void record(ListFile list, RowReader reader, Decisions decisions, Tally tally, Installation installation) {
        try (EventProducer producer = new EventProducer(
                installation.clientProperties(),
                installation.prefix(),
                installation,
                WRITE_PATIENCE,
                new KafkaClock(clock))) {
            Recorder recorder = new Recorder(producer);
            try {
                decide(list, "recording", reader, decisions, tally, recorder::record);
                recorder.finish();
            } catch (KafkaException e) {
                throw new KafkaException(
                        Tally.text(
                                "%s %,d are recorded. Run the same command again: they will not be written a second time.",
                                e.getMessage(), recorder.recorded()),
                        e);
            }
        }
    }

    private void decide(
            ListFile list, String step, RowReader reader, Decisions decisions, Tally tally, Consumer<Said> record) {
        each(list, step, reader, (line, row) -> {
            tally.row(line, row);
            for (Said said : said(row)) {
                Outcome outcome = decisions.decide(said);
                tally.outcome(outcome);
                if (outcome.written()) {
                    record.accept(said);
                }
            }
        });
    }

    private interface Rows {
        void row(long line, Row row);
    }

    private String each(ListFile list, String step, RowReader reader, Rows rows) {
        ProgressBar bar = bar(step, list.size());
        long[] count = {0};
        String sha256 = list.read((line, bytesRead) -> {
            rows.row(line.number(), reader.read(line.cells()));
            bar.at(bytesRead, ++count[0]);
        });
        bar.end();
        return sha256;
    }

    private static List<Said> said(Row row) {
        return row instanceof Row.Read read ? read.said() : List.of();
    }

    private void checkFileIsFor(Mapping mapping) {
        Path name = Path.of(String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT));
        mapping.notFor().forEach((pattern, why) -> {
            if (FileSystems.getDefault().getPathMatcher("glob:" + pattern).matches(name)) {
                throw new InvalidSettings(
                        List.of("The mapping %s is not for a file of this name: %s".formatted(mapping.name(), why)));
            }
        });
    }

    private RowReader.Given given(Mapping mapping, Columns columns, Instant now) {
        List<String> faults = new ArrayList<>();
        ZoneId zone = mapping.timeZone();
        try {
            zone = timeZone == null ? zone : ZoneId.of(timeZone);
        } catch (DateTimeException e) {
            faults.add("--time-zone is \"%s\"; write it as Europe/Helsinki.".formatted(timeZone));
        }
        Moments moments = new Moments(mapping.dates(), zone);
        Instant exported = date(faults, "--as-of", asOf, moments::read);
        Instant end = date(faults, "--valid-until", validUntil, moments::end);
        if (exported != null && exported.isAfter(now)) {
            faults.add("--as-of lies in the future; write the day the list was exported.");
        }
        if (end != null && !end.isAfter(now)) {
            faults.add("--valid-until has passed; write the last day that the list's stops hold.");
        }
        if (asOf == null && columns.rules().stream().anyMatch(rule -> rule.occurredAt() == null)) {
            faults.add("--as-of is missing: the list does not tell when it was said; write the day it was exported.");
        }
        if (validUntil == null && columns.rules().stream().anyMatch(Rule::needsEnd)) {
            faults.add("--valid-until is missing: the stops of a prohibition list end; write the last day they hold.");
        }
        if (!faults.isEmpty()) {
            throw new InvalidSettings(faults);
        }
        return new RowReader.Given(zone, exported, end, evidence, now);
    }

    private static Instant date(
            List<String> faults, String option, String written, Function<String, Optional<Instant>> read) {
        Optional<Instant> at = written == null ? Optional.empty() : read.apply(written);
        if (written != null && at.isEmpty()) {
            faults.add("%s is \"%s\"; write it as 2027-12-31.".formatted(option, written));
        }
        return at.map(moment -> moment.truncatedTo(ChronoUnit.MILLIS)).orElse(null);
    }

    private static void checkTopics(Installation installation) {
        try (Admin admin = installation.admin()) {
            List<String> faults = new TopicSetup(admin, installation.prefix()).faults();
            if (!faults.isEmpty()) {
                throw new KafkaException("The topics are not as they should be.\n" + String.join("\n", faults));
            }
        }
    }

    private void tell(Mapping mapping, Columns columns, Tally tally) {
        PrintWriter out = spec.commandLine().getOut();
        tally.print(out);
        if (!columns.absent().isEmpty()) {
            out.println("Columns that the list does not have: " + String.join(", ", columns.absent()) + ".");
        }
        if (!vouched && tally.silent() > 0 && mapping.rules().stream().anyMatch(Rule::vouched)) {
            out.println("The list itself does not show every consent; --vouched takes those you have the proof of.");
        }
        long consents = tally.of(Outcome.NEW_CONSENT);
        long stops = tally.of(Outcome.NEW_STOP);
        if (consents + stops == 0) {
            out.println("There is nothing to record.");
        } else if (commit) {
            out.println(Tally.text(
                    "Recorded %,d consents and %,d stops. The same list again changes nothing.", consents, stops));
        } else {
            out.println(Tally.text(
                    "Nothing is written yet; --commit records %,d consents and %,d stops.", consents, stops));
        }
        out.flush();
    }

    private ProgressBar bar(String step, long of) {
        return new ProgressBar(err(), System.console() != null, step, of);
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
