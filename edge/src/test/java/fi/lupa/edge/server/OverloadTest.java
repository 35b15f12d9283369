package fi.lupa.edge.server;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.edge.access.TestAccess;
import fi.lupa.edge.health.Health;
import fi.lupa.edge.keys.GeneratedKeys;
import fi.lupa.edge.keys.Keys;
import fi.lupa.edge.settings.HttpSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A door that more come to than it can work for sends some away soon, and keeps the others. */
class OverloadTest {

    private static final int AT_ONCE = 4;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private final CountDownLatch work = new CountDownLatch(1);
    private HttpServer server;

    @Test
    void whoIsTooManyHearsWhenToComeAgainAndWhoIsInIsAnswered() throws Exception {
        GeneratedKeys.writeTo(folder);
        try (HttpServer opened = HttpServer.start(
                CommandLine.populateCommand(new HttpSettings(0), "--http-max-requests=" + AT_ONCE),
                TestAccess.with(Keys.load(folder.resolve("keys.yaml"))),
                new Health(),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                "fi/lupa/edge/http/openapi.json",
                routes -> routes.get("/work", ctx -> {
                    work.await();
                    ctx.result("done");
                }))) {
            server = opened;
            List<CompletableFuture<HttpResponse<String>>> calls =
                    Stream.generate(() -> ask("/work")).limit(4 * AT_ONCE).toList();

            CompletableFuture.anyOf(calls.toArray(CompletableFuture[]::new)).get();
            assertThat(ask("/health/live").get().statusCode())
                    .as("while it is busy")
                    .isEqualTo(200);
            assertThat(ask("/metrics").get().statusCode()).isEqualTo(200);
            // Longer than anybody waits for a turn.
            Thread.sleep(1_500);
            List<HttpResponse<String>> sentAway = calls.stream()
                    .filter(CompletableFuture::isDone)
                    .map(CompletableFuture::join)
                    .toList();
            assertThat(sentAway).hasSize(3 * AT_ONCE).allSatisfy(answer -> {
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).contains("1");
                assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
                assertThat(answer.body()).contains("try again in a moment");
            });

            work.countDown();
            assertThat(calls)
                    .filteredOn(call -> call.join().statusCode() == 200)
                    .as("those who were in")
                    .hasSize(AT_ONCE);
            assertThat(ask("/work").get().statusCode()).as("afterwards").isEqualTo(200);
        }
    }

    private CompletableFuture<HttpResponse<String>> ask(String path) {
        return CLIENT.sendAsync(
                HttpRequest.newBuilder(server.url().resolve(path)).build(), BodyHandlers.ofString());
    }
}
