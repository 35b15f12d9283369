package fi.lupa.standalone.sql;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jline.utils.AttributedString;

/** A table aligned by its first rows, so that it streams however long it is; numbers stand to the right. */
final class TableAnswer implements Answer {

    private static final int ALIGNED_BY = 1_000;
    private static final int WIDEST = 60;

    private final PrintWriter out;
    private final boolean terminal;
    private final boolean counted;
    private final List<List<String>> first = new ArrayList<>();
    private boolean further;
    private List<String> columns;
    private List<Boolean> numeric;
    private int[] widths;

    /**
     * @param terminal whether wide cells are cut
     * @param counted whether the rows are counted below
     */
    TableAnswer(PrintWriter out, boolean terminal, boolean counted) {
        this.out = out;
        this.terminal = terminal;
        this.counted = counted;
    }

    @Override
    public void begin(List<String> columns, List<Boolean> numeric) {
        if (further && !counted) {
            out.println();
        }
        this.further = true;
        this.columns = columns;
        this.numeric = numeric;
        this.widths = null;
    }

    @Override
    public Answer whole() {
        TableAnswer whole = new TableAnswer(out, false, false);
        whole.further = further && !counted;
        further = true;
        return whole;
    }

    @Override
    public void row(List<Object> values) {
        List<String> cells = values.stream().map(this::cell).toList();
        if (widths == null) {
            first.add(cells);
            if (first.size() == ALIGNED_BY) {
                head();
            }
        } else {
            line(cells);
        }
    }

    private String cell(Object value) {
        StringBuilder text = new StringBuilder();
        Values.text(value).codePoints().forEach(point -> {
            if (Character.isISOControl(point)) {
                text.append(point == '\n' && !terminal ? "\\n" : " ");
            } else {
                text.appendCodePoint(point);
            }
        });
        return terminal && width(text) > WIDEST
                ? new AttributedString(text).columnSubSequence(0, WIDEST - 1) + "…"
                : text.toString();
    }

    private void head() {
        widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = width(columns.get(i));
            for (List<String> row : first) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        line(columns);
        line(Arrays.stream(widths).mapToObj("-"::repeat).toList());
        first.forEach(this::line);
        first.clear();
    }

    private void line(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(Math.max(0, widths[i] - width(cells.get(i))));
            line.append(i == 0 ? "" : "  ").append(numeric.get(i) ? padding + cells.get(i) : cells.get(i) + padding);
        }
        out.println(line.toString().stripTrailing());
    }

    private static int width(CharSequence text) {
        return new AttributedString(text).columnLength();
    }

    @Override
    public void end(long rows, boolean more) {
        if (widths == null) {
            head();
        }
        if (more) {
            out.printf(Locale.ROOT, "The first %,d rows; there are more. -c shows all.%n", rows);
        } else if (counted) {
            out.printf(Locale.ROOT, rows == 1 ? "%,d row.%n" : "%,d rows.%n", rows);
        }
    }
}
