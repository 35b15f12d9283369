package fi.lupa.standalone.report;

import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * What the report is about.
 *
 * @param from its first day
 * @param until the day after its last
 */
public record Period(LocalDate from, LocalDate until, ZoneId zone) {

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH);
    private static final DateTimeFormatter DAY_AND_YEAR = DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ENGLISH);
    private static final DateTimeFormatter WHOLE = DateTimeFormatter.ofPattern("d MMMM yyyy", Locale.ENGLISH);
    private static final int MOST_DAYS = 31;

    /** How many days are told together: a longer period is told by the week. */
    int step() {
        return ChronoUnit.DAYS.between(from, until) > MOST_DAYS ? 7 : 1;
    }

    String unit() {
        return step() == 1 ? "day" : "week";
    }

    /** The first days of what is told together. */
    List<LocalDate> buckets() {
        return from.datesUntil(until, java.time.Period.ofDays(step())).toList();
    }

    /** A day within it; with its year where there are several. */
    String day(LocalDate day) {
        boolean ofOneYear = from.getYear() == until.minusDays(1).getYear();
        return (ofOneYear ? DAY : DAY_AND_YEAR).format(day);
    }

    /** Both days in words. */
    public String inWords() {
        return WHOLE.format(from) + " to " + WHOLE.format(until.minusDays(1));
    }

    /** The query of this period. */
    String in(String sql) {
        return sql.replace("{from}", "DATE '" + from + "'")
                .replace("{until}", "DATE '" + until + "'")
                .replace("{step}", Integer.toString(step()));
    }
}
