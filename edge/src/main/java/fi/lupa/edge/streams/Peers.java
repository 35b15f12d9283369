package fi.lupa.edge.streams;

import fi.lupa.edge.http.ProblemException;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreType;

/**
 * The instances of a service, each of which holds the state of some subjects: finds the one that holds a key, and lets it
 * answer.
 */
public final class Peers {

    private static final String RELAYED = "X-Lupa-Relayed";
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration REBALANCE = Duration.ofSeconds(2);

    private final KafkaStreams streams;
    private final HostInfo self;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /** @param advertised this instance, as the others know it: {@code host:port} */
    public Peers(KafkaStreams streams, String advertised) {
        this.streams = streams;
        this.self = HostInfo.buildFromEndpoint(advertised);
    }

    /**
     * The other instance that holds the key; empty if this one does.
     *
     * @throws ProblemException 503 while nobody can be said to hold it
     */
    public Optional<HostInfo> otherHolderOf(String store, String key) {
        KeyQueryMetadata holder;
        try {
            holder = streams.queryMetadataForKey(store, key, new StringSerializer());
        } catch (IllegalStateException | InvalidStateStoreException e) {
            throw moving();
        }
        if (holder == null || holder.equals(KeyQueryMetadata.NOT_AVAILABLE)) {
            throw moving();
        }
        return holder.activeHost().equals(self) ? Optional.empty() : Optional.of(holder.activeHost());
    }

    /** Every other instance that holds a part of the store. */
    public List<HostInfo> othersWith(String store) {
        try {
            return streams.streamsMetadataForStore(store).stream()
                    .map(StreamsMetadata::hostInfo)
                    .filter(host -> !host.equals(self))
                    .toList();
        } catch (IllegalStateException | InvalidStateStoreException e) {
            throw moving();
        }
    }

    /**
     * Reads what this instance holds of a store.
     *
     * @throws ProblemException 503 while it is being moved or restored
     */
    public <S, R> R read(String store, QueryableStoreType<S> type, Function<S, R> reading) {
        try {
            return reading.apply(streams.store(StoreQueryParameters.fromNameAndType(store, type)));
        } catch (InvalidStateStoreException e) {
            throw moving();
        }
    }

    /** 503: nobody can be said to hold what is asked for; in a moment somebody can. */
    public static ProblemException moving() {
        return ProblemException.unavailable(
                "The state is being moved between instances or restored; try again in a moment.", REBALANCE);
    }

    /** Whether the request came from another instance, which must not be sent on once more. */
    public static boolean isRelayed(Context ctx) {
        return ctx.header(RELAYED) != null;
    }

    /** Lets another instance answer the request, under the caller's own key. */
    public CompletableFuture<Void> relay(Context ctx, HostInfo holder) {
        return ask(ctx, holder).thenAccept(answer -> {
            ctx.status(answer.statusCode());
            answer.headers().firstValue(Header.CONTENT_TYPE).ifPresent(ctx::contentType);
            answer.headers().firstValue(Header.RETRY_AFTER).ifPresent(wait -> ctx.header(Header.RETRY_AFTER, wait));
            ctx.result(answer.body());
        });
    }

    /** Puts the caller's request to another instance. */
    public CompletableFuture<HttpResponse<byte[]>> ask(Context ctx, HostInfo holder) {
        return ask(ctx, holder, ctx.bodyAsBytes());
    }

    /** Puts the caller's request to another instance with another body. */
    public CompletableFuture<HttpResponse<byte[]>> ask(Context ctx, HostInfo holder, byte[] body) {
        if (isRelayed(ctx)) {
            throw moving();
        }
        String query = ctx.queryString() == null ? "" : "?" + ctx.queryString();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + holder.host() + ":" + holder.port()
                        + ctx.req().getRequestURI() + query))
                .timeout(PATIENCE)
                .header(RELAYED, self.host())
                .method(ctx.method().name(), HttpRequest.BodyPublishers.ofByteArray(body));
        for (String header : List.of(Header.AUTHORIZATION, Header.CONTENT_TYPE, Header.ACCEPT)) {
            Optional.ofNullable(ctx.header(header)).ifPresent(value -> request.header(header, value));
        }
        return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray())
                .exceptionallyCompose(e -> CompletableFuture.failedFuture(moving()));
    }
}
