package fi.lupa.standalone.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lupa sql}: asks an exported history in SQL. */
@Command(
        name = "sql",
        description = {
            "Asks an exported history in SQL, as DuckDB speaks it; nothing is written.",
            "Without -c and -f it is a prompt, or reads statements from its input.",
            "Among statements .tables tells tables and views, .schema NAME the columns of one; each stands on a line of its own."
        },
        footer = {"", "Exit code: 0 answered; 1 a statement failed; 2 the command is not as it should be."},
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class SqlCommand implements Callable<Integer> {

    private static final long MOST_AT_A_PROMPT = 1_000;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            description = "A .duckdb or .parquet file, or a folder of .parquet files, of lupa replay export.")
    private Path path;

    @ArgGroup
    private final Given given = new Given();

    @ArgGroup
    private final Form form = new Form();

    @Option(
            names = "--time-zone",
            paramLabel = "ZONE",
            description = "Of days and moments (default: ${DEFAULT-VALUE}).")
    private String timeZone = "Europe/Helsinki";

    @Option(names = "--allow-files", description = "Statements may read and write other files, and load extensions.")
    private boolean allowFiles;

    /** Where the statements come from. */
    static final class Given {

        @Option(
                names = {"-c", "--command"},
                paramLabel = "SQL",
                description = "Statements, with semicolons between them.")
        private List<String> commands = List.of();

        @Option(
                names = {"-f", "--file"},
                paramLabel = "SQL-FILE",
                description = "A file of statements; several one after the other.")
        private List<Path> files = List.of();
    }

    /** How the answers come out. */
    static final class Form {

        @Option(names = "--csv", description = "As CSV instead of a table.")
        private boolean csv;

        @Option(names = "--json", description = "As JSON, an object a line, instead of a table.")
        private boolean json;
    }

    @Override
    public Integer call() throws IOException {
        ZoneId zone = zone();
        boolean terminal = System.console() != null;
        List<String> scripts = scripts(terminal);
        if (!Files.exists(path)) {
            spec.commandLine().getErr().println("There is no %s; lupa replay export writes one.".formatted(path));
            return CommandLine.ExitCode.USAGE;
        }
        try (ExportedHistory history = ExportedHistory.open(path, zone, allowFiles)) {
            if (scripts.isEmpty()) {
                prompt(history, new Values(zone));
                return CommandLine.ExitCode.OK;
            }
            PrintWriter out = spec.commandLine().getOut();
            Asking asking = new Asking(history, new Values(zone));
            Answer answer = answer(out, terminal, false);
            try {
                for (String script : scripts) {
                    for (String statement : Script.of(script).all()) {
                        if (statement.equals(".quit")) {
                            return CommandLine.ExitCode.OK;
                        }
                        asking.ask(statement, answer, Long.MAX_VALUE);
                    }
                }
            } finally {
                out.flush();
            }
            return CommandLine.ExitCode.OK;
        } catch (SQLException e) {
            spec.commandLine().getErr().println(ExportedHistory.why(e));
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    /** What is to be asked; empty to let a person ask. */
    private List<String> scripts(boolean terminal) throws IOException {
        List<String> scripts = new ArrayList<>(given.commands);
        for (Path file : given.files) {
            if (!Files.isReadable(file)) {
                throw new ParameterException(spec.commandLine(), "There is no %s to be read.".formatted(file));
            }
            scripts.add(Files.readString(file));
        }
        if (scripts.isEmpty() && !terminal) {
            scripts.add(new String(System.in.readAllBytes(), UTF_8));
        }
        return scripts;
    }

    private void prompt(ExportedHistory history, Values values) throws SQLException, IOException {
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            Answer answer = answer(terminal.writer(), true, true);
            long most = answer instanceof TableAnswer ? MOST_AT_A_PROMPT : Long.MAX_VALUE;
            new Prompt(terminal, history, new Asking(history, values), answer, most).run(typedBefore());
        }
    }

    /** Where what was typed is kept, if it can be. What is typed may name somebody: its owner alone reads it. */
    private static Path typedBefore() {
        Path file = Path.of(System.getProperty("user.home"), ".lupa_sql_history");
        Set<PosixFilePermission> owners = PosixFilePermissions.fromString("rw-------");
        try {
            if (Files.exists(file)) {
                Files.setPosixFilePermissions(file, owners);
            } else {
                Files.createFile(file, PosixFilePermissions.asFileAttribute(owners));
            }
        } catch (IOException | UnsupportedOperationException e) {
            // Where nothing can be kept, or the file system knows no owners, the prompt does without, or as it can.
        }
        return file;
    }

    private Answer answer(PrintWriter out, boolean terminal, boolean counted) throws IOException {
        if (form.csv) {
            return new CsvAnswer(out);
        }
        return form.json ? new JsonAnswer(out) : new TableAnswer(out, terminal, counted);
    }

    private ZoneId zone() {
        try {
            return ZoneId.of(timeZone);
        } catch (DateTimeException e) {
            throw new ParameterException(
                    spec.commandLine(), "--time-zone is \"%s\"; write it as Europe/Helsinki.".formatted(timeZone));
        }
    }
}
