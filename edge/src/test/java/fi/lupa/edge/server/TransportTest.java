package fi.lupa.edge.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fi.lupa.edge.access.TestAccess;
import fi.lupa.edge.health.Health;
import fi.lupa.edge.keys.GeneratedKeys;
import fi.lupa.edge.keys.Keys;
import fi.lupa.edge.settings.HttpSettings;
import fi.lupa.edge.settings.Secret;
import fi.lupa.edge.settings.TlsAuthorities;
import fi.lupa.edge.settings.TlsKeystore;
import fi.lupa.edge.streams.Peers;
import io.javalin.config.RoutesConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Nothing of a person crosses a network in the clear: with TLS here, or at a proxy, or on this machine alone. */
class TransportTest {
    private static final String PASSWORD = "changeit-please";

    @TempDir
    private static Path folder;

    private static TlsKeystore own;
    private static TlsKeystore others;
    private static Keys keys;

    @BeforeAll
    static void make() throws Exception {
        own = keystore("own");
        others = keystore("others");
        GeneratedKeys.writeTo(folder);
        keys = Keys.load(folder.resolve("keys.yaml"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "localhost", "::1"})
    void thisMachineAloneNeedsNoTls(String host) {
        assertThat(settings("--http-host=" + host).faults()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.7", "no-such-host.invalid"})
    void elsewhereTlsIsHereOrDeclared(String host) {
        assertThat(settings("--http-host=" + host).faults())
                .singleElement()
                .asString()
                .contains(host, "--tls-keystore", "--behind-proxy", "127.0.0.1");
        assertThat(settings("--http-host=" + host, "--behind-proxy").faults()).isEmpty();
        assertThat(settings(
                                "--http-host=" + host,
                                "--tls-keystore=" + own.file(),
                                "--tls-keystore-password=" + PASSWORD)
                        .faults())
                .isEmpty();
    }

    @Test
    void aKeystoreThatDoesNotServeIsRefused() throws Exception {
        assertThat(settings("--tls-keystore=" + own.file(), "--tls-keystore-password=wrong")
                        .faults())
                .singleElement()
                .asString()
                .contains("cannot be read as PKCS12")
                .doesNotContain("wrong");
        assertThat(settings("--tls-keystore=" + folder.resolve("none.p12")).faults())
                .hasSize(1);
        Path text = Files.writeString(folder.resolve("text.p12"), "no keystore");
        assertThat(settings("--tls-keystore=" + text).faults()).hasSize(1);
        assertThat(settings("--tls-keystore=" + own.file(), "--tls-keystore-password=" + PASSWORD, "--behind-proxy")
                        .faults())
                .singleElement()
                .asString()
                .contains("contradict");
    }

    @Test
    void servesHttpsToWhomItIsTrustedByAndNobodyElse() throws Exception {
        try (HttpServer server = serve(own, routes -> {})) {
            assertThat(server.url().getScheme()).isEqualTo("https");

            HttpResponse<String> answer = get(HttpClient.newBuilder().sslContext(own.context()), server.url());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Strict-Transport-Security")).contains("max-age=31536000");
            assertThat(answer.headers().firstValue("Server")).isEmpty();

            assertThatThrownBy(() -> get(HttpClient.newBuilder().sslContext(others.context()), server.url()))
                    .isInstanceOf(SSLHandshakeException.class);
            SSLParameters old = new SSLParameters();
            old.setProtocols(new String[] {"TLSv1.1"});
            assertThatThrownBy(() -> get(
                            HttpClient.newBuilder().sslContext(own.context()).sslParameters(old), server.url()))
                    .isInstanceOf(Exception.class);
            assertThatThrownBy(() -> get(HttpClient.newBuilder(), URI.create("http://127.0.0.1:" + server.port())))
                    .isInstanceOf(Exception.class);
        }
    }

    @Test
    void instancesAskEachOtherByHttpsAndOnlyThoseTheyTrust() throws Exception {
        try (HttpServer holder = serve(own, routes -> routes.get("/held", ctx -> ctx.result("Aino")));
                HttpServer stranger = serve(others, routes -> routes.get("/held", ctx -> ctx.result("Eero")));
                HttpServer asked = serve(own, new PeerRoute(own)::mount)) {
            HttpClient client = trusting(own);
            assertThat(ask(client, asked, holder).body()).isEqualTo("Aino");
            assertThat(ask(client, asked, stranger).statusCode()).isEqualTo(503);
        }
    }

    @Test
    void aCertificateThatIsExchangedIsShownWithoutARestartAndInstancesTrustIt() throws Exception {
        Path file = Files.copy(own.file(), folder.resolve("exchanged.p12"));
        TlsKeystore exchanged = new TlsKeystore(file, new Secret(PASSWORD));
        PeerRoute peer = new PeerRoute(exchanged);
        try (HttpServer holder = serve(exchanged, routes -> routes.get("/held", ctx -> ctx.result("Aino")));
                HttpServer asked = serve(exchanged, peer::mount)) {
            assertThat(ask(trusting(own), asked, holder).body()).isEqualTo("Aino");

            Files.copy(others.file(), file, StandardCopyOption.REPLACE_EXISTING);
            awaitTrusted(asked, others);
            awaitTrusted(holder, others);
            assertThat(isTrusted(asked, own)).as("the old one").isFalse();
            assertThat(ask(trusting(others), asked, holder).body()).isEqualTo("Aino");

            Files.writeString(file, "half a file");
            for (int i = 0; i < 25; i++) {
                assertThat(isTrusted(asked, others))
                        .as("what cannot be read exchanges nothing")
                        .isTrue();
                Thread.sleep(200);
            }
            assertThat(ask(trusting(others), asked, holder).body()).isEqualTo("Aino");

            Files.delete(file);
            Thread.sleep(Duration.ofSeconds(3).toMillis());
            assertThat(isTrusted(asked, others)).as("nor what is not there").isTrue();
            Files.copy(own.file(), file);
            awaitTrusted(asked, own);
        }
    }

    /** As Kubernetes exchanges what it mounts: the file is a link into a folder that is a link itself. */
    @Test
    void aCertificateBehindALinkIsExchangedAgainAndAgain() throws Exception {
        Path data = folder.resolve("..data");
        for (TlsKeystore keystore : List.of(own, others)) {
            Files.createDirectory(folder.resolve(keystore == own ? "..1" : "..2"));
            Files.copy(
                    keystore.file(),
                    folder.resolve(keystore == own ? "..1" : "..2").resolve("tls.p12"));
        }
        Files.createSymbolicLink(data, Path.of("..1"));
        Path file = Files.createSymbolicLink(folder.resolve("tls.p12"), Path.of("..data", "tls.p12"));
        try (HttpServer server = serve(new TlsKeystore(file, new Secret(PASSWORD)), routes -> {})) {
            awaitTrusted(server, own);
            for (String next : List.of("..2", "..1", "..2")) {
                Path renamed = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of(next));
                Files.move(renamed, data, StandardCopyOption.ATOMIC_MOVE);
                awaitTrusted(server, next.equals("..1") ? own : others);
            }
        }
    }

    private static void awaitTrusted(HttpServer server, TlsKeystore keystore) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!isTrusted(server, keystore)) {
            assertThat(System.nanoTime()).as("it is shown in time").isLessThan(deadline);
            Thread.sleep(200);
        }
    }

    @Test
    void whereCallersHaveToShowACertificateOnlyWhoHasAGoodOneComesIn() throws Exception {
        try (HttpServer server = HttpServer.start(
                settings(
                        "--tls-keystore=" + own.file(),
                        "--tls-keystore-password=" + PASSWORD,
                        "--tls-client-ca=" + certificate("own")),
                TestAccess.with(keys),
                new Health(),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                "fi/lupa/edge/http/openapi.json",
                routes -> {})) {
            assertThat(get(HttpClient.newBuilder().sslContext(own.context()), server.url())
                            .statusCode())
                    .isEqualTo(200);
            assertThatThrownBy(() -> get(HttpClient.newBuilder().sslContext(showingNothing()), server.url()))
                    .isInstanceOf(IOException.class);
        }
        assertThat(settings("--tls-client-ca=" + certificate("own")).faults())
                .singleElement()
                .asString()
                .contains("--tls-keystore");
        Path text = Files.writeString(folder.resolve("text.pem"), "no certificate");
        assertThat(settings(
                                "--tls-keystore=" + own.file(),
                                "--tls-keystore-password=" + PASSWORD,
                                "--tls-client-ca=" + text)
                        .faults())
                .singleElement()
                .asString()
                .contains("text.pem");
    }

    /** Lets another instance, which shows what is in a keystore, answer. */
    private record PeerRoute(TlsKeystore keystore) {

        void mount(RoutesConfig routes) {
            Peers peers = Peers.of(
                    null,
                    "localhost:1",
                    Optional.of(keystore),
                    TestAccess.with(keys).relays());
            routes.get("/asked/{port}", ctx -> {
                HostInfo where = new HostInfo("localhost", Integer.parseInt(ctx.pathParam("port")));
                ctx.future(() -> peers.get(ctx, where, "/held").thenAccept(answer -> ctx.result(answer.body())));
            });
        }
    }

    private static HttpClient trusting(TlsKeystore keystore) throws Exception {
        return HttpClient.newBuilder().sslContext(keystore.context()).build();
    }

    /** Whether a new connection of one who trusts a keystore succeeds. */
    private static boolean isTrusted(HttpServer server, TlsKeystore keystore) throws Exception {
        try {
            return get(HttpClient.newBuilder().sslContext(keystore.context()), server.url())
                            .statusCode()
                    == 200;
        } catch (SSLHandshakeException e) {
            return false;
        }
    }

    /** Trusts the server, and has no certificate to show. */
    private static SSLContext showingNothing() throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(new TlsAuthorities(certificate("own")).trusted());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static Path certificate(String name) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve(name + ".p12"))) {
            store.load(in, PASSWORD.toCharArray());
        }
        String pem = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(store.getCertificate(name).getEncoded())
                + "\n-----END CERTIFICATE-----\n";
        return Files.writeString(folder.resolve(name + ".pem"), pem);
    }

    private static HttpResponse<String> ask(HttpClient client, HttpServer asked, HttpServer holder) throws Exception {
        URI url = asked.url().resolve("/asked/" + holder.port());
        return client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
    }

    private static HttpServer serve(TlsKeystore tls, Consumer<RoutesConfig> routes) {
        return HttpServer.start(
                settings("--tls-keystore=" + tls.file(), "--tls-keystore-password=" + PASSWORD),
                TestAccess.with(keys),
                new Health(),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                "fi/lupa/edge/http/openapi.json",
                routes);
    }

    private static HttpResponse<String> get(HttpClient.Builder client, URI url) throws Exception {
        return client.build()
                .send(HttpRequest.newBuilder(url.resolve("/health/live")).build(), BodyHandlers.ofString());
    }

    private static HttpSettings settings(String... arguments) {
        return CommandLine.populateCommand(new HttpSettings(0), arguments);
    }

    private static TlsKeystore keystore(String name) throws Exception {
        Path file = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=ip:127.0.0.1,dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        return new TlsKeystore(file, new Secret(PASSWORD));
    }
}
