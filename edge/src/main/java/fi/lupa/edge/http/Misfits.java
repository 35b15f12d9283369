package fi.lupa.edge.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import fi.lupa.edge.settings.DidYouMean;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Writes down what does not fit and reads on, so that all of it is told at once; for one reading. */
final class Misfits extends DeserializationProblemHandler {

    static final String MISFIT = "This is not of the kind that is expected here";

    private final List<Fault> faults = new ArrayList<>();

    List<Fault> faults() {
        return List.copyOf(faults);
    }

    @Override
    public Object handleWeirdStringValue(DeserializationContext context, Class<?> type, String value, String failure) {
        return misfit(context, type);
    }

    @Override
    public Object handleWeirdNumberValue(DeserializationContext context, Class<?> type, Number value, String failure) {
        return misfit(context, type);
    }

    @Override
    public Object handleUnexpectedToken(
            DeserializationContext context, JavaType type, JsonToken token, JsonParser parser, String failure)
            throws IOException {
        Object read = misfit(context, type.getRawClass());
        if (read == null) {
            parser.skipChildren();
        }
        return read;
    }

    @Override
    public Object handleMissingInstantiator(
            DeserializationContext context,
            Class<?> type,
            ValueInstantiator instantiator,
            JsonParser parser,
            String failure)
            throws IOException {
        Object read = misfit(context, type);
        if (read == null) {
            parser.skipChildren();
        }
        return read;
    }

    @Override
    public boolean handleUnknownProperty(
            DeserializationContext context,
            JsonParser parser,
            JsonDeserializer<?> deserializer,
            Object bean,
            String property)
            throws IOException {
        String path = path(context.getParser().getParsingContext());
        // What a record does not know it sets aside and comes back to at its end.
        boolean setAside = parser != context.getParser();
        String field = setAside ? (path.isEmpty() ? property : path + "." + property) : path;
        List<String> known = deserializer.getKnownPropertyNames() == null
                ? List.of()
                : deserializer.getKnownPropertyNames().stream()
                        .map(String::valueOf)
                        .sorted()
                        .toList();
        faults.add(new Fault(field, "This property is unknown" + DidYouMean.of(property, known)));
        parser.skipChildren();
        return true;
    }

    /** Null, as if nothing stood there; of the whole there is nothing to go on with. */
    private Object misfit(DeserializationContext context, Class<?> type) {
        JsonParser parser = context.getParser();
        JsonStreamContext at = parser.getParsingContext();
        // At the beginning of an object or a list the parser is within it already.
        boolean begins = parser.currentToken() != null && parser.currentToken().isStructStart();
        String path = path(begins ? at.getParent() : at);
        if (path.isEmpty()) {
            return NOT_HANDLED;
        }
        faults.add(new Fault(path, MISFIT + expected(type)));
        return null;
    }

    /** The end of the sentence: what is expected instead. */
    private static String expected(Class<?> type) {
        if (type.isEnum()) {
            return "; it is one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(word -> ((Enum<?>) word).name())
                            .collect(Collectors.joining(", ", "", "."));
        }
        if (type == Instant.class) {
            return "; a moment is written as 2026-01-31T09:30:00Z.";
        }
        if (type == Duration.class) {
            return "; a time is written as P30D or PT12H.";
        }
        return type == LocalTime.class ? "; an hour is written as 09:00." : ".";
    }

    private static String path(JsonStreamContext context) {
        if (context == null || context.inRoot()) {
            return "";
        }
        String before = path(context.getParent());
        if (context.inArray()) {
            return before + "[" + context.getCurrentIndex() + "]";
        }
        return context.getCurrentName() == null
                ? before
                : before + (before.isEmpty() ? "" : ".") + context.getCurrentName();
    }
}
