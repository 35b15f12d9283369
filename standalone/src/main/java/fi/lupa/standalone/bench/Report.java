package fi.lupa.standalone.bench;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.AppInfoParser;

/** Says in a table what was measured: of several rounds the median, and each ratio as the median of the rounds' own. */
final class Report {

    private static final String ROW = "%-40s %10s %8s %10s   %-31s %s%n";

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
        table.append(String.format(ROW, "", "records", "seconds", "records/s", header(), "÷ its copy: rate, CPU"));
        for (Phase phase : rounds.get(0).measured().keySet()) {
            Function<Round, Measured> limit = phase.limit().map(Report::of).orElse(null);
            table.append(row(phase.title(), of(phase), limit));
            if (phase == Phase.ROUTING) {
                peers().forEach(peer -> table.append(row(peer, ofPeer(peer), of(Phase.MESSAGE_COPY))));
            }
        }
        return table.toString();
    }

    private String header() {
        boolean servers = peers().stream().anyMatch(peer -> median(ofPeer(peer), Measured::serverMicros) > 0);
        return "CPU µs client + broker" + (servers ? " + server" : "");
    }

    /** Whoever routes, with the rate as a share of the transactional copy's: Lupa first, then the peers. */
    Map<String, Double> shares() {
        Map<String, Double> shares = new LinkedHashMap<>();
        shares.put("Lupa: " + Phase.ROUTING.title(), share(of(Phase.ROUTING)));
        peers().forEach(peer -> shares.put(peer, share(ofPeer(peer))));
        return shares;
    }

    private double share(Function<Round, Measured> of) {
        return ratio(of, of(Phase.MESSAGE_COPY), Measured::perSecond);
    }

    private Set<String> peers() {
        return rounds.get(0).peers().keySet();
    }

    private static Function<Round, Measured> of(Phase phase) {
        return round -> round.measured().get(phase);
    }

    private static Function<Round, Measured> ofPeer(String title) {
        return round -> round.peers().get(title);
    }

    /** @param limit null where there is none */
    private String row(String title, Function<Round, Measured> of, Function<Round, Measured> limit) {
        double server = median(of, Measured::serverMicros);
        String cpu = text("%.1f + %.1f", median(of, Measured::clientMicros), median(of, Measured::brokerMicros))
                + (server > 0 ? text(" + %.1f", server) : "")
                + text(" = %.1f", median(of, Measured::cpuMicros));
        String ratios = limit == null
                ? ""
                : text("%.2f, %.1f", ratio(of, limit, Measured::perSecond), ratio(of, limit, Measured::cpuMicros));
        return String.format(
                        ROW,
                        title,
                        text("%,.0f", median(of, Measured::records)),
                        text("%.1f", median(of, Measured::seconds)),
                        text("%,.0f", median(of, Measured::perSecond)),
                        cpu,
                        ratios)
                .stripTrailing()
                .concat(System.lineSeparator());
    }

    private double median(Function<Round, Measured> of, ToDoubleFunction<Measured> figure) {
        return median(round -> figure.applyAsDouble(of.apply(round)));
    }

    private double ratio(
            Function<Round, Measured> of, Function<Round, Measured> limit, ToDoubleFunction<Measured> figure) {
        return median(round -> figure.applyAsDouble(of.apply(round)) / figure.applyAsDouble(limit.apply(round)));
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
