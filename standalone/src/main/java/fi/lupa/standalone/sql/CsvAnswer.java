package fi.lupa.standalone.sql;

import fi.lupa.edge.http.SpreadsheetCell;
import java.io.IOException;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Comma-separated values with a line of names; nothing is an empty cell, and no text a formula. */
final class CsvAnswer implements Answer {

    private final CSVPrinter csv;

    CsvAnswer(Appendable out) throws IOException {
        this.csv = new CSVPrinter(
                out, CSVFormat.RFC4180.builder().setRecordSeparator('\n').get());
    }

    @Override
    public void begin(List<String> columns, List<Boolean> numeric) throws IOException {
        csv.printRecord(columns);
    }

    @Override
    public void row(List<Object> values) throws IOException {
        csv.printRecord(values.stream()
                .map(value -> value instanceof String text
                        ? SpreadsheetCell.harmless(text)
                        : value == null ? null : Values.text(value))
                .toList());
    }

    @Override
    public void end(long rows, boolean more) {
        // The last row is the end.
    }
}
