package fi.lupa.campaign.audience;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.http.SpreadsheetCell;
import java.io.BufferedWriter;
import java.io.Flushable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Rows of the same columns, written one after another, each on a line of its own. */
public interface Rows extends Flushable {

    String CSV = "text/csv";
    String NDJSON = "application/x-ndjson";

    /** What they can be written as, the first where nobody prefers another. */
    List<String> TYPES = List.of(CSV, NDJSON);

    /** @param values one for each column; null for none */
    void row(String... values) throws IOException;

    /**
     * @param type one of {@link #TYPES}
     * @param continued whether the rows follow others, and so need no line with the columns' names
     */
    static Rows of(String type, OutputStream out, boolean continued, String... columns) throws IOException {
        return type.equals(CSV) ? new Csv(out, continued, columns) : new NdJson(out, columns);
    }

    /** RFC 4180. */
    final class Csv implements Rows {

        private final CSVPrinter printer;

        Csv(OutputStream out, boolean continued, String... columns) throws IOException {
            CSVFormat format = CSVFormat.RFC4180
                    .builder()
                    .setHeader(columns)
                    .setSkipHeaderRecord(continued)
                    .get();
            printer = new CSVPrinter(new BufferedWriter(new OutputStreamWriter(out, UTF_8)), format);
        }

        @Override
        public void row(String... values) throws IOException {
            printer.printRecord(Arrays.stream(values).map(SpreadsheetCell::harmless));
        }

        @Override
        public void flush() throws IOException {
            printer.flush();
        }
    }

    /** One JSON object on each line; a column without a value is left out. */
    final class NdJson implements Rows {

        private final JsonGenerator json;
        private final String[] columns;

        NdJson(OutputStream out, String... columns) throws IOException {
            this.columns = columns;
            this.json = Json.MAPPER.createGenerator(out).setPrettyPrinter(new MinimalPrettyPrinter(""));
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        }

        @Override
        public void row(String... values) throws IOException {
            json.writeStartObject();
            for (int i = 0; i < columns.length; i++) {
                if (values[i] != null) {
                    json.writeStringField(columns[i], values[i]);
                }
            }
            json.writeEndObject();
            json.writeRaw('\n');
        }

        @Override
        public void flush() throws IOException {
            json.flush();
        }
    }
}
