package fi.lupa.standalone.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import fi.lupa.edge.settings.DurationConverter;
import fi.lupa.standalone.bench.Serving.Served;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lupa bench}: measures both topologies on this machine beside plain copies of the same records. */
@Command(
        name = "bench",
        description = {
            "Measures both topologies on this machine, on a broker of its own, beside plain copies of the same records.",
            "The records are made up and the same at every run; every outcome is read back and checked. Needs about"
                    + " 6 GB of disk in the folder for temporary files as it is, and gives them back."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class BenchCommand implements Callable<Integer> {

    /** A first round of a quarter of the size lets both processes compile what they run; it is checked, and not counted. */
    private static final int WARM_UP = 4;

    /** Well below what brokers and producers take at most. */
    private static final int MOST_BYTES = 500_000;

    private static final Duration SHORTEST_SOAK = Duration.ofSeconds(10);

    @Spec
    private CommandSpec spec;

    @Option(names = "--subjects", paramLabel = "N", description = "People (default: ${DEFAULT-VALUE}).")
    private int subjects = 1_000_000;

    @Option(names = "--statements", paramLabel = "N", description = "What they say (default: ${DEFAULT-VALUE}).")
    private int statements = 2_000_000;

    @Option(names = "--messages", paramLabel = "N", description = "Messages to them (default: ${DEFAULT-VALUE}).")
    private int messages = 2_000_000;

    @Option(
            names = "--message-bytes",
            paramLabel = "N",
            description = "Of a message's key and value (default: ${DEFAULT-VALUE}).")
    private int messageBytes = 400;

    @Option(names = "--partitions", paramLabel = "N", description = "Of each topic (default: ${DEFAULT-VALUE}).")
    private int partitions = 4;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Of each topology and each copy (default: ${DEFAULT-VALUE}).")
    private int threads = 2;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Measure so many times and take the medians (default: ${DEFAULT-VALUE}).")
    private int rounds = 1;

    @Option(names = "--seed", paramLabel = "N", description = "Of the made-up records (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description =
                    "Measure these parts alone, with their copies: ${COMPLETION-CANDIDATES}. SERVICES, both services in"
                            + " processes of their own, takes many minutes and is measured only where it is named.")
    private Set<Part> only = EnumSet.complementOf(EnumSet.of(Part.SERVICES));

    @Option(
            names = "--peers",
            description = "Measure other ways to route the same messages, too. Needs about 3 GB of disk more.")
    private boolean peers;

    @Option(
            names = "--write",
            paramLabel = "FOLDER",
            description = "Put the table into performance.md of this folder, and a chart of the routing beside it.")
    private Path write;

    @Option(
            names = "--soak",
            paramLabel = "TIME",
            description = "Measure nothing, but route so long (10m, 1h30m) at a steady rate, and fail if memory grows.",
            converter = DurationConverter.class)
    private Duration soak;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Messages a second while soaking (default: ${DEFAULT-VALUE}).")
    private int rate = 2_000;

    @Option(names = "--keep-data", description = "Leave the broker's data and the local state in place.")
    private boolean keepData;

    @Override
    public Integer call() throws InterruptedException {
        check();
        quieten();
        List<Peer> measurable = measurablePeers();
        Page page = page();
        Workload full = workload(1);
        if (soak != null) {
            return soak(full);
        }
        Workload quarter = workload(WARM_UP);
        List<Round> measured = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        Served served = new Served(List.of(), List.of(), List.of());
        try (BenchBroker broker = BenchBroker.start(keepData);
                Cluster cluster = new Cluster(broker)) {
            for (int number = 0; number <= rounds && !only.equals(EnumSet.of(Part.SERVICES)); number++) {
                say(number == 0 ? "Warming up" : "Round %d of %d".formatted(number, rounds));
                Round round = round(number, cluster, broker.folder(), number == 0 ? quarter : full, measurable);
                faults.addAll(round.faults());
                if (number > 0) {
                    measured.add(round);
                }
            }
            if (only.contains(Part.SERVICES)) {
                say("Services");
                try (Site site = site("services", cluster, broker.folder(), full)) {
                    served = Serving.measure(site, Clock.systemUTC());
                }
                faults.addAll(served.faults());
            }
            if (keepData) {
                say("The data is in " + broker.folder());
            }
        } catch (KafkaException e) {
            say(e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        } finally {
            measurable.forEach(Peer::close);
        }
        tell(full, measured, served, faults, page);
        return faults.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private int soak(Workload workload) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        List<String> faults = new ArrayList<>();
        try (BenchBroker broker = BenchBroker.start(keepData);
                Cluster cluster = new Cluster(broker);
                Site site = site("soak", cluster, broker.folder(), workload).within("routing", Routing.TOPICS)) {
            new Soaking(site, soak, rate, out).run(faults);
        } catch (KafkaException e) {
            faults.add(e.getMessage());
        }
        out.println(faults.isEmpty() ? "Memory does not grow." : String.join(System.lineSeparator(), faults));
        out.flush();
        return faults.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private void check() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        counts.put("--subjects", subjects);
        counts.put("--messages", messages);
        counts.put("--partitions", partitions);
        counts.put("--threads", threads);
        counts.put("--rounds", rounds);
        counts.put("--rate", rate);
        List<String> faults = new ArrayList<>();
        counts.forEach((option, count) -> {
            if (count < 1) {
                faults.add("%s is %d; write 1 or more.".formatted(option, count));
            }
        });
        if (statements < subjects) {
            faults.add(
                    "--statements is %d; everybody says something, so write --subjects or more.".formatted(statements));
        }
        if (soak != null && soak.compareTo(SHORTEST_SOAK) < 0) {
            faults.add("--soak is %d s; write %d s or more.".formatted(soak.toSeconds(), SHORTEST_SOAK.toSeconds()));
        }
        if ((peers || write != null) && !only.contains(Part.ROUTING)) {
            faults.add("--peers and --write tell of the routing; let --only have ROUTING, too.");
        }
        if (only.contains(Part.SERVICES) && subjects < Serving.FEWEST_PEOPLE) {
            faults.add("--only=SERVICES needs people who withdraw; write --subjects=%d or more."
                    .formatted(Serving.FEWEST_PEOPLE));
        }
        if (peers && Comparing.peers().isEmpty()) {
            faults.add("--peers finds none: they are no part of Lupa, but of its module standalone/peers, which ./lupa"
                    + " builds and adds.");
        }
        if (messageBytes > MOST_BYTES) {
            faults.add("--message-bytes is %d; write %d or less.".formatted(messageBytes, MOST_BYTES));
        }
        if (!faults.isEmpty()) {
            throw new ParameterException(spec.commandLine(), String.join(System.lineSeparator(), faults));
        }
    }

    private Workload workload(int shareOf) {
        try {
            int people = Math.max(1, subjects / shareOf);
            return new Workload(
                    seed,
                    people,
                    Math.max(people, statements / shareOf),
                    Math.max(1, messages / shareOf),
                    messageBytes);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--message-bytes: " + e.getMessage(), e);
        }
    }

    /** What can be measured by itself. */
    enum Part {
        EXPORT,
        FOLD,
        ROUTING,
        SERVICES
    }

    private Round round(int number, Cluster cluster, Path folder, Workload workload, List<Peer> measurable)
            throws InterruptedException {
        return Round.on(site("round-" + number, cluster, folder, workload), only, measurable);
    }

    private Site site(String name, Cluster cluster, Path folder, Workload workload) {
        return new Site(
                name + ".",
                cluster,
                workload,
                BenchSerdes.inMemory(),
                folder.resolve("state").resolve(name),
                threads,
                partitions,
                spec.commandLine().getErr());
    }

    private void tell(Workload workload, List<Round> measured, Served served, List<String> faults, Page page) {
        Report report = new Report(measured);
        List<String> lines = new ArrayList<>();
        lines.add(Report.machine());
        lines.add(String.format(
                Locale.ROOT,
                "%,d people, %,d statements, %,d messages of %d bytes; lz4; partitions %d, threads %d, rounds %d",
                workload.subjects(),
                workload.statements(),
                workload.messages(),
                messageBytes,
                partitions,
                threads,
                rounds));
        lines.add("");
        if (!measured.isEmpty()) {
            lines.add(report.toString());
        }
        if (!served.figures().isEmpty()) {
            lines.add(Figure.table(served.figures()));
            lines.add("");
        }
        if (faults.isEmpty()) {
            Stream.concat(measured.stream().limit(1).flatMap(round -> round.books().stream()), served.books().stream())
                    .forEach(sentence -> lines.add(sentence + "."));
        } else {
            lines.addAll(faults);
        }
        PrintWriter out = spec.commandLine().getOut();
        lines.forEach(out::println);
        out.flush();
        if (page != null && faults.isEmpty()) {
            write(page, String.join("\n", lines), Chart.of(report.shares()));
        }
    }

    private static void write(Page page, String measured, String chart) {
        try {
            page.write(measured, chart);
        } catch (IOException e) {
            throw new UncheckedIOException("What was measured could not be written: " + e.getMessage(), e);
        }
    }

    private List<Peer> measurablePeers() {
        List<Peer> measurable = new ArrayList<>();
        if (peers) {
            for (Peer peer : Comparing.peers()) {
                peer.lacks()
                        .ifPresentOrElse(
                                why -> say("Without " + peer.title() + ": " + why), () -> measurable.add(peer));
            }
        }
        return measurable;
    }

    /** Looked for first: what an hour has measured is not to be lost for want of a place. */
    private Page page() {
        try {
            return write == null ? null : Page.in(write);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "--write: " + e, e);
        }
    }

    /** Topics come and go here, of which Kafka's clients warn at length; Lupa's own words stay. */
    private static void quieten() {
        ((Logger) LoggerFactory.getLogger("org.apache.kafka")).setLevel(Level.ERROR);
    }

    private void say(String line) {
        spec.commandLine().getErr().println(line);
        spec.commandLine().getErr().flush();
    }
}
