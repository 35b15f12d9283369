package fi.lupa.edge.http;

import java.util.regex.Pattern;

/** A cell of comma-separated values, which people open in a spreadsheet. */
public final class SpreadsheetCell {

    private static final String FORMULAS_BEGIN_WITH = "=-@+";

    /** Ids of 22 characters, phone numbers and plain email addresses begin with such a sign, too, and would be others with more before it. */
    private static final Pattern AS_IT_IS = Pattern.compile("[A-Za-z0-9_-]{22}|\\+\\d+|[\\w.+-]+@[\\w.-]+");

    private SpreadsheetCell() {}

    /** The text, with an apostrophe before what a spreadsheet would take for a formula, as somebody may have typed for their name. */
    public static String harmless(String text) {
        boolean formula = text != null
                && !text.isEmpty()
                && FORMULAS_BEGIN_WITH.indexOf(text.charAt(0)) >= 0
                && !AS_IT_IS.matcher(text).matches();
        return formula ? "'" + text : text;
    }
}
