package fi.lupa.consent.receipts;

import static fi.lupa.consent.People.AINO;
import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.NOON;
import static fi.lupa.consent.People.RECEIPTS;
import static fi.lupa.consent.People.TOKENS;
import static fi.lupa.consent.receipts.Example.LUPA;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSObject;
import fi.lupa.consent.intake.OpenDoor;
import fi.lupa.consent.topology.ConsentDriver;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.http.RateLimit;
import fi.lupa.edge.links.Link;
import fi.lupa.edge.links.LinkTokens;
import fi.lupa.edge.streams.OnlyInstance;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Will;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The door to receipts, over what the topology really keeps. */
class ReceiptsDoorTest {

    private static final String CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    private final ConsentChanged said = ReceiptsTest.said(Will.GRANT);

    @TempDir
    private static Path folder;

    private static ConsentDriver stream;
    private static Path keyFile;
    private static OpenDoor door;

    @BeforeAll
    static void fold() throws IOException {
        keyFile = ReceiptKeys.writeTo(folder);
        stream = new ConsentDriver(folder.resolve("state"));
        stream.says(ReceiptsTest.said(Will.GRANT));
        door = open(new Here(), NOON.plusSeconds(120), true, 0);
    }

    @AfterAll
    static void close() {
        door.close();
        stream.close();
    }

    private static OpenDoor open(Peers peers, Instant now, boolean signed) throws IOException {
        return open(peers, now, signed, 20);
    }

    private static OpenDoor open(Peers peers, Instant now, boolean signed, int perMinute) throws IOException {
        Clock clock = Clock.fixed(now, ZoneOffset.UTC);
        return new OpenDoor(
                folder,
                (keys, writer) -> routes -> new ReceiptsDoor(
                                TOKENS,
                                signed ? Optional.of(ReceiptKeys.load(keyFile)) : Optional.empty(),
                                Example.RECEIPTS,
                                peers,
                                LUPA,
                                new RateLimit(perMinute, clock),
                                clock)
                        .mount(routes));
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        return door.send("GET", path, "", headers);
    }

    private String link() {
        return RECEIPTS.of(said).getPath();
    }

    @ParameterizedTest
    @EnumSource(Will.class)
    void thereIsAReceiptOfEveryWill(Will will) throws Exception {
        ConsentChanged other = ConsentChanged.newBuilder(ReceiptsTest.said(will))
                .setEventId(UUID.randomUUID())
                .build();
        stream.says(other);

        HttpResponse<String> answer = get(RECEIPTS.of(other).getPath());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().getBytes(UTF_8))
                .isEqualTo(Example.RECEIPTS.of(other).bytes());
    }

    @Test
    void theSignedReceiptIsTheJsonSignedWithThePublishedKey() throws Exception {
        HttpResponse<String> json = get(link());
        HttpResponse<String> jws = get(link(), "Accept", "application/jose");
        HttpResponse<String> jwks = get("/.well-known/jwks.json");

        assertThat(json.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(json.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(json.headers().firstValue("Vary")).hasValue("Accept, Accept-Language");
        assertThat(jws.headers().firstValue("Content-Type")).hasValue("application/jose");
        assertThat(jws.headers().firstValue("Content-Disposition").orElseThrow())
                .contains(said.getEventId() + ".jws");
        assertThat(jwks.headers().firstValue("Cache-Control")).hasValue("public, max-age=3600");
        assertThat(jwks.body()).doesNotContain("\"d\"");
        assertThat(JWSObject.parse(jws.body()).getPayload().toString()).isEqualTo(json.body());
        assertThat(ReceiptVerifier.of(jwks.body()).verify(jws.body())).isEqualTo(Json.MAPPER.readTree(json.body()));
    }

    @ParameterizedTest
    @CsvSource({
        "fi, fi, Annoit suostumuksesi., 'Markkinointi sähköpostitse'",
        "sv, sv, Du gav ditt samtycke., 'Marknadsföring per e-post'",
        "en, en, You gave your consent., 'Marketing by email'",
        "'', fi, Annoit suostumuksesi., 'Markkinointi sähköpostitse'"
    })
    void thePageSpeaksThePersonsLanguage(String asked, String lang, String will, String scope) throws Exception {
        HttpResponse<String> page =
                get(link() + (asked.isEmpty() ? "" : "?lang=" + asked), "Accept", CHROME, "Accept-Language", "sv");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=utf-8");
        assertThat(page.body())
                .contains("<html lang=\"" + lang + "\">", will, scope, "Sähköpostia saa lähettää", "2023-07-01")
                .contains(
                        "Esimerkki Oy",
                        "tietosuoja@example.fi",
                        "Mailer Inc.",
                        said.getEventId().toString())
                .contains(ReceiptKeys.load(keyFile).kid())
                .doesNotContain("archive 2026/17", "Virkailija", "<script");
    }

    @ParameterizedTest
    @CsvSource({
        "'', application/json",
        "'*/*', application/json",
        "application/json, application/json",
        "'application/jose, application/json;q=0.5', application/jose",
        "text/html, text/html;charset=utf-8",
    })
    void whatIsPreferredIsGiven(String accept, String type) throws Exception {
        HttpResponse<String> answer = accept.isEmpty() ? get(link()) : get(link(), "Accept", accept);

        assertThat(answer.headers().firstValue("Content-Type")).hasValue(type);
    }

    @Test
    void aBrowserNamesWhatItWantsInTheAddress() throws Exception {
        assertThat(get(link() + "?as=jose", "Accept", CHROME).headers().firstValue("Content-Type"))
                .hasValue("application/jose");
        assertThat(get(link() + "?as=json", "Accept", CHROME).headers().firstValue("Content-Type"))
                .hasValue("application/json");
        assertThat(get(link() + "?as=pdf").statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"forged", "another secret's", "another kind", "cut", "nonsense"})
    void aBadTokenIsUnknown(String how) throws Exception {
        String good = link().substring("/receipts/".length());
        Instant end = NOON.plus(Duration.ofDays(1));
        String token =
                switch (how) {
                    case "forged" -> (good.charAt(4) == 'A' ? "B" : "A") + good.substring(1);
                    case "another secret's" ->
                        new LinkTokens("the secret of somebody else, not ours".getBytes(UTF_8))
                                .sign(new Link.Receipt(AINO, said.getEventId(), end));
                    case "another kind" -> TOKENS.sign(new Link.Preferences(AINO, end));
                    case "cut" -> good.substring(0, good.length() - 2);
                    default -> "nonsense";
                };

        HttpResponse<String> data = get("/receipts/" + token);
        HttpResponse<String> page = get("/receipts/" + token, "Accept", CHROME, "Accept-Language", "fi");

        assertThat(data.statusCode()).isEqualTo(404);
        assertThat(data.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(data.headers().firstValue("Retry-After")).isEmpty();
        assertThat(page.statusCode()).isEqualTo(404);
        assertThat(page.body()).contains("Linkkiä ei tunneta");
    }

    @Test
    void aLinkWorksForNinetyDays() throws Exception {
        Instant end = said.getRecordedAt().plus(Duration.ofDays(90));
        try (OpenDoor before = open(new Here(), end.minusMillis(1), true);
                OpenDoor after = open(new Here(), end, true)) {
            assertThat(before.send("GET", link(), "").statusCode()).isEqualTo(200);
            HttpResponse<String> late = after.send("GET", link(), "");
            assertThat(late.statusCode()).isEqualTo(410);
            assertThat(late.body()).contains("90 days", "still counts");
            assertThat(after.send("GET", link(), "", "Accept", CHROME).statusCode())
                    .isEqualTo(410);
        }
    }

    @Test
    void aStatementJustSentMayNeedAMoment() throws Exception {
        String unfolded = RECEIPTS.of(AINO, UUID.randomUUID(), NOON).getPath();

        HttpResponse<String> data = get(unfolded);
        HttpResponse<String> page = get(unfolded, "Accept", CHROME);

        assertThat(data.statusCode()).isEqualTo(404);
        assertThat(data.headers().firstValue("Retry-After")).hasValue("2");
        assertThat(data.body()).contains("may need a moment");
        assertThat(page.statusCode()).isEqualTo(404);
        assertThat(page.headers().firstValue("Retry-After")).hasValue("2");
        assertThat(page.body()).contains("may need a moment");
    }

    @Test
    void withoutAKeyNothingIsShown() throws Exception {
        try (OpenDoor other = open(new Here(), NOON, false)) {
            for (String path : List.of(link(), link() + "?as=jose", "/.well-known/jwks.json")) {
                HttpResponse<String> answer = other.send("GET", path, "");
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.body()).contains("--receipt-key").doesNotContain("GRANT");
            }
        }
        assertThat(new ReceiptLinks(LUPA, TOKENS, IDS, false).of(said))
                .as("and no link to it is given")
                .isNull();
    }

    @Test
    void whileTheStateMovesNobodyCanTell() throws Exception {
        try (OpenDoor other = open(new Moving(), NOON, true)) {
            HttpResponse<String> answer = other.send("GET", link(), "");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
        }
    }

    @Test
    void theInstanceThatHoldsTheSubjectAnswers() throws Exception {
        var other =
                com.sun.net.httpserver.HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html;charset=utf-8");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("theirs".getBytes(UTF_8));
            exchange.close();
        });
        other.start();
        try (OpenDoor here = open(new There(other.getAddress().getPort()), NOON, true)) {
            HttpResponse<String> page = here.send("GET", link(), "", "Accept", CHROME);
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).isEqualTo("theirs");
            assertThat(page.headers().firstValue("Content-Security-Policy")).isPresent();
        } finally {
            other.stop(0);
        }
    }

    @Test
    void anAddressThatAsksTooOftenWaits() throws Exception {
        try (OpenDoor other = open(new Here(), NOON, true)) {
            for (int i = 0; i < 20; i++) {
                assertThat(other.send("GET", link(), "").statusCode()).isEqualTo(200);
            }
            assertThat(other.send("GET", link(), "").statusCode()).isEqualTo(429);
        }
    }

    @Test
    void theReceiptSaysTheSameWheneverItIsFetched() throws Exception {
        JsonNode once = Json.MAPPER.readTree(get(link()).body());
        try (OpenDoor later = open(new Here(), NOON.plus(Duration.ofDays(30)), true)) {
            assertThat(Json.MAPPER.readTree(later.send("GET", link(), "").body()))
                    .isEqualTo(once);
        }
    }

    /** The only instance there is. */
    private static class Here extends OnlyInstance {

        @Override
        @SuppressWarnings("unchecked") // the history is what the door asks for
        public <S, R> R read(String store, QueryableStoreType<S> type, Function<S, R> reading) {
            return reading.apply((S) stream.history());
        }

        @Override
        public CompletableFuture<HttpResponse<byte[]>> ask(Context ctx, HostInfo holder, byte[] body) {
            return HttpClient.newHttpClient()
                    .sendAsync(
                            HttpRequest.newBuilder(
                                            URI.create("http://" + holder.host() + ":" + holder.port() + ctx.path()))
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    private static final class Moving extends Here {
        @Override
        public Optional<HostInfo> otherHolderOf(String store, String key) {
            throw Peers.moving();
        }
    }

    private static final class There extends Here {
        private final int port;

        There(int port) {
            this.port = port;
        }

        @Override
        public Optional<HostInfo> otherHolderOf(String store, String key) {
            return Optional.of(new HostInfo(InetAddress.getLoopbackAddress().getHostAddress(), port));
        }
    }
}
