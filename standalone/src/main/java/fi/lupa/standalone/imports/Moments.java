package fi.lupa.standalone.imports;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads moments as lists write them: ISO 8601 and its relatives with a space, a day alone, and the mapping's own ways. */
final class Moments {

    private static final List<DateTimeFormatter> USUAL = Stream.of(
                    "uuuu-MM-dd HH:mm:ss",
                    "uuuu-MM-dd HH:mm",
                    "uuuu-MM-dd'T'HH:mm[:ss][.SSS][XXX]",
                    "uuuu-MM-dd HH:mm:ssXXX",
                    "uuuu-MM-dd")
            .map(Moments::pattern)
            .toList();

    private final List<DateTimeFormatter> own;
    private final ZoneId zone;

    Moments(List<DateTimeFormatter> own, ZoneId zone) {
        this.own = own;
        this.zone = zone;
    }

    /**
     * A way to write moments; a year may be y, as most people write it, or u.
     *
     * @throws IllegalArgumentException if it is none
     */
    static DateTimeFormatter pattern(String pattern) {
        return new DateTimeFormatterBuilder()
                .parseCaseInsensitive()
                .appendPattern(pattern.replace('y', 'u'))
                .toFormatter(Locale.ENGLISH)
                .withResolverStyle(ResolverStyle.STRICT);
    }

    /** The moment; a day alone is its beginning. */
    Optional<Instant> read(String written) {
        return parsed(written).map(this::moment);
    }

    /** The end of the day, or the moment, that is written. */
    Optional<Instant> end(String written) {
        return parsed(written)
                .map(parsed -> parsed.query(TemporalQueries.localTime()) == null
                        ? endOf(LocalDate.from(parsed))
                        : moment(parsed));
    }

    /** The end of the day. */
    Instant endOf(LocalDate day) {
        return day.plusDays(1).atStartOfDay(zone).toInstant();
    }

    private Instant moment(TemporalAccessor parsed) {
        if (parsed.query(TemporalQueries.offset()) != null) {
            return OffsetDateTime.from(parsed).toInstant();
        }
        LocalTime time = parsed.query(TemporalQueries.localTime());
        return LocalDateTime.of(LocalDate.from(parsed), time == null ? LocalTime.MIDNIGHT : time)
                .atZone(zone)
                .toInstant();
    }

    private Optional<TemporalAccessor> parsed(String written) {
        String text = written.strip();
        return Stream.concat(own.stream(), USUAL.stream())
                .flatMap(format -> {
                    try {
                        return Stream.of(format.parse(text));
                    } catch (DateTimeException e) {
                        return Stream.empty();
                    }
                })
                .filter(parsed -> parsed.query(TemporalQueries.localDate()) != null)
                .findFirst();
    }
}
