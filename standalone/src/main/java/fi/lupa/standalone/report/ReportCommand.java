package fi.lupa.standalone.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.standalone.sql.ExportedHistory;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lupa report}: a period of an exported history as one page. */
@Command(
        name = "report",
        description = {
            "Tells a period of an exported history on one page, in plots and tables.",
            "Consent over time, statements, forms, messages, and withdrawals after campaigns: it counts, and shows nobody."
        },
        footer = {"", "Exit code: 0 written; 1 failed on the way; 2 the command is not as it should be."},
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ReportCommand implements Callable<Integer> {

    private static final TemplateEngine TEMPLATES = TemplateEngine.createPrecompiled(ContentType.Html);

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            description = "A .duckdb or .parquet file, or a folder of .parquet files, of lupa replay export.")
    private Path path;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "DAY",
            converter = Day.class,
            description = "The first day, as 2026-03-01.")
    private LocalDate from;

    @Option(
            names = "--until",
            required = true,
            paramLabel = "DAY",
            converter = Day.class,
            description = "The day after the last.")
    private LocalDate until;

    @Option(names = "--to", required = true, paramLabel = "PATH", description = "The page to write, as report.html.")
    private Path to;

    @Option(names = "--time-zone", paramLabel = "ZONE", description = "Of days (default: ${DEFAULT-VALUE}).")
    private String timeZone = "Europe/Helsinki";

    private static final class Day implements CommandLine.ITypeConverter<LocalDate> {

        @Override
        public LocalDate convert(String written) {
            try {
                return LocalDate.parse(written);
            } catch (DateTimeException e) {
                throw new CommandLine.TypeConversionException(
                        "\"%s\" is no day; write it as 2026-03-01.".formatted(written));
            }
        }
    }

    @Override
    public Integer call() {
        List<String> faults = faults();
        if (!faults.isEmpty()) {
            faults.forEach(spec.commandLine().getErr()::println);
            return CommandLine.ExitCode.USAGE;
        }
        Period period = new Period(from, until, ZoneId.of(timeZone));
        try (ExportedHistory history = ExportedHistory.open(path, period.zone(), false)) {
            List<Section> sections = new Report(history, period).sections();
            if (sections.stream().noneMatch(Section::isExported)) {
                spec.commandLine()
                        .getErr()
                        .printf(
                                "%s holds nothing that the page tells of; name the .duckdb file or the folder that lupa replay"
                                        + " export wrote.%n",
                                path);
                return CommandLine.ExitCode.USAGE;
            }
            Files.writeString(to, page(period, sections));
            spec.commandLine().getOut().printf("%s is written.%n", to);
            return CommandLine.ExitCode.OK;
        } catch (SQLException e) {
            spec.commandLine().getErr().println(ExportedHistory.why(e));
            return CommandLine.ExitCode.SOFTWARE;
        } catch (IOException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private List<String> faults() {
        List<String> faults = new ArrayList<>();
        if (!Files.exists(path)) {
            faults.add("There is no %s; lupa replay export writes one.".formatted(path));
        }
        if (!from.isBefore(until)) {
            faults.add("--until is not after --from; nothing lies between.");
        }
        if (!Files.isDirectory(to.toAbsolutePath().getParent())) {
            faults.add("--to lies in a folder that is not there: %s.".formatted(to));
        }
        try {
            ZoneId.of(timeZone);
        } catch (DateTimeException e) {
            faults.add("--time-zone is \"%s\"; write it as Europe/Helsinki.".formatted(timeZone));
        }
        return faults;
    }

    private static String page(Period period, List<Section> sections) throws IOException {
        String style = style();
        StringOutput html = new StringOutput();
        TEMPLATES.render(
                "report/page.jte",
                Map.of(
                        "period", period,
                        "sections", sections,
                        "style", style,
                        "policy",
                                "default-src 'none'; style-src '" + hash(style)
                                        + "'; base-uri 'none'; form-action 'none'"),
                html);
        return html.toString();
    }

    private static String style() throws IOException {
        try (InputStream in = ReportCommand.class.getResourceAsStream("report.css")) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    /** What the page's policy knows its style by. */
    private static String hash(String style) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(style.getBytes(UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
