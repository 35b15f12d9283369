package fi.lupa.standalone.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What was measured of a service as it runs, beside what it is to be.
 *
 * @param measured with its unit, or why it could not be measured
 * @param goal empty where there is none
 * @param met whether the goal is; a goal that is missed is no fault
 */
record Figure(String title, String measured, String goal, boolean met) {

    private static final String ROW = "%-72s %16s   %-16s %s";

    static Figure atMost(double goal, String unit, String title, double measured) {
        return new Figure(title, text(measured, unit), "≤ " + text(goal, unit), measured <= goal);
    }

    static Figure atLeast(double goal, String unit, String title, double measured) {
        return new Figure(title, text(measured, unit), "≥ " + text(goal, unit), measured >= goal);
    }

    /** One that tells of others, and has no goal itself. */
    static Figure of(String unit, String title, double measured) {
        return new Figure(title, text(measured, unit), "", true);
    }

    static Figure notMeasured(String title, String why) {
        return new Figure(title, "not measured", why, true);
    }

    static String table(List<Figure> figures) {
        String head = row("both services, each in a process of its own", "", "goal", "");
        return figures.stream()
                .map(figure -> row(
                        figure.title,
                        figure.measured,
                        figure.goal,
                        figure.goal.isEmpty() || figure.measured.equals("not measured")
                                ? ""
                                : figure.met ? "met" : "missed"))
                .collect(Collectors.joining(System.lineSeparator(), head + System.lineSeparator(), ""));
    }

    private static String row(String title, String measured, String goal, String met) {
        return String.format(Locale.ROOT, ROW, title, measured, goal, met).stripTrailing();
    }

    /** Whole from ten on, as the rest is noise. */
    private static String text(double figure, String unit) {
        return String.format(Locale.ROOT, figure < 10 && figure != Math.rint(figure) ? "%,.1f" : "%,.0f", figure)
                + (unit.isEmpty() ? "" : " " + unit);
    }
}
