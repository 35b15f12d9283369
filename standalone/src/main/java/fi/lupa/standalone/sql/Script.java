package fi.lupa.standalone.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SQL as it is written: statements with semicolons between them, where those stand in no text, name or comment; and commands,
 * which begin with a point and end with their line.
 *
 * @param statements those that a semicolon, and commands that a line ends
 * @param rest what comes after the last semicolon; blank where nothing does
 */
record Script(List<String> statements, String rest) {

    /** What a semicolon, or a word, may stand in without being one; what is left open goes on to the end. */
    private static final Pattern WHOLE = Pattern.compile("(?s)(?<comment>--[^\n]*|/\\*.*?(?:\\*/|\\z))"
            + "|(?<quoted>[eE]'(?:[^'\\\\]|\\\\.|'')*(?:'|\\z)|'(?:[^']|'')*(?:'|\\z)|\"(?:[^\"]|\"\")*(?:\"|\\z)"
            + "|\\$(?<tag>\\w*)\\$.*?(?:\\$\\k<tag>\\$|\\z))"
            + "|(?<end>;)|\\w+|.");

    private static final Pattern LINE = Pattern.compile("[^;\n]*");

    static Script of(String sql) {
        List<String> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        Matcher parts = WHOLE.matcher(sql);
        while (parts.find()) {
            if (parts.group().equals(".") && statement.toString().isBlank()) {
                Matcher line = LINE.matcher(sql).region(parts.start(), sql.length());
                line.lookingAt();
                statements.add(line.group().strip());
                statement.setLength(0);
                parts.region(line.end(), sql.length());
            } else if (parts.group("end") != null) {
                if (!statement.toString().isBlank()) {
                    statements.add(statement.toString().strip());
                }
                statement.setLength(0);
            } else if (parts.group("comment") == null) {
                statement.append(parts.group());
            } else {
                statement.append(' ');
            }
        }
        return new Script(statements, statement.toString().strip());
    }

    /** The statements, and the last also where nothing ends it. */
    List<String> all() {
        List<String> all = new ArrayList<>(statements);
        if (!rest.isBlank()) {
            all.add(rest);
        }
        return all;
    }
}
