package fi.lupa.edge.kafka;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The headers of a record that say which trace it belongs to, {@code traceparent} and {@code tracestate} (W3C Trace Context). Of
 * the headers that others write, these alone are passed on to what is made of a record: nobody knows what is in the rest.
 */
public final class TraceHeaders {

    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

    private static final TextMapGetter<Headers> FROM_RECORD = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Headers headers) {
            return Arrays.stream(headers.toArray()).map(Header::key).toList();
        }

        @Override
        public String get(Headers headers, String name) {
            Header header = headers == null ? null : headers.lastHeader(name);
            return header == null || header.value() == null
                    ? null
                    : new String(header.value(), StandardCharsets.US_ASCII);
        }
    };

    private TraceHeaders() {}

    /** Of these headers the trace alone; none where there is none, or something else under its name. */
    public static Headers of(Headers headers) {
        if (headers.lastHeader("traceparent") == null) {
            return new RecordHeaders();
        }
        return of(W3C.extract(Context.root(), headers, FROM_RECORD));
    }

    /** Of these headers the trace alone, by header, for where it has to be kept; {@link #of(Map)} reads it back. */
    public static Map<String, String> asText(Headers headers) {
        return Arrays.stream(of(headers).toArray())
                .collect(
                        Collectors.toMap(Header::key, header -> new String(header.value(), StandardCharsets.US_ASCII)));
    }

    /** @param trace as {@link #asText} told it */
    public static Headers of(Map<String, String> trace) {
        Headers headers = new RecordHeaders();
        trace.forEach((name, value) -> headers.add(name, value.getBytes(StandardCharsets.US_ASCII)));
        return headers;
    }

    /** The trace that is under way. */
    static Headers of(Context context) {
        Headers trace = new RecordHeaders();
        if (Span.fromContext(context).getSpanContext().isValid()) {
            W3C.inject(
                    context,
                    trace,
                    (headers, name, value) -> headers.add(name, value.getBytes(StandardCharsets.US_ASCII)));
        }
        return trace;
    }
}
