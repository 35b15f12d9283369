package fi.lupa.edge.access;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.edge.health.Health;
import fi.lupa.edge.http.Negotiation;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.keys.GeneratedKeys;
import fi.lupa.edge.keys.Keys;
import fi.lupa.edge.keys.Principal;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.links.Link;
import fi.lupa.edge.links.LinkTokens;
import fi.lupa.edge.server.HttpServer;
import fi.lupa.edge.settings.HttpSettings;
import fi.lupa.event.AuditEvent;
import fi.lupa.event.AuditOutcome;
import fi.lupa.event.SignIn;
import io.javalin.config.RoutesConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** A browser at the door: in by a password, in for a while, and only by its own pages. */
class SignInTest {
    private static final Role[] STAFF = Role.OF_STAFF.toArray(Role[]::new);
    private static final String AINO = "Gv70MpjnuHZs45e0eP8VvA";

    @TempDir
    private Path folder;

    private final Watch watch = new Watch();
    private final TestAccess written = new TestAccess();
    private static GeneratedKeys generated;
    private static String list;

    private HttpServer server;
    private Access access;
    private Browser browser;

    @BeforeAll
    static void generate(@TempDir Path once) throws IOException {
        generated = GeneratedKeys.writeTo(once);
        list = Files.readString(once.resolve("keys.yaml"));
    }

    @BeforeEach
    void open() throws IOException {
        Files.writeString(folder.resolve("keys.yaml"), list);
        open(0);
    }

    private void open(int perMinute, String... settings) {
        HttpSettings http = CommandLine.populateCommand(new HttpSettings(0), settings);
        Keys keys = Keys.load(folder.resolve("keys.yaml"));
        access = written.access(keys, Optional.empty(), http.reachedByTls(), perMinute, watch);
        server = HttpServer.start(
                http,
                access,
                new Health(),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                "fi/lupa/edge/http/openapi.json",
                this::routes);
        browser = new Browser(server.url());
    }

    private void reopen(int perMinute, String... settings) {
        server.close();
        open(perMinute, settings);
    }

    private void routes(RoutesConfig routes) {
        new StaffLogin(access, "/console", URI.create("http://127.0.0.1"), TestAccess.SECRET, watch).mount(routes);
        routes.get(
                "/console",
                ctx -> {
                    Principal caller = access.require(ctx, STAFF);
                    StaffLogin.html(ctx, 200, """
                            %s <input type="hidden" name="_csrf" value="%s">
                            """.formatted(
                                    Account.of(caller, Negotiation.language(ctx)), access.csrfToken(ctx)));
                },
                STAFF);
        routes.get(
                "/v1/subjects/{id}",
                ctx -> ctx.future(() -> access.record(ctx, ctx.pathParam("id")).thenRun(() -> ctx.result("Aino"))),
                Role.DPO,
                Role.CUSTOMER_SERVICE,
                Role.OPERATOR);
        routes.post("/v1/subjects/{id}", ctx -> ctx.result("changed"), Role.DPO);
        routes.post("/v1/campaigns/{id}", ctx -> ctx.result("sent"), Role.CAMPAIGN);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void signsInAndOut() throws Exception {
        assertThat(browser.get("/console").statusCode()).isEqualTo(303);

        HttpResponse<String> in = browser.signIn(GeneratedKeys.STAFF, generated.staffPassword());

        assertThat(in.statusCode()).isEqualTo(200);
        assertThat(in.body()).contains("url=/console\"");
        assertThat(in.headers().firstValue("Set-Cookie").orElseThrow())
                .startsWith("lupa=")
                .contains("HttpOnly", "SameSite=Strict", "Path=/")
                .doesNotContain("Secure", "Max-Age", "Domain");
        assertThat(browser.get("/console").body())
                .contains(GeneratedKeys.STAFF, "customer service", "data protection officer", "marketer");

        Map<String, String> copied = Map.copyOf(browser.cookies);
        HttpResponse<String> out = browser.post("/console/logout", Map.of("_csrf", browser.csrf()));
        assertThat(out.statusCode()).isEqualTo(303);
        assertThat(out.headers().firstValue("Location")).contains("/console/login");
        assertThat(browser.cookies).isEmpty();
        browser.cookies.putAll(copied);
        assertThat(browser.get("/console").statusCode()).isEqualTo(303);
    }

    @ParameterizedTest
    @CsvSource({"staff, wrong", "nobody, wrong", "website, wrong", "'', ''"})
    void letsNobodyInWithoutTheirPassword(String name, String password) throws Exception {
        HttpResponse<String> answer = browser.signIn(name, password);

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body())
                .contains("The user name or the password is wrong")
                .doesNotContain("value=\"staff\"");
        assertThat(browser.cookies).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"fi, Kirjaudu sisään", "sv, Logga in", "en, Sign in", "de, Sign in"})
    void speaksTheReadersLanguage(String language, String title) throws Exception {
        HttpResponse<String> page = browser.get("/console/login", "Accept-Language", language);

        assertThat(page.body()).contains("<h1>" + title + "</h1>", "<title>" + title + " – Lupa</title>");
    }

    @Test
    void pagesRunNothingOfOthersAndAreShownInNoOther() throws Exception {
        HttpResponse<String> page = browser.get("/console/login");

        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'self'")
                .doesNotContain("unsafe");
        assertThat(page.headers().map()).containsEntry("x-frame-options", List.of("DENY"));
        assertThat(page.headers().map()).containsEntry("cross-origin-opener-policy", List.of("same-origin"));
        assertThat(page.headers().map()).doesNotContainKeys("server", "strict-transport-security");
        assertThat(page.body()).doesNotContain("<script", "style=");
    }

    @Test
    void stylesAndScriptsAreKeptByTheirVersion() throws Exception {
        for (String path : List.of(Assets.PICO, Assets.STAFF, Assets.HTMX)) {
            HttpResponse<String> asset = browser.get(path);
            assertThat(path).matches("/assets/\\w+-[0-9a-f.]+(\\.min)?\\.(css|js)");
            assertThat(asset.statusCode()).isEqualTo(200);
            assertThat(asset.headers().firstValue("Cache-Control")).contains("public, max-age=31536000, immutable");
            assertThat(asset.body().length()).isGreaterThan(1_000);
        }
    }

    @Test
    void behindTlsTheCookieIsThisHostsAlone() throws Exception {
        reopen(0, "--behind-proxy");

        HttpResponse<String> in = browser.signIn(GeneratedKeys.STAFF, generated.staffPassword());

        assertThat(in.headers().firstValue("Set-Cookie").orElseThrow())
                .startsWith("__Host-lupa=")
                .contains("Secure", "HttpOnly", "SameSite=Strict", "Path=/")
                .doesNotContain("Domain");
        assertThat(in.headers().firstValue("Strict-Transport-Security")).contains("max-age=31536000");
        assertThat(browser.get("/console").statusCode()).isEqualTo(200);
    }

    @Test
    void aSessionEndsAfterHalfAnHourOfSilenceAndEightHoursOfWork() throws Exception {
        signedIn();
        watch.pass(Duration.ofMinutes(29));
        assertThat(browser.get("/console").statusCode()).isEqualTo(200);
        watch.pass(Duration.ofMinutes(29));
        assertThat(browser.get("/console").statusCode()).isEqualTo(200);
        watch.pass(Duration.ofMinutes(30));
        assertThat(browser.get("/console").statusCode()).isEqualTo(303);

        signedIn();
        for (int i = 0; i < 23; i++) {
            watch.pass(Duration.ofMinutes(20));
            assertThat(browser.get("/console").statusCode()).isEqualTo(200);
        }
        watch.pass(Duration.ofMinutes(20));
        assertThat(browser.get("/console").statusCode()).isEqualTo(303);
    }

    @Test
    void aSessionThatSomebodyChangedOrMadeIsNone() throws Exception {
        signedIn();
        String good = browser.cookies.get("lupa");
        String otherInstallation =
                new Sealed(new byte[32], "lupa sessions 1").seal(Map.of("name", "staff", "local", true));
        String otherPurpose = new Sealed(TestAccess.SECRET, "lupa trips to the provider 1").seal(Map.of("name", "a"));
        char last = good.charAt(good.length() - 3);
        String changed =
                good.substring(0, good.length() - 3) + (last == 'A' ? 'B' : 'A') + good.substring(good.length() - 2);

        for (String forged : List.of(
                changed,
                good.substring(1),
                otherInstallation,
                otherPurpose,
                "eyJhbGciOiJub25lIn0.e30.",
                "x",
                "",
                "a".repeat(5000))) {
            browser.cookies.put("lupa", forged);
            assertThat(browser.get("/console").statusCode()).as(forged).isEqualTo(303);
        }
        browser.cookies.put("lupa", good);
        assertThat(browser.get("/console").statusCode()).isEqualTo(200);
    }

    @Test
    void whoIsTakenOffTheListIsOutAtOnce() throws Exception {
        signedIn();
        String cookie = browser.cookies.get("lupa");
        Files.writeString(
                folder.resolve("keys.yaml"),
                Files.readString(folder.resolve("keys.yaml"))
                        .replace("[customer-service, dpo, marketer]", "[analyst]"));
        reopen(0);
        browser.cookies.put("lupa", cookie);
        assertThat(browser.get("/v1/subjects/" + AINO).statusCode()).isEqualTo(403);

        Files.writeString(
                folder.resolve("keys.yaml"),
                Files.readString(folder.resolve("keys.yaml")).replace("name: staff", "name: other"));
        reopen(0);
        browser.cookies.put("lupa", cookie);
        assertThat(browser.get("/v1/subjects/" + AINO).statusCode()).isEqualTo(401);
    }

    @Test
    void changesNothingWithoutTheTokenOfTheSession() throws Exception {
        signedIn();
        String csrf = browser.csrf();
        String path = "/v1/subjects/" + AINO;

        assertThat(browser.post(path, Map.of("_csrf", csrf)).statusCode()).isEqualTo(200);
        assertThat(browser.post(path, Map.of(), "X-CSRF-Token", csrf).statusCode())
                .isEqualTo(200);
        assertThat(browser.post(path, Map.of()).statusCode()).isEqualTo(403);
        assertThat(browser.post(path, Map.of("_csrf", "")).statusCode()).isEqualTo(403);
        assertThat(browser.post(path, Map.of("_csrf", csrf + "x")).statusCode()).isEqualTo(403);
        signedIn();
        assertThat(browser.post(path, Map.of("_csrf", csrf)).statusCode()).isEqualTo(403);
    }

    @Test
    void changesNothingForAPageOfOthers() throws Exception {
        signedIn();
        Map<String, String> form = Map.of("_csrf", browser.csrf());
        String path = "/v1/subjects/" + AINO;
        String here = "http://127.0.0.1:" + server.port();

        assertThat(browser.postFrom("cross-site", path, form).statusCode()).isEqualTo(403);
        assertThat(browser.postFrom("same-site", path, form).statusCode()).isEqualTo(403);
        assertThat(browser.postFrom("none", path, form).statusCode()).isEqualTo(403);
        assertThat(browser.postFrom("", path, form).statusCode()).isEqualTo(403);
        assertThat(browser.postFrom("", path, form, "Origin", "null").statusCode())
                .isEqualTo(403);
        assertThat(browser.postFrom("", path, form, "Origin", "https://evil.example")
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.postFrom("", path, form, "Origin", here + ".evil.example")
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.postFrom("", path, form, "Origin", here).statusCode())
                .isEqualTo(200);
        assertThat(browser.postFrom("cross-site", path, form, "Origin", here).statusCode())
                .isEqualTo(403);
        assertThat(browser.postFrom(
                                "cross-site",
                                "/console/login",
                                Map.of("name", "staff", "password", generated.staffPassword()))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void aKeyNeedsNoTokenAndAWrongOneIsNotHelpedByASession() throws Exception {
        signedIn();

        assertThat(browser.get("/v1/subjects/" + AINO, "Authorization", "Bearer nobodys")
                        .statusCode())
                .isEqualTo(401);
        assertThat(browser.postFrom(
                                "", "/v1/campaigns/spring", Map.of(), "Authorization", "Bearer " + generated.campaign())
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "//evil.example",
                "/\\evil.example",
                "/console/../../evil",
                "/consoles",
                "/v1/subjects",
                "javascript:alert(1)",
                "/console\nSet-Cookie: a=b",
                "/console/login/provider",
                ""
            })
    void leadsNowhereElseAfterwards(String elsewhere) throws Exception {
        HttpResponse<String> in = browser.post(
                "/console/login", Map.of("name", "staff", "password", generated.staffPassword(), "return", elsewhere));

        assertThat(in.statusCode()).isEqualTo(200);
        assertThat(in.body()).contains("content=\"0;url=/console\"");
    }

    @Test
    void leadsBackToTheOwnPageThatWasAskedForWithoutWhatItWasAskedAbout() throws Exception {
        HttpResponse<String> sent = browser.get("/console?email=aino@example.fi");

        assertThat(sent.headers().firstValue("Location")).contains("/console/login?return=%2Fconsole");
        assertThat(browser.post(
                                "/console/login",
                                Map.of(
                                        "name",
                                        "staff",
                                        "password",
                                        generated.staffPassword(),
                                        "return",
                                        "/console/requests/7"))
                        .body())
                .contains("content=\"0;url=/console/requests/7\"");
    }

    @Test
    void tellsAProgramThatItIsNotKnownAndSendsItNowhere() throws Exception {
        assertThat(browser.get("/console", "Authorization", "Bearer nobodys").statusCode())
                .isEqualTo(401);
        assertThat(browser.get("/v1/subjects/" + AINO).statusCode()).isEqualTo(401);
    }

    @Test
    void guessingWaitsLongerEveryTime() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(browser.signIn("staff", "guess").statusCode()).isEqualTo(401);
        }
        HttpResponse<String> told = browser.signIn("staff", generated.staffPassword());
        assertThat(told.statusCode()).isEqualTo(429);
        assertThat(told.headers().firstValue("Retry-After")).contains("1");

        watch.pass(Duration.ofSeconds(1));
        assertThat(browser.signIn("staff", "guess").statusCode()).isEqualTo(401);
        assertThat(browser.signIn("staff", "guess").headers().firstValue("Retry-After"))
                .contains("2");
        watch.pass(Duration.ofSeconds(2));
        assertThat(browser.signIn("staff", generated.staffPassword()).statusCode())
                .isEqualTo(200);
        assertThat(browser.signIn("staff", "guess").statusCode()).isEqualTo(401);
    }

    @Test
    void anAddressThatTriesManyNamesWaitsToo() {
        Attempts attempts = new Attempts(watch);
        for (int i = 0; i < 30; i++) {
            attempts.begin("name" + i, "10.0.0.1");
        }

        assertThat(refusedFor(attempts, "another", "10.0.0.1")).isPositive();
        assertThat(refusedFor(attempts, "another", "10.0.0.2")).isZero();
        watch.pass(Duration.ofHours(2));
        assertThat(refusedFor(attempts, "another", "10.0.0.1")).isZero();
    }

    @Test
    void noWaitIsLongerThanAQuarterOfAnHour() {
        Attempts attempts = new Attempts(watch);
        long wait = 0;
        for (int i = 0; i < 40; i++) {
            watch.pass(Duration.ofMinutes(15));
            attempts.begin("staff", "10.0.0." + i);
            wait = refusedFor(attempts, "staff", "10.0.1." + i);
        }

        assertThat(wait).isEqualTo(15 * 60);
    }

    @Test
    void recordsWhoSawWhomBeforeTheySee() throws Exception {
        signedIn();
        HttpResponse<String> seen = browser.get("/v1/subjects/" + AINO + "?email=aino@example.fi");

        assertThat(seen.body()).isEqualTo("Aino");
        assertThat(written.recorded).singleElement().satisfies(event -> {
            assertThat(event.getPrincipal()).isEqualTo("staff");
            assertThat(event.getRoles()).containsExactly("customer-service", "dpo");
            assertThat(event.getSignIn()).isEqualTo(SignIn.SESSION);
            assertThat(event.getAction()).isEqualTo("GET /v1/subjects/{id}");
            assertThat(event.getSubjectId()).isEqualTo(AINO);
            assertThat(event.getOutcome()).isEqualTo(AuditOutcome.ALLOWED);
            assertThat(event.getService()).isEqualTo("test");
            assertThat(seen.headers().firstValue("X-Request-Id"))
                    .contains(event.getRequestId().toString());
            assertThat(event.toString()).doesNotContain("aino@");
        });
    }

    @Test
    void showsNothingThatIsNotRecorded() throws Exception {
        signedIn();
        written.outcome = CompletableFuture.failedFuture(
                ProblemException.unavailable("It could not be recorded now.", Duration.ofSeconds(5)));

        HttpResponse<String> answer = browser.get("/v1/subjects/" + AINO);

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).doesNotContain("Aino");
        assertThat(browser.post("/v1/campaigns/spring", Map.of("_csrf", browser.csrf()))
                        .statusCode())
                .isEqualTo(503);
    }

    @Test
    void recordsWhoWasRefusedAndNotWhoIsNobody() throws Exception {
        browser.get("/v1/subjects/" + AINO, "Authorization", "Bearer nobodys");
        assertThat(written.recorded).isEmpty();

        browser.get("/v1/subjects/" + AINO, "Authorization", "Bearer " + generated.marketer());

        assertThat(written.recorded).singleElement().satisfies(event -> {
            assertThat(event.getPrincipal()).isEqualTo("marketing");
            assertThat(event.getRoles()).containsExactly("marketer");
            assertThat(event.getSignIn()).isEqualTo(SignIn.KEY);
            assertThat(event.getOutcome()).isEqualTo(AuditOutcome.REFUSED);
            assertThat(event.getSubjectId()).isNull();
        });
    }

    @Test
    void aRelayedRequestKeepsItsIdAndNobodyElseChoosesOne() throws Exception {
        String id = "6f2d1f0e-7a43-4b6b-9d39-0a4ac5d9d001";
        LinkTokens tokens = new LinkTokens(TestAccess.SECRET);
        Instant now = watch.instant();

        assertThat(requestId(tokens.sign(new Link.Peer(id, now.plusSeconds(1)))))
                .isEqualTo(id);
        for (String forged : List.of(
                tokens.sign(new Link.Peer(id, now)),
                tokens.sign(new Link.Preferences(id, now.plusSeconds(1))),
                new LinkTokens(new byte[32]).sign(new Link.Peer(id, now.plusSeconds(1))),
                id,
                "aino@example.fi")) {
            HttpResponse<String> refused = relayed(forged);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("X-Request-Id"))
                    .hasValueSatisfying(
                            made -> assertThat(made).isNotEqualTo(id).doesNotContain("aino"));
            assertThat(refused.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        }
        assertThat(written.recorded).extracting(AuditEvent::getRequestId).hasSize(1);
    }

    private String requestId(String relayed) throws Exception {
        return relayed(relayed).headers().firstValue("X-Request-Id").orElseThrow();
    }

    private HttpResponse<String> relayed(String relayed) throws Exception {
        return browser.get(
                "/v1/subjects/" + AINO, "Authorization", "Bearer " + generated.operator(), "X-Lupa-Relayed", relayed);
    }

    @Test
    void whoCallsTooOftenIsToldWhenToComeAgain() throws Exception {
        reopen(2);
        String path = "/v1/subjects/" + AINO;
        String operator = "Bearer " + generated.operator();

        assertThat(browser.get(path, "Authorization", operator).statusCode()).isEqualTo(200);
        assertThat(browser.get(path, "Authorization", operator).statusCode()).isEqualTo(200);
        HttpResponse<String> told = browser.get(path, "Authorization", operator);
        assertThat(told.statusCode()).isEqualTo(429);
        assertThat(told.headers().firstValue("Retry-After")).contains("30");
        assertThat(browser.get(path, "Authorization", "Bearer " + generated.marketer())
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void onlyADeclaredProxyIsBelievedWhomItWasAskedBy() throws Exception {
        reopen(1);
        String path = "/v1/subjects/" + AINO;
        String operator = "Bearer " + generated.operator();
        assertThat(browser.get(path, "Authorization", operator, "X-Forwarded-For", "10.0.0.1")
                        .statusCode())
                .isEqualTo(200);
        assertThat(browser.get(path, "Authorization", operator, "X-Forwarded-For", "10.0.0.2")
                        .statusCode())
                .isEqualTo(429);

        reopen(1, "--behind-proxy");
        assertThat(browser.get(path, "Authorization", operator, "X-Forwarded-For", "10.0.0.1")
                        .statusCode())
                .isEqualTo(200);
        assertThat(browser.get(path, "Authorization", operator, "X-Forwarded-For", "made-up, 10.0.0.2")
                        .statusCode())
                .isEqualTo(200);
        assertThat(browser.get(path, "Authorization", operator, "X-Forwarded-For", "other, 10.0.0.2")
                        .statusCode())
                .isEqualTo(429);
    }

    private void signedIn() throws Exception {
        assertThat(browser.signIn(GeneratedKeys.STAFF, generated.staffPassword())
                        .statusCode())
                .isEqualTo(200);
    }

    private static long refusedFor(Attempts attempts, String name, String address) {
        try {
            attempts.begin(name, address);
            return 0;
        } catch (ProblemException e) {
            return e.retryAfter().orElseThrow().toSeconds();
        }
    }

    /** A clock that goes when it is told to. */
    private static final class Watch extends Clock {
        private volatile Instant now = Instant.parse("2026-11-23T12:00:00Z");

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("a watch has no zones");
        }
    }
}
