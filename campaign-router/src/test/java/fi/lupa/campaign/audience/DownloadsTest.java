package fi.lupa.campaign.audience;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import fi.lupa.campaign.OpenDoor;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.streams.OnlyInstance;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Everybody is in an export once, whichever instance has them by then; else there is none. */
class DownloadsTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "0 1,    0 1,    '2,3',   200",
        "0 1,    0 1,    '1,2,3', 503",
        "0 1,    0 1,    '3',     503",
        "0 1,    0 1,    '1,2',   503",
        "0 1,    0 1,    '',      503",
        "0 1,    0 1 2,  '2,3',   503",
        "0 1 2,  0 1,    '2,3',   503",
        "0 1 2,  0 1 2,  '2,3',   503",
        "0 1,    0 1,    '2,9',   503"
    })
    void itIsMadeOfEveryPartOnce(String before, String after, String others, int status) throws Exception {
        HttpServer other = answering(others);
        try (OpenDoor door = new OpenDoor(directory, (access, writer) -> routes -> {
            Deque<Set<Integer>> here = new ArrayDeque<>(List.of(parts(before), parts(after)));
            Downloads downloads = new Downloads(access, new Two(here, other.getAddress()));
            String[] columns = {"who"};
            routes.get(
                    "/rows",
                    ctx -> downloads.answer(
                            ctx, "rows", columns, rows -> rows.row("aino"), "part=1", there -> assertThat(there)
                                    .isEqualTo(1)),
                    Role.CAMPAIGN);
        })) {
            HttpResponse<String> answer = door.asCampaignSystem("GET", "/rows", "");

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
            if (status == 200) {
                assertThat(answer.body().lines()).containsExactly("who", "aino", "eero");
            }
        } finally {
            other.stop(0);
        }
    }

    /** The other instance, which says what its part is made of. */
    private static HttpServer answering(String parts) throws IOException {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/rows", exchange -> {
            byte[] rows = "eero\n".getBytes(UTF_8);
            exchange.getResponseHeaders().set("Lupa-Made-Of", parts);
            exchange.sendResponseHeaders(200, rows.length);
            exchange.getResponseBody().write(rows);
            exchange.close();
        });
        other.start();
        return other;
    }

    private static Set<Integer> parts(String written) {
        return Set.copyOf(
                List.of(written.split(" ")).stream().map(Integer::valueOf).toList());
    }

    private static final class Two extends OnlyInstance {

        private final Deque<Set<Integer>> here;
        private final InetSocketAddress other;

        /** @param here which parts are here each time that somebody asks */
        Two(Deque<Set<Integer>> here, InetSocketAddress other) {
            this.here = here;
            this.other = other;
        }

        @Override
        public Shares shares() {
            return new Shares() {
                @Override
                public Set<Integer> here() {
                    return here.remove();
                }

                @Override
                public Set<Integer> all() {
                    return Set.of(0, 1, 2, 3);
                }
            };
        }

        @Override
        public List<HostInfo> othersWith(String store) {
            return List.of(new HostInfo(other.getAddress().getHostAddress(), other.getPort()));
        }

        @Override
        public CompletableFuture<HttpResponse<InputStream>> open(Context ctx, HostInfo holder, String pathAndQuery) {
            URI uri = URI.create("http://" + holder.host() + ":" + holder.port() + pathAndQuery);
            return HttpClient.newHttpClient()
                    .sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofInputStream());
        }

        @Override
        public <S, R> R read(String store, QueryableStoreType<S> type, Function<S, R> reading) {
            throw new AssertionError("of the states nothing is read here");
        }
    }
}
