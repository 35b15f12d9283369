package fi.lupa.standalone.imports;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of a list, counted. Rows = those that say something + those that say nothing + those refused; what the former
 * say = the sum of the outcomes. A refused row is told by its line and the reason, never by what it holds.
 */
final class Tally {

    private static final int LINES_SHOWN = 20;

    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private final Map<String, Lines> refused = new TreeMap<>();
    private final Map<String, Lines> leftOut = new TreeMap<>();
    private final boolean everyLine;
    private long rows;
    private long silent;
    private long refusals;

    /** @param everyLine whether to name every line refused, and not only the first of each reason */
    Tally(boolean everyLine) {
        this.everyLine = everyLine;
    }

    private static final class Lines {
        private final List<Long> first = new ArrayList<>();
        private long count;

        void add(long line, int most) {
            count++;
            if (first.size() < most) {
                first.add(line);
            }
        }
    }

    void row(long line, Row row) {
        rows++;
        if (row instanceof Row.Refused why) {
            refusals++;
            add(refused, line, why);
        } else if (row instanceof Row.Read read) {
            silent += read.said().isEmpty() ? 1 : 0;
            read.leftOut().forEach(why -> add(leftOut, line, why));
        }
    }

    void outcome(Outcome outcome) {
        outcomes.merge(outcome, 1L, Long::sum);
    }

    private void add(Map<String, Lines> to, long line, Row.Refused why) {
        String reason = why.column() == null ? why.why() : "%s: %s".formatted(why.column(), why.why());
        to.computeIfAbsent(reason, key -> new Lines()).add(line, everyLine ? Integer.MAX_VALUE : LINES_SHOWN);
    }

    long rows() {
        return rows;
    }

    long refused() {
        return refusals;
    }

    long silent() {
        return silent;
    }

    long of(Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }

    void print(PrintWriter out) {
        out.println(text(
                "%,d rows: %,d say something, %,d say nothing, %,d refused.",
                rows, rows - silent - refusals, silent, refusals));
        outcomes.forEach((outcome, count) -> out.println(text("%,10d  %s", count, outcome.told())));
        print(out, "Refused:", refused);
        print(out, "Taken without what could not be read:", leftOut);
    }

    private static void print(PrintWriter out, String title, Map<String, Lines> reasons) {
        if (reasons.isEmpty()) {
            return;
        }
        out.println(title);
        reasons.forEach((reason, lines) -> {
            String more = lines.count > lines.first.size()
                    ? text(" and %,d more (--all-lines names them)", lines.count - lines.first.size())
                    : "";
            String named = lines.first.stream()
                    .map(String::valueOf)
                    .reduce((a, b) -> a + ", " + b)
                    .orElse("");
            out.println(text("%,10d  %s", lines.count, reason));
            out.println("            %s %s%s".formatted(lines.count == 1 ? "line" : "lines", named, more));
        });
    }

    static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
