package fi.lupa.standalone.report;

import fi.lupa.standalone.report.Plot.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where everything of a plot stands, in the units of a picture {@value #WIDTH} wide.
 *
 * @param lines from the first row to the last, one for each series
 */
public record Drawing(int height, List<Box> boxes, List<Line> lines, List<Text> texts, List<Grid> grids) {

    public static final int WIDTH = 480;

    private static final int LABELS = 168;
    private static final int FIGURES = 84;
    private static final int BAR = 18;
    private static final int BETWEEN = 10;

    private static final int LEFT = 76;
    private static final int RIGHT = 12;
    private static final int TOP = 8;
    private static final int PLOT = 150;
    private static final int BELOW = 26;
    private static final int MOST_LABELS = 5;

    /** A piece of a bar or column, and what a pointer on it is told. */
    public record Box(String x, String y, String width, String height, int series, String tells) {}

    /** A line through points. */
    public record Line(String points, int series) {}

    /** A text; where it is anchored: start, middle or end. */
    public record Text(String x, String y, String anchor, String text) {}

    /** A line of the grid, from side to side. */
    public record Grid(String x1, String x2, String y) {}

    static Drawing of(Plot plot) {
        Drawing drawing = new Drawing(
                plot.overTime() ? TOP + PLOT + BELOW : plot.rows().size() * (BAR + BETWEEN) + BETWEEN,
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>());
        switch (plot.shape()) {
            case BARS -> drawing.bars(plot);
            case COLUMNS -> drawing.columns(plot);
            case LINES -> drawing.lines(plot);
        }
        return drawing;
    }

    private void bars(Plot plot) {
        double most =
                Math.max(1, plot.rows().stream().mapToLong(Row::total).max().orElse(1));
        double scale = (WIDTH - LABELS - FIGURES) / most;
        int y = BETWEEN;
        for (Row row : plot.rows()) {
            String middle = unit(y + BAR * 0.72);
            texts.add(new Text(unit(LABELS - 10), middle, "end", shortened(row.name())));
            double x = LABELS;
            for (int series = 0; series < row.values().size(); series++) {
                double width = row.values().get(series) * scale;
                boxes.add(new Box(unit(x), unit(y), unit(width), unit(BAR), series, tells(plot, row, series)));
                x += width;
            }
            texts.add(new Text(unit(x + 8), middle, "start", Plot.number(row.total())));
            y += BAR + BETWEEN;
        }
    }

    private void columns(Plot plot) {
        double top = axis(plot.rows().stream().mapToLong(Row::total).max().orElse(0));
        double step = step(plot);
        for (int i = 0; i < plot.rows().size(); i++) {
            Row row = plot.rows().get(i);
            double y = TOP + PLOT;
            for (int series = 0; series < row.values().size(); series++) {
                double height = PLOT * row.values().get(series) / top;
                y -= height;
                boxes.add(new Box(
                        unit(LEFT + step * (i + 0.1)),
                        unit(y),
                        unit(step * 0.8),
                        unit(height),
                        series,
                        tells(plot, row, series)));
            }
        }
        moments(plot);
    }

    private void lines(Plot plot) {
        double top = axis(plot.rows().stream()
                .flatMap(row -> row.values().stream())
                .mapToLong(Long::longValue)
                .max()
                .orElse(0));
        double step = step(plot);
        for (int series = 0; series < plot.series().size(); series++) {
            StringBuilder points = new StringBuilder();
            for (int i = 0; i < plot.rows().size(); i++) {
                double y = TOP + PLOT * (1 - plot.rows().get(i).values().get(series) / top);
                // Level over its day or week, so that a single one is a line, too.
                points.append(
                        "%s,%s %s,%s ".formatted(unit(LEFT + step * i), unit(y), unit(LEFT + step * (i + 1)), unit(y)));
            }
            lines.add(new Line(points.toString().strip(), series));
        }
        moments(plot);
    }

    private static double step(Plot plot) {
        return (WIDTH - LEFT - RIGHT) / (double) plot.rows().size();
    }

    /** Draws the grid, and tells which value is at its top. */
    private double axis(long most) {
        long step = 1;
        while (step * 4 < most) {
            step = Long.toString(step).startsWith("2") ? step / 2 * 5 : step * 2;
        }
        long top = Math.max(step, (most + step - 1) / step * step);
        for (long value = 0; value <= top; value += step) {
            double y = TOP + PLOT * (1 - value / (double) top);
            grids.add(new Grid(unit(LEFT), unit(WIDTH - RIGHT), unit(y)));
            texts.add(new Text(unit(LEFT - 8), unit(y + 4), "end", Plot.number(value)));
        }
        return top;
    }

    private void moments(Plot plot) {
        int every = (plot.rows().size() + MOST_LABELS - 1) / MOST_LABELS;
        for (int i = 0; i < plot.rows().size(); i += every) {
            texts.add(new Text(
                    unit(LEFT + step(plot) * (i + 0.5)),
                    unit(TOP + PLOT + 18),
                    "middle",
                    plot.rows().get(i).name()));
        }
    }

    private static String tells(Plot plot, Row row, int series) {
        return "%s: %s %s"
                .formatted(
                        row.name(),
                        plot.series().get(series).name(),
                        Plot.number(row.values().get(series)));
    }

    private static String shortened(String name) {
        return name.length() > 26 ? name.substring(0, 25) + "…" : name;
    }

    private static String unit(double length) {
        return String.format(Locale.ROOT, "%.1f", length);
    }
}
