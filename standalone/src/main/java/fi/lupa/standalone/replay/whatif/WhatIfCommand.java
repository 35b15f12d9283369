package fi.lupa.standalone.replay.whatif;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.edge.kafka.Installation;
import fi.lupa.edge.policy.PolicyFile;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.edge.settings.KafkaSettings;
import fi.lupa.edge.settings.RegistrySettings;
import fi.lupa.edge.settings.Settings;
import fi.lupa.permission.Policy;
import fi.lupa.schemas.registry.EventClasses;
import fi.lupa.standalone.replay.gather.EventGatherer;
import fi.lupa.standalone.replay.gather.GatheredEvents;
import fi.lupa.standalone.replay.options.Attempt;
import fi.lupa.standalone.replay.options.Moments;
import fi.lupa.standalone.replay.options.TargetOptions;
import fi.lupa.standalone.replay.read.TopicReader;
import fi.lupa.standalone.replay.table.Staging;
import fi.lupa.standalone.replay.table.Target;
import fi.lupa.standalone.replay.table.TargetTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** {@code lupa replay what-if}: what another policy would have made of the decisions of a period. */
@Command(
        name = "what-if",
        description = {
            "Makes the decisions of a period again, on what was known then, by another policy, and shows what would be otherwise.",
            "Each is first made again by the policy that made it. What then does not come out as it was recorded is counted and told,"
                    + " and is no part of the difference. Nothing is sent.",
            "What was cleared counts as it would have been; for others at a shared address, as it was. A phone number, which is"
                    + " not opened, is taken to be in the policy's time zone; how many decisions hang on that is told."
        },
        footer = {
            "",
            "Interrupted, run it again with the same period and --to: what was read is not read again, what was made of it is made"
                    + " anew. Without --to it begins anew.",
            "Exit code: 0 done; 1 failed on the way; 2 the command is not as it should be."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class WhatIfCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--policy", paramLabel = "FILE", required = true, description = "The policy to try.")
    private Path policy;

    @Option(
            names = "--was",
            paramLabel = "FILE",
            description = "A policy that decided in the period; several may be named (Lupa's own is at hand).")
    private List<Path> was = List.of();

    @Option(
            names = "--from",
            paramLabel = "MOMENT",
            description = "From this moment on, as 2026-03-01 or 2026-03-01T12:00:00Z; a day alone is its beginning.")
    private String from;

    @Option(names = "--until", paramLabel = "MOMENT", description = "Before this moment, written the same.")
    private String until;

    @Option(names = "--time-zone", paramLabel = "ZONE", description = "Of days (default: ${DEFAULT-VALUE}).")
    private String timeZone = "Europe/Helsinki";

    @Option(
            names = "--campaign",
            paramLabel = "ID",
            description = "Tells of this campaign alone; what others send still counts for its caps.")
    private String campaign;

    @Mixin
    private final TargetOptions target = new TargetOptions();

    @Mixin
    private final KafkaSettings kafka = new KafkaSettings();

    @Mixin
    private final RegistrySettings registry = new RegistrySettings();

    @Override
    public Integer call() {
        return Attempt.exitCode(err(), this::decide);
    }

    private void decide() throws Exception {
        Settings.check(spec.commandLine(), System.getenv());
        checkMoments();
        Policy other = PolicyFile.at(policy).read();
        Map<String, Decisions> deciders = new LinkedHashMap<>();
        add(deciders, PolicyFile.shipped().read());
        was.forEach(file -> add(deciders, PolicyFile.at(file).read()));
        EventClasses.trust();
        Target to = target.target(1);
        Installation installation = new Installation(kafka, registry);
        PolicyDifference difference = new PolicyDifference(other.version(), campaign);
        Path file = to == null ? unnamed() : to.beside("events");
        try (TopicReader reader = new TopicReader(installation.clientProperties(), installation.prefix());
                GatheredEvents gathered = new GatheredEvents(file);
                TargetTable table =
                        to == null ? null : new TargetTable(to, PolicyDifference.TABLE, PolicyDifference.COLUMNS)) {
            WhatIf whatIf = new WhatIf(gathered, moment(from), moment(until));
            EventGatherer reading = whatIf.readBy(new EventGatherer(installation, gathered));
            reading.read(reader, whatIf.request(), err());
            whatIf.remake(new RemadeDecision.By(deciders, new Decisions(other, null)), err(), remade -> {
                if (difference.count(remade) && table != null) {
                    table.add(difference.row(remade));
                }
            });
            if (table != null) {
                table.write();
            }
            gathered.done();
            reading.tell(out());
        } finally {
            if (to == null) {
                Staging.delete(file);
            }
        }
        difference.tell(out());
        if (to != null) {
            out().printf(Locale.ROOT, "%s is written.%n", to.path());
        }
        out().flush();
    }

    /** A file for what is gathered where no target gives it a place; it is made when it is opened. */
    private static Path unnamed() throws IOException {
        Path file = Files.createTempFile("lupa-what-if-", ".events");
        Files.delete(file);
        return file;
    }

    /** No address is ever opened here, so no key is needed. */
    private static void add(Map<String, Decisions> deciders, Policy policy) {
        deciders.put(policy.version(), new Decisions(policy, null));
    }

    private void checkMoments() {
        List<String> faults = Moments.faultsOfPeriod(from, until, timeZone);
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
