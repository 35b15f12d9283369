package fi.lupa.standalone.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Array;
import java.sql.Blob;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBStruct;

/** DuckDB's values as texts, numbers, truths, lists and maps; moments are those of one time zone. */
final class Values {

    static final ObjectMapper JSON = new ObjectMapper();

    private final ZoneId zone;

    Values(ZoneId zone) {
        this.zone = zone;
    }

    Object plain(Object value) throws SQLException {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        if (value instanceof OffsetDateTime at) {
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(at.atZoneSameInstant(zone));
        }
        if (value instanceof Instant at) {
            return plain(at.atZone(zone).toOffsetDateTime());
        }
        if (value instanceof DuckDBStruct struct) {
            return plain(struct.getMap());
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> plain = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                plain.put(String.valueOf(plain(entry.getKey())), plain(entry.getValue()));
            }
            return plain;
        }
        if (value instanceof Array array) {
            return plain(Arrays.asList((Object[]) array.getArray()));
        }
        if (value instanceof Iterable<?> list) {
            List<Object> plain = new ArrayList<>();
            for (Object one : list) {
                plain.add(plain(one));
            }
            return plain;
        }
        if (value instanceof Blob blob) {
            return HexFormat.of().formatHex(blob.getBytes(1, (int) blob.length()));
        }
        return value.toString();
    }

    /** One line of text; what is nested as JSON. */
    static String text(Object plain) {
        if (plain instanceof Map || plain instanceof List) {
            try {
                return JSON.writeValueAsString(plain);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("Plain values are always JSON", e);
            }
        }
        return String.valueOf(plain);
    }
}
