package fi.lupa.standalone.replay.asof;

import fi.lupa.edge.kafka.Installation;
import fi.lupa.edge.policy.PolicySettings;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.edge.settings.KafkaSettings;
import fi.lupa.edge.settings.RegistrySettings;
import fi.lupa.edge.settings.Settings;
import fi.lupa.schemas.registry.EventClasses;
import fi.lupa.standalone.replay.gather.EventGatherer;
import fi.lupa.standalone.replay.gather.GatheredEvents;
import fi.lupa.standalone.replay.gather.GatheredPeople;
import fi.lupa.standalone.replay.options.Attempt;
import fi.lupa.standalone.replay.options.Moments;
import fi.lupa.standalone.replay.options.TargetOptions;
import fi.lupa.standalone.replay.read.TopicReader;
import fi.lupa.standalone.replay.table.Target;
import fi.lupa.standalone.replay.table.TargetTable;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lupa replay as-of}: everybody's consents as they were at a moment. */
@Command(
        name = "as-of",
        description = {
            "Writes the consent state table as it was at a moment: a row a person, under a pseudonym.",
            "It is what GET /v1/subjects/{id}/consents?at=&known= answers for each of them. Kind, customership and names are today's."
        },
        footer = {
            "",
            "Interrupted, run it again with the same --to: what was read is not read again, what was made of it is made anew.",
            "Exit code: 0 done; 1 failed on the way; 2 the command is not as it should be."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class AsOfCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--at",
            paramLabel = "MOMENT",
            required = true,
            description =
                    "By what had been said until then, as 2026-03-01 or 2026-03-01T12:00:00Z; a day alone is its beginning.")
    private String at;

    @Option(
            names = "--known",
            paramLabel = "MOMENT",
            description = "By what Lupa had recorded until then (default: all that is known today).")
    private String known;

    @Option(names = "--time-zone", paramLabel = "ZONE", description = "Of days (default: ${DEFAULT-VALUE}).")
    private String timeZone = "Europe/Helsinki";

    @Mixin
    private final TargetOptions target = new TargetOptions();

    @Mixin
    private final PolicySettings policy = new PolicySettings();

    @Mixin
    private final KafkaSettings kafka = new KafkaSettings();

    @Mixin
    private final RegistrySettings registry = new RegistrySettings();

    @Override
    public Integer call() {
        return Attempt.exitCode(err(), this::write);
    }

    private void write() throws Exception {
        Settings.check(spec.commandLine(), System.getenv());
        checkMoments();
        EventClasses.trust();
        long began = System.nanoTime();
        Target to = target.target(1);
        Installation installation = new Installation(kafka, registry);
        try (TopicReader reader = new TopicReader(installation.clientProperties(), installation.prefix());
                GatheredEvents gathered = new GatheredEvents(to.beside("events"));
                TargetTable table = new TargetTable(to, AsOf.TABLE, AsOf.COLUMNS)) {
            GatheredPeople people = new GatheredPeople(gathered);
            EventGatherer reading = people.readBy(new EventGatherer(installation, gathered));
            reading.read(reader, AsOf.REQUEST, err());
            people.complete();
            AsOf asOf = new AsOf(people, policy.policy(), moment(at), moment(known));
            asOf.write(gathered, table, err());
            table.write();
            gathered.done();
            reading.tell(out());
            out().printf(
                            Locale.ROOT,
                            "%,d rows, %,d of them of people erased since; %,d people had not been heard of by then.%n",
                            table.count(),
                            asOf.erased(),
                            asOf.notYet());
        }
        out().printf(Locale.ROOT, "%s is written, in %.1f s.%n", to.path(), (System.nanoTime() - began) / 1e9);
        out().flush();
    }

    private void checkMoments() {
        Map<String, String> written = new LinkedHashMap<>();
        written.put("--at", at);
        written.put("--known", known);
        List<String> faults = Moments.faults(written, timeZone);
        if (target.target(1) == null) {
            faults.add("--to is missing; name a file, as consents.parquet.");
        }
        if (!faults.isEmpty()) {
            throw new InvalidSettings(faults);
        }
    }

    private Instant moment(String written) {
        return Moments.of(written, timeZone);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
