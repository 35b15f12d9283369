package fi.lupa.edge.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.fasterxml.jackson.datatype.jsr310.deser.InstantDeserializer;
import fi.lupa.edge.settings.DidYouMean;
import io.javalin.http.Context;
import io.javalin.json.JavalinJackson;
import io.javalin.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
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
        return read(MAPPER, MAPPER.constructType(type), reader -> reader.readValue(withoutMark(json)));
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // Javalin's signature
    public <T> T fromJsonStream(InputStream json, Type type) {
        return read(MAPPER, MAPPER.constructType(type), reader -> reader.readValue(json));
    }

    /** Some programs begin UTF-8 with the mark of its byte order, which JSON does not have (RFC 8259, 8.1). */
    private static String withoutMark(String json) {
        return json.startsWith("\uFEFF") ? json.substring(1) : json;
    }

    interface Reading<T> {
        T by(ObjectReader reader) throws IOException;
    }

    /** What is read, or a problem of the caller that names every fault. */
    private static <T> T read(ObjectMapper mapper, JavaType type, Reading<T> reading) {
        Read<T> read = reading(mapper, type, reading);
        if (!read.faults().isEmpty()) {
            throw ProblemException.badRequest(read.faults());
        }
        return read.value();
    }

    /**
     * What is sent, as far as it can be read: for a door that has more to say about it.
     *
     * @throws ProblemException 400 if it cannot be read at all
     */
    public static <T> Read<T> reading(Context ctx, Class<T> type) {
        String body = withoutMark(ctx.body());
        return reading(MAPPER, MAPPER.constructType(type), reader -> reader.readValue(body));
    }

    static <T> Read<T> reading(ObjectMapper mapper, JavaType type, Reading<T> reading) {
        Misfits misfits = new Misfits();
        try {
            T value = reading.by(mapper.readerFor(type).withHandler(misfits));
            if (value == null) {
                throw ProblemException.badRequest(List.of(new Fault(null, "The body is empty.")));
            }
            return new Read<>(value, misfits.faults());
        } catch (JacksonException e) {
            List<Fault> faults = new ArrayList<>(misfits.faults());
            // What is made of something that was not read may fail by that alone.
            if (faults.isEmpty() || !(e instanceof ValueInstantiationException)) {
                faults.add(fault(e));
            }
            throw ProblemException.badRequest(faults);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * One JSON object after another, each as far as it can be read: a single one and NDJSON are read alike. Where objects stand
     * on a line each, one that is no JSON hides no fault of another.
     */
    public static <T> List<Read<T>> readAll(Context ctx, Class<T> type) {
        String body = withoutMark(ctx.body());
        List<Read<T>> all = new ArrayList<>();
        ObjectReader reader = MAPPER.readerFor(type).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        try (JsonParser parser = MAPPER.createParser(body)) {
            while (parser.nextToken() != null) {
                all.add(one(reader, parser));
            }
            return all;
        } catch (IOException e) {
            List<String> lines = body.lines().filter(line -> !line.isBlank()).toList();
            if (lines.size() > 1
                    && lines.stream().allMatch(line -> line.stripLeading().startsWith("{"))) {
                return lines.stream().map(line -> Json.<T>line(line, type)).toList();
            }
            all.add(new Read<>(null, List.of()));
            return all;
        }
    }

    private static <T> Read<T> one(ObjectReader reader, JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return new Read<>(null, List.of());
        }
        Misfits misfits = new Misfits();
        try {
            T value = reader.withHandler(misfits).readValue(parser);
            return new Read<>(value, misfits.faults());
        } catch (JsonMappingException e) {
            if (e.getCause() instanceof StreamReadException noJson) {
                throw noJson;
            }
            while (!parser.getParsingContext().inRoot() && parser.nextToken() != null) {
                // On to the end of this object.
            }
            return unread(misfits, e);
        }
    }

    private static <T> Read<T> line(String line, Class<T> type) {
        Misfits misfits = new Misfits();
        try {
            T value = MAPPER.readerFor(type).withHandler(misfits).readValue(line);
            return new Read<>(value, misfits.faults());
        } catch (JsonMappingException e) {
            return e.getCause() instanceof StreamReadException ? new Read<>(null, List.of()) : unread(misfits, e);
        } catch (JacksonException e) {
            return new Read<>(null, List.of());
        }
    }

    private static <T> Read<T> unread(Misfits misfits, JsonMappingException e) {
        List<Fault> faults = new ArrayList<>(misfits.faults());
        if (!e.getPath().isEmpty() && (faults.isEmpty() || !(e instanceof ValueInstantiationException))) {
            faults.add(fault(e));
        }
        return new Read<>(null, faults);
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
            return new Fault(path(mapping), Misfits.MISFIT + ".");
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
