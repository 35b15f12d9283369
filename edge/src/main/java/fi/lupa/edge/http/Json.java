package fi.lupa.edge.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.fasterxml.jackson.datatype.jsr310.deser.InstantDeserializer;
import fi.lupa.edge.settings.DidYouMean;
import io.javalin.json.JavalinJackson;
import io.javalin.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** JSON as both services read and write it; a body that does not fit is a problem of the caller, told without its content. */
public final class Json implements JsonMapper {
    /** Instants as ISO 8601 and nothing else; unknown and repeated properties are refused, since one of them may be a withdrawal. */
    public static final ObjectMapper MAPPER = com.fasterxml.jackson.databind.json.JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(new SimpleModule().addDeserializer(Instant.class, new WrittenInstant()))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS, SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            // Else 4 would be a LIFT: a word is written, never counted.
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .build();

    private final JavalinJackson writer = new JavalinJackson(MAPPER, false);

    @Override
    public String toJsonString(Object object, Type type) {
        return writer.toJsonString(object, type);
    }

    @Override
    public InputStream toJsonStream(Object object, Type type) {
        return writer.toJsonStream(object, type);
    }

    @Override
    public void writeToOutputStream(Stream<?> stream, OutputStream out) {
        writer.writeToOutputStream(stream, out);
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Javalin's signature
    public <T> T fromJsonString(String json, Type type) {
        return read(() -> MAPPER.readValue(json, MAPPER.constructType(type)));
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Javalin's signature
    public <T> T fromJsonStream(InputStream json, Type type) {
        return read(() -> MAPPER.readValue(json, MAPPER.constructType(type)));
    }

    interface Reading<T> {
        T value() throws IOException;
    }

    /** What is read, or a problem of the caller. */
    static <T> T read(Reading<T> reading) {
        try {
            T value = reading.value();
            if (value == null) {
                throw ProblemException.badRequest(List.of(new Fault(null, "The body is empty.")));
            }
            return value;
        } catch (JacksonException e) {
            throw ProblemException.badRequest(List.of(fault(e)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Fault fault(JacksonException e) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            List<String> known = unknown.getKnownPropertyIds().stream()
                    .map(String::valueOf)
                    .sorted()
                    .toList();
            return new Fault(
                    path(unknown), "This property is unknown" + DidYouMean.of(unknown.getPropertyName(), known));
        }
        if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
            return new Fault(path(mapping), "This is not of the kind that is expected here.");
        }
        JsonLocation location = e.getLocation();
        return new Fault(
                null,
                location == null
                        ? "The body cannot be read as JSON."
                        : "The body cannot be read as JSON from line %d, column %d on."
                                .formatted(location.getLineNr(), location.getColumnNr()));
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
    }

    /** Refuses numbers: seconds taken for milliseconds make a moment that never comes. */
    private static final class WrittenInstant extends StdDeserializer<Instant> {
        private static final long serialVersionUID = 1L;

        WrittenInstant() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return parser.hasToken(JsonToken.VALUE_STRING)
                    ? InstantDeserializer.INSTANT.deserialize(parser, context)
                    : (Instant) context.handleUnexpectedToken(Instant.class, parser);
        }
    }
}
