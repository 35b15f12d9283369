package fi.lupa.standalone.sql;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.Terminal.SignalHandler;

/** A person at a terminal asks, statement by statement, over as many lines as each takes. */
final class Prompt {

    private static final String HELP = """
            A statement ends with a semicolon. Ctrl-C ends what is being asked, Ctrl-D leaves.
              .tables        tables and views, and what they tell
              .schema NAME   the columns of one
              .help          this
              .quit          leaves""";

    private final Terminal terminal;
    private final ExportedHistory history;
    private final Asking asking;
    private final Answer answer;
    private final long most;
    private final PrintWriter out;

    /** @param most rows that are shown of an answer */
    Prompt(Terminal terminal, ExportedHistory history, Asking asking, Answer answer, long most) {
        this.terminal = terminal;
        this.history = history;
        this.asking = asking;
        this.answer = answer;
        this.most = most;
        this.out = terminal.writer();
    }

    /** @param said where what was typed is kept for the next time */
    void run(Path said) throws SQLException, IOException {
        LineReader reader = LineReaderBuilder.builder()
                .appName("lupa sql")
                .terminal(terminal)
                .parser(new WholeStatements())
                .completer(new StringsCompleter(names()))
                .variable(LineReader.HISTORY_FILE, said)
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, "  ... ")
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .build();
        out.println(".help tells what there is besides SQL.");
        while (true) {
            try {
                String line = reader.readLine("lupa> ").strip();
                if (line.equals(".quit")) {
                    return;
                }
                take(line);
            } catch (UserInterruptException e) {
                // The line is given up, and no more.
            } catch (EndOfFileException e) {
                return;
            }
        }
    }

    private void take(String line) throws IOException {
        SignalHandler before = terminal.handle(Signal.INT, signal -> cancel());
        try {
            if (line.startsWith(".")) {
                command(line);
            } else {
                for (String statement : Script.of(line).statements()) {
                    asking.ask(statement, answer, most);
                }
            }
        } catch (SQLException e) {
            out.println(ExportedHistory.why(e));
        } finally {
            terminal.handle(Signal.INT, before);
            out.flush();
        }
    }

    private void command(String line) throws SQLException, IOException {
        if (line.equals(".tables")) {
            whole(history.tables());
        } else if (line.startsWith(".schema ")) {
            whole("SELECT column_name, column_type FROM (DESCRIBE %s)"
                    .formatted(ExportedHistory.name(
                            line.substring(".schema ".length()).strip())));
        } else {
            out.println(HELP);
        }
    }

    private void whole(String sql) throws SQLException, IOException {
        asking.ask(sql, new TableAnswer(out, false, false), Long.MAX_VALUE);
    }

    private void cancel() {
        try {
            asking.cancel();
        } catch (SQLException e) {
            out.println(e.getMessage());
        }
    }

    private List<String> names() throws SQLException {
        List<String> names = new ArrayList<>(List.of(".tables", ".schema", ".help", ".quit"));
        try (Statement statement = history.connection().createStatement();
                ResultSet found = statement.executeQuery(history.tables())) {
            while (found.next()) {
                names.add(found.getString(1));
            }
        }
        return names;
    }

    /** What was typed is whole when a semicolon ends it. */
    private static final class WholeStatements extends DefaultParser {

        @Override
        public ParsedLine parse(String line, int cursor, ParseContext context) {
            boolean whole = line.isBlank()
                    || line.strip().startsWith(".")
                    || Script.of(line).rest().isBlank();
            if (context == ParseContext.ACCEPT_LINE && !whole) {
                throw new EOFError(-1, -1, "No semicolon yet");
            }
            return super.parse(line, cursor, context);
        }
    }
}
