package fi.lupa.standalone.sql;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
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

    private static final List<String> COMMANDS = List.of(".tables", ".schema", ".help", ".quit");

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
                .completer(names(history))
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

    static Names names(ExportedHistory history) throws SQLException {
        return new Names(COMMANDS, history.tableNames(), history.columnNames());
    }

    private void take(String line) throws IOException {
        SignalHandler before = terminal.handle(Signal.INT, signal -> cancel());
        try {
            for (String statement : Script.of(line).statements()) {
                if (statement.equals(".help")) {
                    out.println(HELP);
                } else {
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

    private void cancel() {
        try {
            asking.cancel();
        } catch (SQLException e) {
            out.println(e.getMessage());
        }
    }

    /** What was typed is whole when a semicolon ends it. */
    private static final class WholeStatements extends DefaultParser {

        @Override
        public ParsedLine parse(String line, int cursor, ParseContext context) {
            if (context == ParseContext.ACCEPT_LINE && !Script.of(line).rest().isBlank()) {
                throw new EOFError(-1, -1, "No semicolon yet");
            }
            return super.parse(line, cursor, context);
        }
    }
}
