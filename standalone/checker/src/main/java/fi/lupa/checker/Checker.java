package fi.lupa.checker;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Proves from the topics alone that the pipeline kept what it promised. It shares no code with the pipeline: it has its own
 * reading of the notice, and its own of the records.
 */
public final class Checker {

    private static final int MOST_TOLD = 20;
    private static final long BETWEEN = 2_000;

    private Checker() {}

    /**
     * Looks until all is as it should be, for as long as patience lasts, and says what it found. Ends with 0 where every promise
     * was kept, 1 where one was not, 2 where it was called otherwise.
     *
     * @param args bootstrap servers, the registry's URL, the topics' prefix, the journal's file, the bound in milliseconds, and
     *     patience in seconds
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 6) {
            System.err.println("checker BOOTSTRAP_SERVERS REGISTRY_URL PREFIX JOURNAL BOUND_MILLIS PATIENCE_SECONDS");
            System.exit(2);
        }
        Journal journal = Journal.read(Path.of(args[3]));
        long deadline = System.nanoTime() + Long.parseLong(args[5]) * 1_000_000_000;
        List<Verdict> verdicts;
        try (Topics topics = new Topics(args[0], new Registry(args[1]), args[2])) {
            Checks checks = new Checks(topics, journal, Long.parseLong(args[4]));
            verdicts = checks.all();
            while (!verdicts.stream().allMatch(Verdict::isKept) && System.nanoTime() < deadline) {
                Thread.sleep(BETWEEN);
                verdicts = checks.all();
            }
        }
        verdicts.forEach(Checker::tell);
        System.exit(verdicts.stream().allMatch(Verdict::isKept) ? 0 : 1);
    }

    private static void tell(Verdict verdict) {
        if (verdict.isKept()) {
            System.out.println("kept: " + verdict.holds() + ".");
        }
        verdict.faults().stream().limit(MOST_TOLD).forEach(fault -> System.out.println("BROKEN: " + fault + "."));
        if (verdict.faults().size() > MOST_TOLD) {
            System.out.println("BROKEN: and " + (verdict.faults().size() - MOST_TOLD) + " more like these.");
        }
    }
}
