package fi.lupa.edge.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import fi.lupa.edge.health.Health;
import fi.lupa.edge.keys.GeneratedKeys;
import fi.lupa.edge.keys.Keys;
import fi.lupa.edge.keys.Principal;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.server.HttpServer;
import fi.lupa.edge.settings.HttpSettings;
import fi.lupa.edge.settings.OidcSettings;
import fi.lupa.event.AuditOutcome;
import fi.lupa.event.SignIn;
import io.javalin.config.RoutesConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Whom a real OpenID provider vouches for comes in, and nobody else; without its word nobody is turned away for good. */
class OpenIdProviderTest {
    private static final String LIISA = "8c1d9f5e-2f0b-4a0b-9a52-0c3a6f1f1a11";
    private static final Map<String, Object> DPO = Map.of("realm_access", Map.of("roles", List.of("dpo")));

    private static Keys keys;

    private final MockOAuth2Server provider = new MockOAuth2Server();
    private final TestAccess written = new TestAccess();
    private HttpServer server;
    private Access access;

    @BeforeAll
    static void generate(@TempDir Path once) {
        GeneratedKeys.writeTo(once);
        keys = Keys.load(once.resolve("keys.yaml"));
    }

    @BeforeEach
    void start() throws Exception {
        provider.start(InetAddress.getLoopbackAddress(), 0);
        // Its first answer may take longer than a service waits.
        HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(provider.jwksUrl("staff").uri()).build(), BodyHandlers.discarding());
        open();
    }

    private void open(String... more) {
        OidcSettings settings = CommandLine.populateCommand(
                new OidcSettings(),
                Stream.concat(
                                Stream.of(
                                        "--oidc-issuer=" + provider.issuerUrl("staff"),
                                        "--oidc-client-id=lupa",
                                        "--oidc-client-secret=secret"),
                                Stream.of(more))
                        .toArray(String[]::new));
        assertThat(settings.faults()).isEmpty();
        access = written.access(
                keys, Optional.of(new OpenIdProvider(settings, Clock.systemUTC())), false, 0, Clock.systemUTC());
        HttpSettings http = CommandLine.populateCommand(new HttpSettings(0), "--http-port=" + freePort());
        server = HttpServer.start(
                http,
                access,
                new Health(),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                "fi/lupa/edge/http/openapi.json",
                routes -> routes(routes, http.url(http.port())));
    }

    private void routes(RoutesConfig routes, URI here) {
        new StaffLogin(access, "/console", here, TestAccess.SECRET, Clock.systemUTC()).mount(routes);
        routes.get(
                "/console",
                ctx -> ctx.result(access.require(ctx, Role.DPO, Role.MARKETER).shownAs()),
                Role.DPO,
                Role.MARKETER);
        routes.get(
                "/v1/who",
                ctx -> {
                    Principal caller = access.require(ctx, Role.DPO);
                    ctx.result(caller.name() + " " + caller.signIn());
                },
                Role.DPO);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void stop() {
        server.close();
        provider.shutdown();
    }

    @Test
    void aTokenForLupaOpensWhatItsRolesOpen() throws Exception {
        HttpResponse<String> answer = ask(token(DPO));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(LIISA + " TOKEN");
    }

    static Stream<Arguments> whereRolesAreWritten() {
        return Stream.of(
                Arguments.of("", DPO, 200),
                Arguments.of("", Map.of("resource_access", Map.of("lupa", Map.of("roles", List.of("dpo")))), 200),
                Arguments.of("", Map.of("roles", List.of("dpo", "cook")), 200),
                Arguments.of("", Map.of("roles", "dpo"), 200),
                Arguments.of("", Map.of("resource_access", Map.of("shop", Map.of("roles", List.of("dpo")))), 403),
                Arguments.of("", Map.of("roles", List.of("DPO", "cook")), 403),
                Arguments.of("", Map.of("roles", List.of("marketer")), 403),
                Arguments.of("", Map.of("roles", Map.of("dpo", true)), 403),
                Arguments.of("", Map.of(), 403),
                Arguments.of("lupa.roles", Map.of("lupa", Map.of("roles", List.of("dpo"))), 200),
                Arguments.of("https://lupa.example/roles", Map.of("https://lupa.example/roles", List.of("dpo")), 200),
                Arguments.of("lupa.roles", DPO, 403));
    }

    @ParameterizedTest
    @MethodSource
    void whereRolesAreWritten(String claim, Map<String, Object> claims, int status) throws Exception {
        server.close();
        open(claim.isEmpty() ? new String[0] : new String[] {"--oidc-roles-claim=" + claim});

        assertThat(ask(token(claims)).statusCode()).isEqualTo(status);
        assertThat(written.recorded.stream().anyMatch(event -> event.getOutcome() == AuditOutcome.REFUSED))
                .isEqualTo(status == 403);
    }

    @Test
    void aTokenThatWasMadeForLupaByItsPartyIsForLupa() throws Exception {
        assertThat(ask(token(with(DPO, "aud", "account", "azp", "lupa"))).statusCode())
                .isEqualTo(200);
        assertThat(ask(token(with(DPO, "aud", "account", "azp", "shop"))).statusCode())
                .isEqualTo(401);
    }

    @Test
    void aTokenForOthersOfOthersOrOfYesterdayOpensNothing() throws Exception {
        refused(token(with(DPO, "aud", "shop")));
        refused(provider.anyToken(provider.issuerUrl("others"), with(DPO, "aud", "lupa", "sub", LIISA))
                .serialize());
        refused(provider.anyToken(
                        provider.issuerUrl("staff"), with(DPO, "aud", "lupa", "sub", LIISA), Duration.ofMinutes(-2))
                .serialize());
        refused(token(with(DPO, "typ", "ID")));
        refused("a.b.c");
        refused("..");
    }

    @Test
    void aTokenThatTheProviderDidNotSignOpensNothing() throws Exception {
        SignedJWT good = SignedJWT.parse(token(DPO));
        String kid = good.getHeader().getKeyID();
        JWTClaimsSet claims = good.getJWTClaimsSet();

        refused(new PlainJWT(claims).serialize());
        refused(signed(JWSAlgorithm.RS256, kid, claims, new RSASSASigner(new RSAKeyGenerator(2048).generate())));
        byte[] publicKey = provider.getConfig()
                .getTokenProvider()
                .publicJwkSet("staff")
                .toString()
                .getBytes(UTF_8);
        refused(signed(JWSAlgorithm.HS256, kid, claims, new MACSigner(publicKey)));
        refused(signed(JWSAlgorithm.HS256, kid, claims, new MACSigner("x".repeat(32))));
        String[] parts = good.serialize().split("\\.", -1);
        String more = new JWTClaimsSet.Builder(claims)
                .claim("roles", "operator")
                .build()
                .toPayload()
                .toBase64URL()
                .toString();
        refused(parts[0] + "." + more + "." + parts[2]);
        refused(parts[0] + "." + parts[1] + ".");
    }

    @Test
    void aTokenUnderAKeyThatNobodyKnowsOpensNothing() throws Exception {
        JWTClaimsSet claims = SignedJWT.parse(token(DPO)).getJWTClaimsSet();

        refused(signed(JWSAlgorithm.RS256, "no such", claims, new RSASSASigner(new RSAKeyGenerator(2048).generate())));
    }

    @Test
    void aProviderThatIsDownAtStartMakesNobodyAStranger() throws Exception {
        String token = token(DPO);
        provider.shutdown();

        HttpResponse<String> answer = ask(token);

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("5");
        assertThat(new Browser(server.url()).get("/console/login/provider").statusCode())
                .isEqualTo(503);
        assertThat(new Browser(server.url()).get("/console/login").body()).contains("name=\"password\"");
    }

    @Test
    void aProviderThatGoesDownLaterLeavesThoseInWhoseKeyIsKnown() throws Exception {
        String token = token(DPO);
        assertThat(ask(token).statusCode()).isEqualTo(200);
        JWTClaimsSet claims = SignedJWT.parse(token).getJWTClaimsSet();
        provider.shutdown();

        assertThat(ask(token).statusCode()).isEqualTo(200);
        String rotated =
                signed(JWSAlgorithm.RS256, "new", claims, new RSASSASigner(new RSAKeyGenerator(2048).generate()));
        assertThat(ask(rotated).statusCode()).isEqualTo(503);
    }

    @Test
    void signsInThroughTheProviderAndBack() throws Exception {
        Browser browser = new Browser(server.url());
        HttpResponse<String> atProvider = toProvider(browser);
        assertThat(atProvider.request().uri().getQuery())
                .contains("code_challenge_method=S256", "state=", "nonce=", "scope=openid");

        HttpResponse<String> back = browser.get(pathAndQuery(atProvider));

        assertThat(back.statusCode()).isEqualTo(200);
        assertThat(back.body()).contains("url=/console/requests\"");
        assertThat(browser.cookies.keySet()).containsExactly("lupa");
        assertThat(browser.get("/console").body()).isEqualTo("liisa");
        assertThat(browser.get("/v1/who").body()).isEqualTo(LIISA + " " + SignIn.SESSION);
    }

    @Test
    void comesBackOnlyWithWhatItLeftWith() throws Exception {
        Browser browser = new Browser(server.url());
        String back = pathAndQuery(toProvider(browser));

        assertThat(new Browser(server.url()).get(back).statusCode()).isEqualTo(401);
        assertThat(browser.get(back.replaceAll("state=[^&]+", "state=other")).statusCode())
                .isEqualTo(401);
        assertThat(browser.get(back.replaceAll("code=[^&]+", "code=other")).statusCode())
                .isEqualTo(401);
        assertThat(browser.get(back).statusCode()).as("the trip was used").isEqualTo(401);
    }

    @Test
    void anAnswerWithAnotherTripsNonceIsNone() throws Exception {
        Browser browser = new Browser(server.url());
        String back = pathAndQuery(toProvider(browser));
        Sealed trips = new Sealed(TestAccess.SECRET, "lupa trips to the provider 1");
        Map<String, Object> trip =
                new HashMap<>(trips.open(browser.cookies.get("lupa-trip")).orElseThrow());
        trip.put("nonce", "another");
        browser.cookies.put("lupa-trip", trips.seal(trip));

        assertThat(browser.get(back).statusCode()).isEqualTo(401);
    }

    @Test
    void aRefusalOfTheProviderIsSaidInWords() throws Exception {
        Browser browser = new Browser(server.url());
        String state = pathAndQuery(toProvider(browser)).replaceAll(".*(state=[^&]+).*", "$1");

        HttpResponse<String> page = browser.get("/console/login/callback?error=access_denied&" + state);

        assertThat(page.statusCode()).isEqualTo(401);
        assertThat(page.body()).contains("sign-in was not completed").doesNotContain("access_denied");
    }

    @Test
    void whoHasNoRoleOfStaffGetsNoSession() throws Exception {
        Browser browser = new Browser(server.url());
        String back = pathAndQuery(toProvider(browser, Map.of("roles", List.of("campaign", "cook"))));

        assertThat(browser.get(back).statusCode()).isEqualTo(403);
        assertThat(browser.cookies).isEmpty();
        assertThat(written.recorded).singleElement().satisfies(event -> {
            assertThat(event.getPrincipal()).isEqualTo(LIISA);
            assertThat(event.getAction()).isEqualTo("GET /console/login/callback");
        });
    }

    private HttpResponse<String> toProvider(Browser browser) throws Exception {
        return toProvider(browser, with(DPO, "preferred_username", "liisa"));
    }

    /** Follows the browser's way to the provider, which sends it back at once. */
    private HttpResponse<String> toProvider(Browser browser, Map<String, Object> claims) throws Exception {
        provider.enqueueCallback(new DefaultOAuth2TokenCallback(
                "staff", LIISA, JOSEObjectType.JWT.getType(), List.of("lupa"), claims, 3600));
        HttpResponse<String> sent = browser.get("/console/login/provider?return=/console/requests");
        assertThat(sent.statusCode()).isEqualTo(303);
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(
                                        sent.headers().firstValue("Location").orElseThrow()))
                                .build(),
                        BodyHandlers.ofString());
    }

    private static String pathAndQuery(HttpResponse<String> sentBack) {
        URI back = URI.create(sentBack.headers().firstValue("Location").orElseThrow());
        return back.getRawPath() + "?" + back.getRawQuery();
    }

    private String token(Map<String, Object> claims) {
        return provider.anyToken(
                        provider.issuerUrl("staff"),
                        claims.containsKey("aud")
                                ? with(claims, "sub", LIISA)
                                : with(claims, "aud", "lupa", "sub", LIISA))
                .serialize();
    }

    private static Map<String, Object> with(Map<String, Object> claims, Object... more) {
        Map<String, Object> all = new HashMap<>(claims);
        for (int i = 0; i < more.length; i += 2) {
            all.put((String) more[i], more[i + 1]);
        }
        return all;
    }

    private static String signed(JWSAlgorithm algorithm, String kid, JWTClaimsSet claims, JWSSigner signer)
            throws Exception {
        JWTClaimsSet fresh = new JWTClaimsSet.Builder(claims)
                .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                .build();
        SignedJWT token =
                new SignedJWT(new JWSHeader.Builder(algorithm).keyID(kid).build(), fresh);
        token.sign(signer);
        return token.serialize();
    }

    private void refused(String token) throws Exception {
        assertThat(ask(token).statusCode()).isEqualTo(401);
        assertThat(written.recorded).isEmpty();
    }

    private HttpResponse<String> ask(String token) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(server.url().resolve("/v1/who"))
                                .header("Authorization", "Bearer " + token)
                                .build(),
                        BodyHandlers.ofString());
    }
}
