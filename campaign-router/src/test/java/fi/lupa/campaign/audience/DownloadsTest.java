package fi.lupa.campaign.audience;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.campaign.OpenDoor;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.streams.Peers;
import io.javalin.http.Context;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        "0 1,    0 1,    '',      503",
        "0 1,    0 1 2,  '2,3',   503",
        "0 1 2,  0 1,    '2,3',   503",
        "0 1 2,  0 1 2,  '2,3',   503",
        "0 1,    0 1,    '2,9',   503"
    })
    void itIsMadeOfEveryPartOnce(String before, String after, String others, int status) throws Exception {
        Deque<Set<Integer>> here = new ArrayDeque<>(List.of(parts(before), parts(after)));
        try (OpenDoor door = new OpenDoor(directory, (access, writer) -> routes -> {
            Downloads downloads = new Downloads(access, new Two(here, others));
            routes.get(
                    "/rows",
                    ctx -> downloads.answer(
                            ctx, "rows", new String[] {"who"}, rows -> rows.row("aino"), "", there -> assertThat(there)
                                    .isEqualTo(1)),
                    Role.CAMPAIGN);
        })) {
            HttpResponse<String> answer = door.asCampaignSystem("GET", "/rows", "");

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
            if (status == 200) {
                assertThat(answer.body().lines()).containsExactly("who", "aino", "eero");
            }
        }
    }

    private static Set<Integer> parts(String written) {
        return Set.copyOf(
                List.of(written.split(" ")).stream().map(Integer::valueOf).toList());
    }

    /**
     * Two instances, of which the other is asked by what it answers.
     *
     * @param here which parts are here each time that somebody asks
     */
    private record Two(Deque<Set<Integer>> here, String others) implements Peers {

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
            return List.of(new HostInfo("127.0.0.1", 1));
        }

        @Override
        @SuppressWarnings("unchecked") // a proxy is of the interface it is made for
        public CompletableFuture<HttpResponse<InputStream>> open(Context ctx, HostInfo holder, String pathAndQuery) {
            HttpHeaders headers = HttpHeaders.of(Map.of("Lupa-Made-Of", List.of(others)), (name, value) -> true);
            Object answer = Proxy.newProxyInstance(
                    DownloadsTest.class.getClassLoader(),
                    new Class<?>[] {HttpResponse.class},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "statusCode" -> 200;
                        case "headers" -> headers;
                        case "body" -> new ByteArrayInputStream("eero\n".getBytes(UTF_8));
                        default -> throw new UnsupportedOperationException(method.getName());
                    });
            return CompletableFuture.completedFuture((HttpResponse<InputStream>) answer);
        }

        @Override
        public Optional<HostInfo> otherHolderOf(String store, String key) {
            throw new UnsupportedOperationException("nobody is looked for");
        }

        @Override
        public <S, R> R read(String store, QueryableStoreType<S> type, Function<S, R> reading) {
            throw new UnsupportedOperationException("nothing is read");
        }

        @Override
        public CompletableFuture<HttpResponse<byte[]>> ask(Context ctx, HostInfo holder, byte[] body) {
            throw new UnsupportedOperationException("rows are many");
        }

        @Override
        public CompletableFuture<HttpResponse<byte[]>> get(Context ctx, HostInfo holder, String pathAndQuery) {
            throw new UnsupportedOperationException("rows are many");
        }
    }
}
