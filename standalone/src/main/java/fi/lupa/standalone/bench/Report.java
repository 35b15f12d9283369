package fi.lupa.standalone.bench;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.AppInfoParser;

/** Says in a table what was measured: of several rounds the median, and each ratio as the median of the rounds' own. */
final class Report {

    private static final String ROW = "%-37s %10s %8s %10s   %-24s %s%n";

    private final List<Round> rounds;

    Report(List<Round> rounds) {
        this.rounds = rounds;
    }

    /** What a figure is worth nothing without. */
    static String machine() {
        Runtime runtime = Runtime.getRuntime();
        String collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .collect(Collectors.joining(" + "));
        return String.format(
                Locale.ROOT,
                "%d cores, %s %s; Java %s, %s, heap up to %,d MB; Kafka %s, one broker in a process of its own",
                runtime.availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.version(),
                collectors,
                runtime.maxMemory() >> 20,
                AppInfoParser.getVersion());
    }

    @Override
    public String toString() {
        StringBuilder table = new StringBuilder();
        table.append(String.format(
                ROW, "", "records", "seconds", "records/s", "CPU µs client + broker", "÷ its copy: rate, CPU"));
        for (Phase phase : rounds.get(0).measured().keySet()) {
            table.append(row(phase));
        }
        return table.toString();
    }

    private String row(Phase phase) {
        String cpu = text(
                "%.1f + %.1f = %.1f",
                median(phase, Measured::clientMicros),
                median(phase, Measured::brokerMicros),
                median(phase, Measured::cpuMicros));
        String ratios = phase.limit()
                .map(limit -> text(
                        "%.2f, %.1f",
                        ratio(phase, limit, Measured::perSecond), ratio(phase, limit, Measured::cpuMicros)))
                .orElse("");
        return String.format(
                        ROW,
                        phase.title(),
                        text("%,.0f", median(phase, Measured::records)),
                        text("%.1f", median(phase, Measured::seconds)),
                        text("%,.0f", median(phase, Measured::perSecond)),
                        cpu,
                        ratios)
                .stripTrailing()
                .concat(System.lineSeparator());
    }

    private double median(Phase phase, ToDoubleFunction<Measured> figure) {
        return median(round -> figure.applyAsDouble(round.measured().get(phase)));
    }

    private double ratio(Phase phase, Phase limit, ToDoubleFunction<Measured> figure) {
        return median(round -> figure.applyAsDouble(round.measured().get(phase))
                / figure.applyAsDouble(round.measured().get(limit)));
    }

    private double median(ToDoubleFunction<Round> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private static String text(String format, Object... figures) {
        return String.format(Locale.ROOT, format, figures);
    }
}
