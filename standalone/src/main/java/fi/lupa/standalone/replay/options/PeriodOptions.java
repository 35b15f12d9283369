package fi.lupa.standalone.replay.options;

import fi.lupa.edge.settings.Concern;
import fi.lupa.permission.Scope;
import fi.lupa.standalone.replay.read.Filters;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Which records a replay is about. */
public final class PeriodOptions implements Concern {

    @Option(
            names = "--from",
            paramLabel = "MOMENT",
            description = "From this moment on, as 2026-03-01 or 2026-03-01T12:00:00Z; a day alone is its beginning.")
    private String from;

    @Option(names = "--until", paramLabel = "MOMENT", description = "Before this moment, written the same.")
    private String until;

    @Option(
            names = "--by",
            paramLabel = "CLOCK",
            description = "event: when it took place, by the event itself; log: when it was written. (default: event)")
    private String by = "event";

    @Option(names = "--time-zone", paramLabel = "ZONE", description = "Of days (default: ${DEFAULT-VALUE}).")
    private String timeZone = "Europe/Helsinki";

    @Option(names = "--subject", paramLabel = "ID", description = "Of this subject alone, by its pseudonymous id.")
    private String subject;

    @Option(names = "--campaign", paramLabel = "ID", description = "Of this campaign alone.")
    private String campaign;

    @Option(names = "--scope", paramLabel = "SCOPE", description = "About this scope alone, as EMAIL.")
    private String scope;

    @Option(names = "--form", paramLabel = "ID", description = "By this form alone.")
    private String form;

    public Filters filters() {
        return new Filters(
                moment(from),
                moment(until),
                by.equals("log"),
                subject,
                campaign,
                scope == null ? null : Scope.valueOf(scope.toUpperCase(Locale.ROOT)),
                form);
    }

    private Instant moment(String written) {
        return Moments.of(written, timeZone);
    }

    @Override
    public List<String> faults() {
        List<String> faults = Moments.faultsOfPeriod(from, until, timeZone);
        if (!List.of("event", "log").contains(by)) {
            faults.add("--by is \"%s\"; write event or log.".formatted(by));
        }
        if (scope != null
                && Arrays.stream(Scope.values()).noneMatch(one -> one.name().equalsIgnoreCase(scope))) {
            faults.add("--scope is \"%s\"; there are %s."
                    .formatted(
                            scope, Arrays.stream(Scope.values()).map(Enum::name).collect(Collectors.joining(", "))));
        }
        return faults;
    }
}
