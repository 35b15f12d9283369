package fi.lupa.edge.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.access.TestAccess;
import fi.lupa.edge.health.Health;
import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.keys.GeneratedKeys;
import fi.lupa.edge.keys.Keys;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.settings.HttpSettings;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** The door over loopback: what comes in is limited, what goes wrong is a problem, and no log names a caller. */
class HttpServerTest {
    private static final String AINO = "aino@example.fi";
    private static final int MEGABYTE = 1024 * 1024;
    private static final Logger ROOT = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static final PrometheusMeterRegistry METERS = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private static final AtomicReference<String> BROKER_TROUBLE = new AtomicReference<>();
    private static final CompletableFuture<String> LATE = new CompletableFuture<>();
    private static final CountDownLatch INSIDE = new CountDownLatch(1);

    private static GeneratedKeys keys;
    private static HttpServer server;

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeAll
    static void open(@TempDir Path directory) {
        keys = GeneratedKeys.writeTo(directory);
        server = serve(TestAccess.with(Keys.load(directory.resolve("keys.yaml"))));
    }

    @AfterAll
    static void close() {
        server.close();
    }

    @BeforeEach
    void listen() {
        logged.start();
        ROOT.addAppender(logged);
    }

    @AfterEach
    void leave() {
        ROOT.detachAppender(logged);
    }

    private static HttpServer serve(Access access) {
        return HttpServer.start(
                CommandLine.populateCommand(new HttpSettings(0), "--http-timeout=2s"),
                access,
                new Health().ready("kafka", () -> Optional.ofNullable(BROKER_TROUBLE.get())),
                METERS,
                "fi/lupa/edge/http/openapi.json",
                HttpServerTest::routes);
    }

    record Letter(String to, Instant at) {}

    private static void routes(RoutesConfig routes) {
        routes.post("/body", ctx -> ctx.result(Integer.toString(ctx.body().length())));
        routes.post(
                "/stream",
                ctx -> ctx.result(Long.toString(ctx.bodyInputStream().transferTo(OutputStream.nullOutputStream()))));
        routes.post("/parts", ctx -> ctx.result(String.valueOf(ctx.formParamMap())));
        routes.post("/letters", ctx -> ctx.json(ctx.bodyAsClass(Letter.class)));
        routes.get("/subjects/{email}", HttpServerTest::fail);
        routes.get("/errors/{email}", ctx -> {
            throw new AssertionError("stumbled over " + ctx.pathParam("email"));
        });
        routes.get("/faulty", ctx -> {
            throw ProblemException.badRequest(List.of(
                    new Fault("email", "<script>alert('\"&')</script>"), new Fault(null, "No statement was made.")));
        });
        routes.get("/busy", ctx -> {
            throw ProblemException.tooManyRequests(Duration.ofMillis(1500));
        });
        routes.get("/future/good", ctx -> ctx.future(() -> CompletableFuture.supplyAsync(() -> ctx.result("good"))));
        routes.get(
                "/future/refused",
                ctx -> ctx.future(() -> CompletableFuture.supplyAsync(() -> {
                    throw ProblemException.unavailable("Kafka does not answer.", Duration.ofSeconds(7));
                })));
        routes.get(
                "/future/wrapped",
                ctx -> ctx.future(() -> CompletableFuture.failedFuture(
                        new CompletionException(new IOException(ProblemException.conflict("It is another letter."))))));
        routes.get("/future/failed/{email}", ctx -> ctx.future(() -> CompletableFuture.supplyAsync(() -> fail(ctx))));
        routes.get("/future/never", ctx -> ctx.future(CompletableFuture::new));
        routes.get(
                "/future/late",
                ctx -> ctx.future(() -> {
                    INSIDE.countDown();
                    return LATE.thenAccept(ctx::result);
                }));
        routes.get("/halfway/{email}", ctx -> {
            ctx.outputStream().write("aino;eero\n".repeat(10_000).getBytes(UTF_8));
            ctx.outputStream().flush();
            fail(ctx);
        });
        routes.get("/desk", ctx -> ctx.result("welcome"), Role.OPERATOR, Role.MARKETER);
    }

    private static Object fail(Context ctx) {
        throw new IllegalStateException("stumbled over " + ctx.pathParam("email"));
    }

    @Test
    void livesAndIsReadyUntilACheckObjects() throws Exception {
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);

        BROKER_TROUBLE.set("No broker answers at 127.0.0.1:9092.");

        HttpResponse<String> ready = get("/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(json(ready).at("/reasons/kafka").asText()).isEqualTo("No broker answers at 127.0.0.1:9092.");
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void describesItself() throws Exception {
        assertThat(json(get("/openapi.json")).path("openapi").asText()).isEqualTo("3.1.0");
        assertThatThrownBy(
                        () -> HttpServer.start(new HttpSettings(0), null, null, METERS, "no/such.json", routes -> {}))
                .hasMessageContaining("no/such.json");
    }

    @Test
    void countsByTheRoutesTemplateNeverByItsParameters() throws Exception {
        get("/subjects/" + AINO);
        get("/nowhere/" + AINO);

        String metrics = get("/metrics").body();

        assertThat(metrics)
                .contains("lupa_http_requests_seconds_count{method=\"GET\",route=\"/subjects/{email}\",status=\"500\"}")
                .contains("lupa_http_requests_seconds_count{method=\"any\",route=\"unmatched\",status=\"404\"}")
                .doesNotContain(AINO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/subjects/" + AINO, "/future/failed/" + AINO, "/errors/" + AINO})
    void answersAFailureWithoutInternalsAndLogsItWithoutThePerson(String path) throws Exception {
        HttpResponse<String> response = get(path + "?phone=0401234567");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(type(response)).isEqualTo("application/problem+json");
        assertThat(response.body()).doesNotContain("stumbled", "IllegalState", AINO);
        assertThat(log()).contains("HttpServerTest.java").containsAnyOf("IllegalStateException", "AssertionError");
        assertThat(log()).doesNotContain(AINO, "stumbled", "0401234567");
    }

    @Test
    void namesTheTemplateOfTheRouteThatFailed() throws Exception {
        get("/subjects/" + AINO);

        assertThat(log()).contains("route=\"/subjects/{email}\"");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /nowhere, 404, Not Found",
        "GET, /body, 405, Method Not Allowed",
        "DELETE, /busy, 405, Method Not Allowed",
        "GET, /subjects/%zz, 400, Bad Request",
        "GET, /busy, 429, Too Many Requests",
        "GET, /future/refused, 503, Service Unavailable",
        "GET, /future/wrapped, 409, Conflict",
        "GET, /desk, 401, Unauthorized"
    })
    void answersWhateverIsRefusedWithAProblem(String method, String path, int status, String title) throws Exception {
        String answer = raw(method + " " + path + " HTTP/1.1\r\nHost: lupa\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 " + status).contains("application/problem+json", "nosniff", "no-store");
        JsonNode problem = Json.MAPPER.readTree(body(answer));
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("title").asText()).isEqualTo(title);
        assertThat(problem.path("type").asText()).isEqualTo("about:blank");
        assertThat(problem.path("detail").asText()).endsWith(".");
        assertThat(problem.path("faults").isArray()).isTrue();
    }

    @Test
    void saysWhichMethodsThereAre() throws Exception {
        assertThat(get("/body").headers().firstValue("Allow")).contains("POST");
        assertThat(get("/body", "Accept", "text/html").headers().firstValue("Allow"))
                .contains("POST");
    }

    @Test
    void saysWhenToTryAgainInWholeSecondsRoundedUp() throws Exception {
        assertThat(get("/busy").headers().firstValue("Retry-After")).contains("2");
        assertThat(get("/future/refused").headers().firstValue("Retry-After")).contains("7");
    }

    @Test
    void answersFromAFuture() throws Exception {
        assertThat(get("/future/good").body()).isEqualTo("good");
    }

    @Test
    void doesNotWaitForEverForAFuture() throws Exception {
        HttpResponse<String> response = get("/future/never");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(json(response).path("detail").asText()).startsWith("No answer came in time");
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void breaksOffAListThatFailsHalfway() {
        assertThatThrownBy(() -> get("/halfway/" + AINO)).isInstanceOf(IOException.class);
        assertThat(log()).contains("/halfway/{email}").doesNotContain(AINO);
    }

    @Test
    void letsThoseInsideFinishWhenItCloses() throws Exception {
        HttpServer closing = serve(TestAccess.with(null));
        CompletableFuture<HttpResponse<String>> answer = CLIENT.sendAsync(
                HttpRequest.newBuilder(closing.url().resolve("/future/late")).build(), BodyHandlers.ofString());
        assertThat(INSIDE.await(5, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> closed = CompletableFuture.runAsync(closing::close);
        CompletableFuture.delayedExecutor(1_500, TimeUnit.MILLISECONDS).execute(() -> LATE.complete("done"));

        assertThat(answer.get(5, TimeUnit.SECONDS).body()).isEqualTo("done");
        closed.get(5, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({"/body, false", "/body, true", "/stream, false", "/stream, true", "/parts, false", "/parts, true"})
    void readsNoBodyBeyondTheLimit(String path, boolean chunked) throws Exception {
        HttpResponse<String> refused = post(path, tenMegabytes(path), chunked);

        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(type(refused)).isEqualTo("application/problem+json");
        assertThat(json(refused).path("detail").asText()).contains(Integer.toString(MEGABYTE));
        assertThat(post("/body", new byte[1000], chunked).body()).isEqualTo("1000");
    }

    @Test
    void readsABodyOfExactlyTheLimit() throws Exception {
        assertThat(post("/body", new byte[MEGABYTE], false).body()).isEqualTo(Integer.toString(MEGABYTE));
        assertThat(post("/body", new byte[MEGABYTE], true).body()).isEqualTo(Integer.toString(MEGABYTE));
        assertThat(post("/body", new byte[MEGABYTE + 1], true).statusCode()).isEqualTo(413);
    }

    /** While it comes, it keeps another from being worked on. */
    @Test
    void aBodyThatComesDropByDropIsEnded() throws Exception {
        long began = System.nanoTime();
        try (Socket slow = new Socket(server.url().getHost(), server.port())) {
            OutputStream out = slow.getOutputStream();
            out.write("POST /body HTTP/1.1\r\nHost: lupa\r\nContent-Length: 1000\r\n\r\n".getBytes(UTF_8));
            InputStream in = slow.getInputStream();
            while (in.available() == 0
                    && System.nanoTime() - began < Duration.ofSeconds(30).toNanos()) {
                out.write('a');
                out.flush();
                Thread.sleep(500);
            }
            byte[] answer = new byte[12];
            assertThat(in.readNBytes(answer, 0, answer.length)).isPositive();
            assertThat(new String(answer, UTF_8)).isEqualTo("HTTP/1.1 408");
        }
    }

    @Test
    void readsTheFieldsOfAMultipartForm() throws Exception {
        String aino = "aino".repeat(MEGABYTE / 5);
        String form = "--edge\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\n" + aino + "\r\n--edge--\r\n";

        assertThat(post("/parts", form.getBytes(UTF_8), false).body()).isEqualTo("{email=[" + aino + "]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"to\":\"aino\",\"at\":\"2026-01-02T03:04:05Z\"}|200|2026-01-02T03:04:05Z",
                "{\"to\":\"aino\",\"att\":1}|400|did you mean at?",
                "{\"to\":\"aino\",\"at\":\"noon\"}|400|\"field\":\"at\"",
                "{\"to\":\"aino\",\"to\":\"eero\"}|400|line 1",
                "{\"to\":|400|line 1",
                "null|400|empty"
            })
    void readsJsonAndSaysWhereItDoesNotFitWithoutRepeatingIt(String body, int status, String says) throws Exception {
        HttpResponse<String> response = post("/letters", body.getBytes(UTF_8), false);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).contains(says);
        assertThat(response.body()).doesNotContain("noon", "eero");
    }

    @Test
    void showsABrowserTheProblemAsAPageWithEveryFaultEscaped() throws Exception {
        HttpResponse<String> page = get("/faulty", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");

        assertThat(page.statusCode()).isEqualTo(400);
        assertThat(type(page)).isEqualTo("text/html;charset=utf-8");
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'none'"));
        assertThat(page.body())
                .contains("<html lang=\"en\">", "<h1>Something is missing or wrong</h1>")
                .contains("<li>email: &lt;script&gt;alert(&#39;&quot;&amp;&#39;)&lt;/script&gt;</li>")
                .contains("<li>No statement was made.</li>")
                .doesNotContain("<script>");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fi-FI,fi;q=0.9,en;q=0.8|fi|Jotakin puuttuu tai on väärin",
                "sv|sv|Något saknas eller är fel",
                "de,sv;q=0.5|sv|Något saknas eller är fel",
                "de|en|Something is missing or wrong",
                ";;q=x|en|Something is missing or wrong"
            })
    void speaksTheLanguageOfTheReader(String accepted, String language, String title) throws Exception {
        String page = get("/faulty", "Accept", "text/html", "Accept-Language", accepted)
                .body();

        assertThat(page).contains("<html lang=\"" + language + "\">", "<h1>" + title + "</h1>");
    }

    @Test
    void opensARouteWithRolesToTheirKeysAlone() throws Exception {
        assertThat(get("/desk").headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(get("/desk", "Authorization", "Bearer " + keys.operator()).body())
                .isEqualTo("welcome");
        assertThat(get("/desk", "Authorization", "bearer " + keys.marketer()).body())
                .isEqualTo("welcome");
        assertThat(get("/desk", "Authorization", "Bearer " + keys.site()).statusCode())
                .isEqualTo(403);
        assertThat(get("/desk", "Authorization", "Bearer " + keys.site() + "x").statusCode())
                .isEqualTo(401);
        assertThat(get("/desk", "Authorization", "Basic " + keys.operator()).statusCode())
                .isEqualTo(401);
    }

    @Test
    void saysThatItsPortIsTaken() {
        assertThatThrownBy(() -> HttpServer.start(
                        new HttpSettings(server.port()),
                        null,
                        new Health(),
                        METERS,
                        "fi/lupa/edge/http/openapi.json",
                        routes -> {}))
                .isInstanceOf(PortTakenException.class)
                .hasMessageContaining("Port " + server.port());
    }

    @Test
    void answersHeadAsItWouldGet() throws Exception {
        assertThat(head("/nowhere").statusCode()).isEqualTo(404);
        assertThat(head("/desk").statusCode()).isEqualTo(401);
        HttpResponse<String> welcome = head("/desk", "Authorization", "Bearer " + keys.operator());
        assertThat(welcome.statusCode()).isEqualTo(200);
        assertThat(welcome.headers().firstValue("Content-Length")).contains("7");
        assertThat(welcome.body()).isEmpty();
        assertThat(get("/desk", "Authorization", "Bearer " + keys.operator()).body())
                .isEqualTo("welcome");
    }

    @Test
    void guardsEveryAnswerAgainstSniffingCachingAndReferring() throws Exception {
        for (String path : List.of("/health/live", "/faulty", "/nowhere", "/future/good")) {
            assertThat(get(path).headers().map())
                    .containsEntry("X-Content-Type-Options", List.of("nosniff"))
                    .containsEntry("Referrer-Policy", List.of("no-referrer"))
                    .containsEntry("Cache-Control", List.of("no-store"));
        }
    }

    @Test
    void refusesWhatIsNoRequest() throws Exception {
        assertThat(raw("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400").contains("application/problem+json");
        assertThat(raw("GET / HTTP/1.1\r\nHost: lupa\r\nX: " + "x".repeat(20_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431")
                .contains("application/problem+json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/parts|multipart/form-data|x|400",
                "/parts|multipart/form-data; boundary=edge|x|400",
                "/parts|multipart/form-data; boundary=edge|--edge|400",
                "/parts|application/json|{}|200",
                "/parts|application/x-www-form-urlencoded|%zz=%zz&a|200",
                "/body|text/plain; charset=nope|x|415",
                "/body|;;;|x|200"
            })
    void blamesTheCallerForABodyThatIsNotWhatItSays(String path, String type, String body, int status)
            throws Exception {
        HttpResponse<String> response = CLIENT.send(
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    }

    private String log() {
        return logged.list.stream()
                .map(event -> event.getFormattedMessage() + event.getKeyValuePairs() + event.getThrowableProxy())
                .collect(Collectors.joining("\n"));
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        return send("GET", path, headers);
    }

    private HttpResponse<String> head(String path, String... headers) throws Exception {
        return send("HEAD", path, headers);
    }

    private HttpResponse<String> send(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server.url() + path)).method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, byte[] body, boolean chunked) throws Exception {
        BodyPublisher publisher = chunked
                ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                : BodyPublishers.ofByteArray(body);
        String type = path.equals("/parts") ? "multipart/form-data; boundary=edge" : "application/json";
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .header("Content-Type", type)
                        .POST(publisher)
                        .build(),
                BodyHandlers.ofString());
    }

    private static byte[] tenMegabytes(String path) {
        String head = path.equals("/parts") ? "--edge\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" : "";
        return (head + "a".repeat(10 * MEGABYTE) + (head.isEmpty() ? "" : "\r\n--edge--\r\n")).getBytes(UTF_8);
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(request.getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private static String body(String answer) {
        String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        return body.substring(body.indexOf('{'), body.lastIndexOf('}') + 1);
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        return Json.MAPPER.readTree(response.body());
    }

    private static String type(HttpResponse<String> response) {
        return response.headers().firstValue("Content-Type").orElse("");
    }
}
