package fi.lupa.consent.query;

import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.NOON;
import static fi.lupa.consent.People.POLICY;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.consent.intake.OpenDoor;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.access.Sessions;
import fi.lupa.edge.health.Health;
import fi.lupa.edge.http.RateLimit;
import fi.lupa.edge.keys.GeneratedKeys;
import fi.lupa.edge.keys.Keys;
import fi.lupa.edge.server.HttpServer;
import fi.lupa.edge.settings.HttpSettings;
import fi.lupa.edge.streams.OnlyInstance;
import io.javalin.http.Context;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubjectsDoorTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"200, 200", "404, 404", "503, 503", "500, 503"})
    void aFormIsUnknownOnlyWhenEveryInstanceSaysSo(int theirs, int status) throws Exception {
        GeneratedKeys keys = GeneratedKeys.writeTo(folder);
        Keys known = Keys.load(folder.resolve("keys.yaml"));
        Clock noon = Clock.fixed(NOON, ZoneOffset.UTC);
        Access access = new Access(
                known,
                Optional.empty(),
                new Sessions(new byte[32], known, false, noon),
                null,
                new RateLimit(0, noon),
                OpenDoor.RELAYS);
        com.sun.net.httpserver.HttpServer other = other(theirs);
        try (HttpServer door = HttpServer.start(
                new HttpSettings(0),
                access,
                new Health(),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                "openapi/consent-stream.json",
                routes -> {
                    HoldsNothing peers = new HoldsNothing(other.getAddress().getPort());
                    HeldSubjects subjects = new HeldSubjects(peers, POLICY, access);
                    new SubjectsDoor(subjects, peers, IDS, access, noon, POLICY).mount(routes);
                })) {
            URI form = door.url().resolve("/v1/forms/submissions/6f2d1f0e-7a43-4b6b-9d39-0a4ac5d9d001");
            HttpResponse<String> answer = CLIENT.send(
                    HttpRequest.newBuilder(form)
                            .header("Authorization", "Bearer " + keys.site())
                            .build(),
                    BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(status);

            HttpResponse<String> misspelt = CLIENT.send(
                    HttpRequest.newBuilder(door.url().resolve("/v1/subjects/AinosIdInTwentyTwoChar/contacts?x=1"))
                            .header("Authorization", "Bearer " + keys.operator())
                            .build(),
                    BodyHandlers.ofString());
            assertThat(misspelt.statusCode()).isEqualTo(400);
            assertThat(misspelt.body()).contains("There is no such parameter; this call takes none.");
        } finally {
            other.stop(0);
        }
    }

    private static com.sun.net.httpserver.HttpServer other(int status) throws Exception {
        var other =
                com.sun.net.httpserver.HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        other.start();
        return other;
    }

    /** An instance that knows of one other, and holds nothing itself. */
    private static final class HoldsNothing extends OnlyInstance {

        private final int other;

        HoldsNothing(int other) {
            this.other = other;
        }

        @Override
        public List<HostInfo> othersWith(String store) {
            return List.of(new HostInfo(InetAddress.getLoopbackAddress().getHostAddress(), other));
        }

        @Override
        @SuppressWarnings("unchecked") // what the door finds of a submission
        public <S, R> R read(String store, QueryableStoreType<S> type, Function<S, R> reading) {
            return (R) Optional.empty();
        }

        @Override
        public CompletableFuture<HttpResponse<byte[]>> ask(Context ctx, HostInfo holder, byte[] body) {
            return CLIENT.sendAsync(
                    HttpRequest.newBuilder(URI.create("http://" + holder.host() + ":" + holder.port() + ctx.path()))
                            .build(),
                    BodyHandlers.ofByteArray());
        }
    }
}
