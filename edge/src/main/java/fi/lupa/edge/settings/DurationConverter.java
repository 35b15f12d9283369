package fi.lupa.edge.settings;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A length of time as people write it: {@code 30s}, {@code 2m}, {@code 1h30m}, {@code PT2M}. */
public final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
        String upper = value.strip().toUpperCase(Locale.ROOT);
        try {
            return Duration.parse(upper.startsWith("P") ? upper : "PT" + upper);
        } catch (DateTimeParseException e) {
            throw new TypeConversionException(
                    "'%s' is not a length of time; write for example 30s or 2m".formatted(value));
        }
    }
}
