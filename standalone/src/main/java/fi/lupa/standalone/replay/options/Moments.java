package fi.lupa.standalone.replay.options;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Moments as people write them: 2026-03-01T12:00:00Z, or a day, which is its beginning. */
public final class Moments {

    private Moments() {}

    /** The moment; null for none. */
    public static Instant of(String written, String timeZone) {
        if (written == null) {
            return null;
        }
        return written.contains("T")
                ? Instant.parse(written)
                : LocalDate.parse(written).atStartOfDay(ZoneId.of(timeZone)).toInstant();
    }

    /** What is wrong with what is written, by option. */
    public static List<String> faults(Map<String, String> written, String timeZone) {
        try {
            ZoneId.of(timeZone);
        } catch (DateTimeException e) {
            return new ArrayList<>(List.of("--time-zone is \"%s\"; write it as Europe/Helsinki.".formatted(timeZone)));
        }
        List<String> faults = new ArrayList<>();
        written.forEach((option, text) -> {
            try {
                of(text, timeZone);
            } catch (DateTimeException e) {
                faults.add("%s is \"%s\"; write it as 2026-03-01 or 2026-03-01T12:00:00Z.".formatted(option, text));
            }
        });
        return faults;
    }

    /** What is wrong with {@code --from} and {@code --until}; each may be null. */
    public static List<String> faultsOfPeriod(String from, String until, String timeZone) {
        Map<String, String> written = new LinkedHashMap<>();
        written.put("--from", from);
        written.put("--until", until);
        List<String> faults = faults(written, timeZone);
        if (faults.isEmpty()
                && from != null
                && until != null
                && !of(from, timeZone).isBefore(of(until, timeZone))) {
            faults.add("--until is not after --from; nothing lies between.");
        }
        return faults;
    }
}
