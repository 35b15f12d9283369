package fi.lupa.edge.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.router.Endpoint;
import io.javalin.router.EndpointNotFound;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever goes wrong with a request into a problem, and keeps what the caller sent out of the log. */
public final class Problems {
    private static final Logger log = LoggerFactory.getLogger(Problems.class);
    private static final String PROBLEM_JSON = "application/problem+json";
    private static final Duration SOON = Duration.ofSeconds(1);

    private Problems() {}

    public static void mount(JavalinConfig config) {
        config.routes.exception(ProblemException.class, (refusal, ctx) -> answer(ctx, refusal));
        config.routes.exception(EndpointNotFound.class, (e, ctx) -> answer(ctx, nothingHere()));
        config.routes.exception(HttpResponseException.class, Problems::refused);
        config.routes.exception(UnsupportedCharsetException.class, (e, ctx) -> answer(ctx, unknownCharset()));
        config.routes.exception(IllegalCharsetNameException.class, (e, ctx) -> answer(ctx, unknownCharset()));
        config.routes.exception(CancellationException.class, (e, ctx) -> answer(ctx, noAnswerInTime()));
        config.routes.exception(Exception.class, Problems::failed);
        config.routes.error(500, Problems::unanswered);
        config.router.javaLangErrorHandler(Problems::broken);
    }

    /** The template of the route that was asked for, so that no path parameter is ever logged or counted. */
    public static String route(Context ctx) {
        Endpoint endpoint = ctx.endpoints().matchedHttpEndpoint();
        return endpoint == null ? "unmatched" : endpoint.path;
    }

    private static void answer(Context ctx, ProblemException refusal) {
        if (ctx.res().isCommitted()) {
            breakOff(ctx);
            return;
        }
        Problem problem = refusal.problem();
        ctx.status(problem.status());
        refusal.retryAfter().ifPresent(wait -> ctx.header(Header.RETRY_AFTER, seconds(wait)));
        if (problem.status() == 401) {
            ctx.header(Header.WWW_AUTHENTICATE, "Bearer");
        }
        if (problem.status() == 413) {
            ctx.header(Header.CONNECTION, "close"); // the rest of the body may still be in it
        }
        if (Negotiation.wantsHtml(ctx)) {
            ctx.header(Header.CONTENT_SECURITY_POLICY, ProblemPage.CONTENT_SECURITY_POLICY)
                    .contentType("text/html; charset=utf-8")
                    .result(ProblemPage.of(problem, Negotiation.language(ctx)));
        } else {
            ctx.contentType(PROBLEM_JSON).result(json(problem));
        }
    }

    // Half a list must not look like a whole one: the caller sees its connection break.
    private static void breakOff(Context ctx) {
        ServletContextRequest.getServletContextRequest(ctx.req())
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint()
                .close();
    }

    // Whatever wraps a refusal on its way, a future, the servlet or a reader of parts, the refusal is the answer.
    private static void failed(Exception e, Context ctx) {
        Optional<ProblemException> refusal = first(ProblemException.class, e);
        if (refusal.isPresent()) {
            answer(ctx, refusal.get());
        } else if (first(HttpException.RuntimeException.class, e).isPresent()) {
            ctx.header(Header.CONNECTION, "close");
            answer(ctx, ProblemException.badRequest(List.of(new Fault(null, "The parts of the body cannot be read."))));
        } else {
            log.atError()
                    .addKeyValue("route", route(ctx))
                    .addKeyValue("exception", withoutMessages(e))
                    .log("A request failed");
            answer(ctx, failure());
        }
    }

    private static void refused(HttpResponseException e, Context ctx) {
        if (e instanceof MethodNotAllowedResponse) {
            String methods = String.join(", ", e.getDetails().values());
            ctx.header(Header.ALLOW, methods);
            answer(ctx, plain(405, "This address takes " + methods + "."));
        } else {
            answer(ctx, plain(e.getStatus(), e.getMessage()));
        }
    }

    // Javalin sets 500 without a body when a future takes too long, and then cancels it.
    private static void unanswered(Context ctx) {
        if (ctx.resultInputStream() == null && !ctx.res().isCommitted()) {
            answer(ctx, noAnswerInTime());
        }
    }

    private static void broken(HttpServletResponse response, Error error) {
        log.atError().addKeyValue("exception", withoutMessages(error)).log("A request failed");
        response.setContentType(PROBLEM_JSON);
        try {
            response.getOutputStream().write(json(failure().problem()));
            response.flushBuffer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers what Jetty refuses before it reaches a route: an address that is none, one request too many, one while it closes. */
    public static boolean answer(Request request, Response response, Callback callback) {
        boolean closing =
                !request.getConnectionMetaData().getConnector().getServer().isStarted();
        if (closing && response.getStatus() == HttpStatus.INTERNAL_SERVER_ERROR_500) {
            // What it is made of stops part by part, and a late request meets the rest.
            response.setStatus(HttpStatus.SERVICE_UNAVAILABLE_503);
        }
        String detail = response.getStatus() < 500
                ? "The request is not one this server can read."
                : "The service cannot answer now; try again in a moment.";
        byte[] body = json(plain(response.getStatus(), detail).problem());
        if (response.getStatus() == HttpStatus.SERVICE_UNAVAILABLE_503) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, seconds(SOON));
        }
        response.getHeaders()
                .put(HttpHeader.CONTENT_TYPE, PROBLEM_JSON)
                .put(HttpHeader.CACHE_CONTROL, "no-store")
                .put("X-Content-Type-Options", "nosniff");
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }

    private static ProblemException unknownCharset() {
        return ProblemException.unsupportedMediaType("The character set of the body is unknown; send UTF-8.");
    }

    private static ProblemException nothingHere() {
        return ProblemException.notFound("There is nothing at this address.");
    }

    private static ProblemException noAnswerInTime() {
        return ProblemException.unavailable(
                "No answer came in time, so it is not certain whether the request was recorded; send it again.",
                Duration.ofSeconds(10));
    }

    private static ProblemException failure() {
        return plain(500, "The service failed; it is not certain whether the request was recorded. Try again later.");
    }

    private static ProblemException plain(int status, String detail) {
        return new ProblemException(status, HttpStatus.getMessage(status), detail, List.of(), null);
    }

    private static String seconds(Duration wait) {
        return Long.toString(Math.max(1, wait.plusMillis(999).toSeconds()));
    }

    private static byte[] json(Problem problem) {
        try {
            return Json.MAPPER.writeValueAsBytes(problem);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    // Messages of exceptions quote what they stumbled over, so only classes and places go to the log.
    private static String withoutMessages(Throwable thrown) {
        return causes(thrown)
                .map(cause -> Stream.concat(
                                Stream.of(cause.getClass().getName()),
                                Arrays.stream(cause.getStackTrace()).limit(20).map(place -> "  at " + place))
                        .collect(Collectors.joining("\n")))
                .collect(Collectors.joining("\ncaused by "));
    }

    private static <T extends Throwable> Optional<T> first(Class<T> kind, Throwable thrown) {
        return causes(thrown).filter(kind::isInstance).map(kind::cast).findFirst();
    }

    private static Stream<Throwable> causes(Throwable thrown) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause).limit(10);
    }
}
