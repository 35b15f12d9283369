package fi.lupa.standalone.report;

import java.util.List;
import java.util.Locale;

/**
 * Figures that are drawn, and told in a table beside the drawing.
 *
 * @param what what the rows are
 * @param series what is drawn of each row
 * @param more what is only in the table
 */
public record Plot(String title, Shape shape, String what, List<Series> series, List<String> more, List<Row> rows) {

    /** How rows are drawn: lines and columns over time, or bars from the largest down. */
    public enum Shape {
        LINES,
        COLUMNS,
        BARS
    }

    /** A column of figures, and its look. */
    public record Series(String name, Look look) {

        static Series yes(String name) {
            return new Series(name, Look.YES);
        }

        static Series no(String name) {
            return new Series(name, Look.NO);
        }

        static Series waits(String name) {
            return new Series(name, Look.WAITS);
        }

        static Series worse(String name) {
            return new Series(name, Look.WORSE);
        }

        static Series none(String name) {
            return new Series(name, Look.NONE);
        }

        /** As the style names it. */
        public String style() {
            return look.name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a colour stands for, everywhere on the page. */
    enum Look {
        YES,
        NO,
        WAITS,
        WORSE,
        NONE
    }

    /**
     * One row.
     *
     * @param values one for each series
     * @param more one for each further column
     */
    public record Row(String name, List<Long> values, List<String> more) {

        long total() {
            return values.stream().mapToLong(Long::longValue).sum();
        }
    }

    public Drawing drawing() {
        return Drawing.of(this);
    }

    public boolean overTime() {
        return shape != Shape.BARS;
    }

    public static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
