package fi.lupa.edge.http;

import java.util.regex.Pattern;

/** A cell of comma-separated values, which people open in a spreadsheet. */
public final class SpreadsheetCell {

    /** As a set of characters that a regular expression takes between brackets, too. */
    public static final String FORMULAS_BEGIN_WITH = "=@+-";

    /** Ids of 22 characters, phone numbers and plain email addresses begin with such a sign, too, and would be others with more before it. */
    public static final String AS_IT_IS = "[A-Za-z0-9_-]{22}|\\+\\d+|[\\w.+-]+@[\\w.-]+";

    private static final Pattern HARMLESS = Pattern.compile(AS_IT_IS);

    private SpreadsheetCell() {}

    /** The text, with an apostrophe before what a spreadsheet would take for a formula, as somebody may have typed for their name. */
    public static String harmless(String text) {
        boolean formula = text != null
                && !text.isEmpty()
                && FORMULAS_BEGIN_WITH.indexOf(text.charAt(0)) >= 0
                && !HARMLESS.matcher(text).matches();
        return formula ? "'" + text : text;
    }
}
