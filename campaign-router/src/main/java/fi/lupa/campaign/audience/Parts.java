package fi.lupa.campaign.audience;

import fi.lupa.campaign.routing.RouterTopology;
import fi.lupa.edge.access.Relays;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.streams.Peers;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;

/** Every instance knows a part; the one that was asked puts them together. */
public final class Parts {

    private Parts() {}

    /**
     * The whole; of another instance's question, this instance's part.
     *
     * @param both one part and another as one
     */
    public static <T> CompletableFuture<T> of(
            Context ctx, Peers peers, Supplier<T> here, Class<T> type, BinaryOperator<T> both) {
        if (Relays.isRelayed(ctx)) {
            return CompletableFuture.completedFuture(here.get());
        }
        List<CompletableFuture<T>> there = peers.othersWith(RouterTopology.CONSENT_STATE).stream()
                .map(host -> peers.open(ctx, host, pathAndQuery(ctx)).thenApply(answer -> read(answer, type)))
                .toList();
        T ours = here.get();
        return CompletableFuture.allOf(there.toArray(CompletableFuture[]::new))
                .thenApply(all -> there.stream().map(CompletableFuture::join).reduce(ours, both));
    }

    private static String pathAndQuery(Context ctx) {
        return ctx.req().getRequestURI() + (ctx.queryString() == null ? "" : "?" + ctx.queryString());
    }

    private static <T> T read(HttpResponse<InputStream> answer, Class<T> type) {
        try (InputStream body = answer.body()) {
            if (answer.statusCode() != 200) {
                throw Peers.moving();
            }
            return Json.MAPPER.readValue(body, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
