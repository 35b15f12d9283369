package fi.lupa.edge.http;

import fi.lupa.edge.health.Health;
import fi.lupa.edge.keys.Keys;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.settings.HttpSettings;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.config.SizeUnit;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;

/**
 * The door of a service: its own routes and what every service has, {@code /health/live}, {@code /health/ready},
 * {@code /metrics} and {@code /openapi.json}, none of which tells anything of a person.
 */
public final class HttpServer implements AutoCloseable {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    private final Javalin javalin;
    private final String host;

    private HttpServer(Javalin javalin, String host) {
        this.javalin = javalin;
        this.host = host;
    }

    /**
     * Opens the door. A route with {@link Role}s beside it is open to their keys alone; one without is open to all.
     * A handler may answer with {@code ctx.future}; let the future complete on a thread that may wait for a slow caller,
     * never on Kafka's.
     *
     * @param openApiResource the description of the routes, a JSON file on the class path, as {@code fi/lupa/openapi.json}
     * @throws io.javalin.util.JavalinException if the port is taken
     */
    public static HttpServer start(
            HttpSettings settings,
            Keys keys,
            Health health,
            PrometheusMeterRegistry meters,
            String openApiResource,
            Consumer<RoutesConfig> routes) {
        String openApi = resource(openApiResource);
        Javalin javalin = Javalin.create(config -> {
            configure(config, settings);
            Problems.mount(config);
            config.routes.before(HttpServer::harden);
            config.routes.beforeMatched(ctx -> enforce(keys, ctx));
            config.requestLogger.http((ctx, milliseconds) -> measure(meters, ctx, milliseconds));
            config.routes.get("/health/live", ctx -> report(ctx, "live", health.notLive()));
            config.routes.get("/health/ready", ctx -> report(ctx, "ready", health.notReady()));
            config.routes.get("/metrics", ctx -> ctx.contentType("text/plain; version=0.0.4; charset=utf-8")
                    .result(meters.scrape()));
            config.routes.get(
                    "/openapi.json", ctx -> ctx.contentType("application/json").result(openApi));
            routes.accept(config.routes);
        });
        return new HttpServer(javalin.start(settings.host(), settings.port()), settings.host());
    }

    /** The port it listens on, also when any free one was asked for. */
    public int port() {
        return javalin.port();
    }

    /** Where it listens, as seen from this machine. */
    public URI url() {
        String here = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        return URI.create("http://%s:%d".formatted(here.contains(":") ? "[" + here + "]" : here, port()));
    }

    /** Lets in nobody else, waits up to ten seconds for those inside, and closes. */
    @Override
    public void close() {
        javalin.stop();
    }

    private static void configure(JavalinConfig config, HttpSettings settings) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.jsonMapper(new Json());
        config.http.prefer405over404 = true;
        config.http.asyncTimeout = settings.timeout().toMillis();
        config.http.maxRequestSize = Long.MAX_VALUE; // BodyLimit counts for every way of reading
        // Parts of a form are personal data: they stay in memory, never in a temporary file.
        config.jetty.multipartConfig.maxInMemoryFileSize(settings.maxBody(), SizeUnit.BYTES);
        config.jetty.modifyServletContextHandler(context -> context.setMaxFormContentSize(settings.maxBody()));
        config.jetty.modifyHttpConfiguration(http -> http.setUriCompliance(UriCompliance.DEFAULT));
        config.jetty.modifyServer(server -> configure(server, settings));
    }

    private static void configure(Server server, HttpSettings settings) {
        server.insertHandler(new BodyLimit(settings.maxBody()));
        server.insertHandler(new GracefulHandler());
        server.setStopTimeout(STOP_TIMEOUT.toMillis());
        server.setErrorHandler(Problems::answer);
    }

    private static void harden(Context ctx) {
        ctx.header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header(Header.CACHE_CONTROL, "no-store");
    }

    private static void enforce(Keys keys, Context ctx) {
        Role[] roles = ctx.routeRoles().stream().map(Role.class::cast).toArray(Role[]::new);
        if (roles.length > 0) {
            keys.require(ctx, roles);
        }
    }

    private static void report(Context ctx, String state, Map<String, String> reasons) {
        ctx.status(reasons.isEmpty() ? 200 : 503)
                .json(Map.of("status", reasons.isEmpty() ? state : "not " + state, "reasons", reasons));
    }

    private static void measure(PrometheusMeterRegistry meters, Context ctx, float milliseconds) {
        Timer.builder("lupa.http.requests")
                .description("Time from a request's arrival to its answer, by the route's template")
                .tag("route", Problems.route(ctx))
                .tag(
                        "method",
                        ctx.endpoints().matchedHttpEndpoint() == null
                                ? "any"
                                : ctx.method().name())
                .tag("status", Integer.toString(ctx.statusCode()))
                .serviceLevelObjectives(Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofSeconds(1))
                .register(meters)
                .record(Duration.ofNanos((long) (milliseconds * 1e6)));
    }

    private static String resource(String name) {
        try (InputStream in = HttpServer.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IllegalArgumentException("There is no %s on the class path.".formatted(name));
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
