package fi.lupa.edge.server;

import fi.lupa.edge.access.Access;
import fi.lupa.edge.access.RequestId;
import fi.lupa.edge.health.Health;
import fi.lupa.edge.health.Latencies;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.http.Problems;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.settings.HttpSettings;
import fi.lupa.edge.settings.TlsKeystore;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.config.SizeUnit;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.util.JavalinBindException;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.QoSHandler;
import org.eclipse.jetty.util.ssl.KeyStoreScanner;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The door of a service: its own routes and what every service has, {@code /health/live}, {@code /health/ready},
 * {@code /metrics} and {@code /openapi.json}, none of which tells anything of a person.
 */
public final class HttpServer implements AutoCloseable {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    /** How long a connection that nobody asks anything on keeps a server that stops. */
    private static final Duration LEFT_IDLE = Duration.ofMillis(100);

    /** Seconds between two looks whether the keystore is another. */
    private static final int LOOK_FOR_EXCHANGED = 1;

    private static final Duration WAIT_FOR_TURN = Duration.ofSeconds(1);

    /** Threads besides those that work: they let callers in, tell those who are too many to come again, and how the service is. */
    private static final int MORE_THREADS = 64;

    /**
     * Connections that have not been accepted yet, unless the system bears fewer. One more hears nothing, and is tried again by the
     * caller's system after one second, three, seven and so on: better that it is told to come again.
     */
    private static final int KNOCKING = 4_096;

    private final Javalin javalin;
    private final HttpSettings settings;

    private HttpServer(Javalin javalin, HttpSettings settings) {
        this.javalin = javalin;
        this.settings = settings;
    }

    /**
     * Opens the door. A route with {@link Role}s beside it is open to those who have one of them; one without is open to all.
     * A handler may answer with {@code ctx.future}; let the future complete on a thread that may wait for a slow caller,
     * never on Kafka's.
     *
     * @param openApiResource the description of the routes, a JSON file on the class path, as {@code fi/lupa/openapi.json}
     * @throws PortTakenException if the port cannot be listened on
     */
    public static HttpServer start(
            HttpSettings settings,
            Access access,
            Health health,
            PrometheusMeterRegistry meters,
            String openApiResource,
            Consumer<RoutesConfig> routes) {
        String openApi = resource(openApiResource);
        Javalin javalin = Javalin.create(config -> {
            configure(config, settings);
            Problems.mount(config);
            config.routes.before(ctx -> meet(access, settings, ctx));
            config.routes.beforeMatched(ctx -> enforce(access, ctx));
            config.requestLogger.http((ctx, milliseconds) -> measure(meters, ctx, milliseconds));
            config.routes.get("/health/live", ctx -> report(ctx, "live", health.notLive(), Map.of()));
            config.routes.get("/health/ready", ctx -> report(ctx, "ready", health.notReady(), health.notes()));
            config.routes.get("/metrics", ctx -> ctx.contentType("text/plain; version=0.0.4; charset=utf-8")
                    .result(meters.scrape()));
            config.routes.get(
                    "/openapi.json", ctx -> ctx.contentType("application/json").result(openApi));
            routes.accept(config.routes);
        });
        try {
            return new HttpServer(javalin.start(settings.host(), settings.port()), settings);
        } catch (JavalinBindException e) {
            throw new PortTakenException(
                    "Port %d on %s cannot be listened on (%s): stop the program that does, or choose another port."
                            .formatted(
                                    settings.port(),
                                    settings.host(),
                                    e.getCause() == null
                                            ? e.getMessage()
                                            : e.getCause().getMessage()),
                    e);
        }
    }

    /** The port it listens on, also when any free one was asked for. */
    public int port() {
        return javalin.port();
    }

    /** Where it listens, as seen from this machine. */
    public URI url() {
        return settings.url(port());
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
        config.jetty.modifyHttpConfiguration(http -> {
            http.setUriCompliance(UriCompliance.DEFAULT);
            http.setSendServerVersion(false);
        });
        config.jetty.addConnector((server, http) -> connector(server, http, settings));
        if (settings.behindProxy()) {
            config.contextResolver.ip = HttpServer::asTheProxySaw;
        }
        config.jetty.threadPool = new QueuedThreadPool(settings.maxRequests() + MORE_THREADS);
        config.jetty.modifyServer(server -> configure(server, settings));
    }

    private static void configure(Server server, HttpSettings settings) {
        server.insertHandler(new HeadAsGet());
        server.insertHandler(new BodyLimit(settings.maxBody()));
        server.insertHandler(new Traced());
        server.insertHandler(limited(settings.maxRequests()));
        server.insertHandler(new GracefulHandler());
        server.setStopTimeout(STOP_TIMEOUT.toMillis());
        server.setErrorHandler(Problems::answer);
    }

    /** More than can be worked on at once wait a little, and then hear 503; how the service is, is told to all. */
    private static QoSHandler limited(int maxRequests) {
        QoSHandler limited = new QoSHandler();
        limited.setMaxRequestCount(maxRequests);
        limited.setMaxSuspendedRequestCount(maxRequests);
        limited.setMaxSuspend(WAIT_FOR_TURN);
        limited.excludePath("/health/*", "/metrics");
        return limited;
    }

    private static Connector connector(Server server, HttpConfiguration http, HttpSettings settings) {
        ServerConnector connector = settings.tls()
                .map(tls -> https(server, http, tls, settings))
                .orElseGet(() -> new ServerConnector(server, new HttpConnectionFactory(http)));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setAcceptQueueSize(KNOCKING);
        connector.setShutdownIdleTimeout(LEFT_IDLE.toMillis());
        return connector;
    }

    /** Shows what is in the keystore, and soon what is put there instead; lets in whom the authorities vouch for, if any are set. */
    private static ServerConnector https(
            Server server, HttpConfiguration http, TlsKeystore tls, HttpSettings settings) {
        SslContextFactory.Server ssl = new SslContextFactory.Server();
        ssl.setKeyStoreType("PKCS12");
        ssl.setKeyStorePath(tls.file().toAbsolutePath().toString());
        ssl.setKeyStorePassword(tls.password().value());
        ssl.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        settings.clientAuthorities().ifPresent(authorities -> {
            ssl.setTrustStore(authorities.trusted());
            ssl.setNeedClientAuth(true);
        });
        KeyStoreScanner exchanged = new ReadableKeystores(ssl, tls);
        exchanged.setScanInterval(LOOK_FOR_EXCHANGED);
        server.addBean(exchanged);
        // People and instances name the host as they reach it; whether the certificate suits the name is theirs to
        // check.
        http.addCustomizer(new SecureRequestCustomizer(false));
        return new ServerConnector(server, ssl, new HttpConnectionFactory(http));
    }

    // Each proxy appends whom it was asked by: the last one is ours, and what stands before it the caller may have made
    // up.
    private static String asTheProxySaw(Context ctx) {
        List<String> forwarded = Collections.list(ctx.req().getHeaders("X-Forwarded-For"));
        return Optional.of(forwarded)
                .filter(headers -> !headers.isEmpty())
                .map(headers -> headers.get(headers.size() - 1))
                .map(last -> last.substring(last.lastIndexOf(',') + 1).strip())
                .filter(last -> !last.isEmpty())
                .orElseGet(() -> ctx.req().getRemoteAddr());
    }

    private static void meet(Access access, HttpSettings settings, Context ctx) {
        try {
            access.meet(ctx);
        } finally {
            harden(settings, ctx);
        }
    }

    private static void harden(HttpSettings settings, Context ctx) {
        if (settings.reachedByTls()) {
            ctx.header("Strict-Transport-Security", "max-age=31536000");
        }
        ctx.header("X-Content-Type-Options", "nosniff")
                .header("X-Frame-Options", "DENY")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("X-Request-Id", RequestId.of(ctx).toString())
                .header("Referrer-Policy", "no-referrer")
                .header(Header.CACHE_CONTROL, "no-store");
    }

    private static void enforce(Access access, Context ctx) {
        Role[] roles = ctx.routeRoles().stream().map(Role.class::cast).toArray(Role[]::new);
        if (roles.length == 0) {
            return;
        }
        Optional<String> signIn = access.signIn(ctx);
        if (signIn.isPresent()) {
            ctx.status(303).header(Header.LOCATION, signIn.get());
            ctx.skipRemainingHandlers();
        } else {
            access.require(ctx, roles);
        }
    }

    private static void report(Context ctx, String state, Map<String, String> reasons, Map<String, String> notes) {
        ctx.status(reasons.isEmpty() ? 200 : 503)
                .json(Map.of("status", reasons.isEmpty() ? state : "not " + state, "reasons", reasons, "notes", notes));
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
                .serviceLevelObjectives(Latencies.bounds())
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
