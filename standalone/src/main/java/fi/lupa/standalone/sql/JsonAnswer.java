package fi.lupa.standalone.sql;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON object a line. */
final class JsonAnswer implements Answer {

    private final PrintWriter out;
    private List<String> columns;

    JsonAnswer(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void begin(List<String> columns, List<Boolean> numeric) {
        this.columns = columns;
    }

    @Override
    public void row(List<Object> values) throws IOException {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            object.put(columns.get(i), values.get(i));
        }
        out.println(Values.JSON.writeValueAsString(object));
    }

    @Override
    public void end(long rows, boolean more) {
        // The last line is the end.
    }
}
