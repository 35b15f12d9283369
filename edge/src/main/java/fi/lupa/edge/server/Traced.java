package fi.lupa.edge.server;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Handles each request as part of a trace: the one that an OpenTelemetry agent has found, else the caller's by its
 * {@code traceparent} (W3C Trace Context), else a new one. What is written to Kafka meanwhile carries it on.
 */
final class Traced extends Handler.Wrapper {

    private static final TextMapGetter<Request> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Request request) {
            return request.getHeaders().getFieldNamesCollection();
        }

        @Override
        public String get(Request request, String name) {
            return request == null ? null : request.getHeaders().get(name);
        }
    };

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        try (Scope traced = of(request).makeCurrent()) {
            return super.handle(request, response, callback);
        }
    }

    private static Context of(Request request) {
        Context current = Context.current();
        if (isTraced(current)) {
            return current;
        }
        Context callers = W3CTraceContextPropagator.getInstance().extract(current, request, HEADERS);
        return isTraced(callers) ? callers : callers.with(Span.wrap(begun()));
    }

    private static boolean isTraced(Context context) {
        return Span.fromContext(context).getSpanContext().isValid();
    }

    /** Nobody has asked for it to be recorded: that is for the caller to say. */
    private static SpanContext begun() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return SpanContext.create(
                TraceId.fromLongs(random.nextLong(), random.nextLong(1, Long.MAX_VALUE)),
                SpanId.fromLong(random.nextLong(1, Long.MAX_VALUE)),
                TraceFlags.getDefault(),
                TraceState.getDefault());
    }
}
