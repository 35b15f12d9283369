package fi.lupa.standalone.sql;

import java.io.IOException;
import java.util.List;

/** Takes the rows of one answer and writes them. */
interface Answer {

    /** @param numeric which columns hold numbers */
    void begin(List<String> columns, List<Boolean> numeric) throws IOException;

    /** @param values as {@link Values} makes them */
    void row(List<Object> values) throws IOException;

    /** The same for an answer of which nothing is to be cut or counted. */
    default Answer whole() {
        return this;
    }

    /** @param more whether rows are left that are not shown */
    void end(long rows, boolean more) throws IOException;
}
