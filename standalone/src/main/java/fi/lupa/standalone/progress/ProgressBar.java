package fi.lupa.standalone.progress;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Shows how far a step is, how fast it goes and how long it will take: a bar on a terminal, else a line now and then. */
public final class ProgressBar {

    private static final int WIDTH = 30;

    private final PrintWriter to;
    private final boolean terminal;
    private final String step;
    private final long of;
    private final Duration every;
    private final long began = System.nanoTime();
    private long told = began;

    /** @param of the unit that tells how far it is, as bytes of a file */
    public ProgressBar(PrintWriter to, boolean terminal, String step, long of) {
        this.to = to;
        this.terminal = terminal;
        this.step = step;
        this.of = Math.max(1, of);
        this.every = terminal ? Duration.ofMillis(200) : Duration.ofSeconds(5);
    }

    /** @param done of the unit; @param things what people count, as rows */
    public void at(long done, long things) {
        long now = System.nanoTime();
        if (now - told >= every.toNanos()) {
            told = now;
            String line = line(Math.min(1, (double) done / of), things, Duration.ofNanos(now - began));
            to.print(terminal ? "\r" + line : line + System.lineSeparator());
            to.flush();
        }
    }

    /** The bar makes room for what is said next. */
    public void end() {
        if (terminal && told != began) {
            to.print("\r" + " ".repeat(79) + "\r");
            to.flush();
        }
    }

    String line(double share, long things, Duration taken) {
        int full = (int) (share * WIDTH);
        double seconds = Math.max(0.001, taken.toMillis() / 1e3);
        long left = share <= 0 ? 0 : Math.round(seconds / share - seconds);
        return String.format(
                Locale.ROOT,
                "%-12s [%s%s] %3.0f %%  %,d, %,.0f/s, %d:%02d left ",
                step,
                "#".repeat(full),
                "-".repeat(WIDTH - full),
                share * 100,
                things,
                things / seconds,
                left / 60,
                left % 60);
    }
}
