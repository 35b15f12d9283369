package fi.lupa.edge.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A body as JSON from a program, or as the fields of a form on one of our own pages: the same names, an empty field left out,
 * {@code address.city} for what lies within another. Fields whose names begin with an underscore are the page's own affair.
 */
public final class RequestBody {

    private static final ObjectMapper FIELDS = Json.MAPPER
            .copy()
            .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            .registerModule(new SimpleModule("fields").addDeserializer(Instant.class, new LocalMoment()));

    private RequestBody() {}

    /**
     * What the caller sends, as far as it can be read: whoever looks at it refuses it with all of its faults.
     *
     * @throws ProblemException 400 if it cannot be read at all
     */
    public static <T> Read<T> read(Context ctx, Class<T> type) {
        return ctx.isFormUrlencoded()
                ? Json.reading(
                        FIELDS,
                        FIELDS.constructType(type),
                        reader -> reader.readValue(FIELDS.<JsonNode>valueToTree(fields(ctx))))
                : Json.reading(ctx, type);
    }

    private static Map<String, Object> fields(Context ctx) {
        Map<String, Object> fields = new LinkedHashMap<>();
        ctx.formParamMap().forEach((name, values) -> {
            List<String> given =
                    values.stream().filter(value -> !value.isBlank()).toList();
            if (given.isEmpty() || name.startsWith("_")) {
                return;
            }
            Object value = given.size() == 1 ? given.get(0) : given;
            int dot = name.indexOf('.');
            if (dot < 0) {
                fields.put(name, value);
            } else {
                within(fields, name.substring(0, dot)).put(name.substring(dot + 1), value);
            }
        });
        return fields;
    }

    @SuppressWarnings("unchecked") // what is put there is one
    private static Map<String, Object> within(Map<String, Object> fields, String name) {
        return (Map<String, Object>)
                fields.merge(name, new TreeMap<String, Object>(), (known, none) -> known instanceof Map ? known : none);
    }

    /** A field of a page has no zone: it is read by the clocks that the pages show moments by. */
    private static final class LocalMoment extends StdDeserializer<Instant> {
        private static final long serialVersionUID = 1L;

        LocalMoment() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String written = parser.getText();
            try {
                return written.endsWith("Z")
                        ? Instant.parse(written)
                        : LocalDateTime.parse(written).atZone(Negotiation.HERE).toInstant();
            } catch (DateTimeException e) {
                return (Instant) context.handleWeirdStringValue(Instant.class, written, "a moment");
            }
        }
    }
}
