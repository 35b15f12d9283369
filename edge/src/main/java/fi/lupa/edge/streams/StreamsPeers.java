package fi.lupa.edge.streams;

import fi.lupa.edge.access.Relays;
import fi.lupa.edge.settings.TlsKeystore;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreType;

/** The instances of a service, as Kafka Streams knows them. */
final class StreamsPeers implements Peers {

    /** Who asks, for what, and in which shape. */
    private static final List<String> PASSED_ON = List.of(
            Header.AUTHORIZATION,
            Header.COOKIE,
            "X-CSRF-Token",
            "HX-Request",
            Header.CONTENT_TYPE,
            Header.ACCEPT,
            Header.ACCEPT_LANGUAGE);

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Until the first of an answer that everybody's state is looked at for. */
    private static final Duration LONG_PATIENCE = Duration.ofSeconds(120);

    private final KafkaStreams streams;
    private final HostInfo self;
    private final Relays relays;
    private final Predicate<String> current;
    private final Shares shares;
    private final String scheme;
    private final PeerClient client;

    StreamsPeers(
            KafkaStreams streams,
            String advertised,
            Optional<TlsKeystore> tls,
            Relays relays,
            Predicate<String> current,
            Shares shares) {
        this.relays = relays;
        this.streams = streams;
        this.self = HostInfo.buildFromEndpoint(advertised);
        this.current = current;
        this.shares = shares;
        this.scheme = tls.isPresent() ? "https" : "http";
        this.client = new PeerClient(tls);
    }

    @Override
    public Optional<HostInfo> otherHolderOf(String store, String key) {
        return partOf(store, key).other();
    }

    @Override
    public Part partOf(String store, String key) {
        KeyQueryMetadata holder;
        try {
            holder = streams.queryMetadataForKey(store, key, new StringSerializer());
        } catch (IllegalStateException | InvalidStateStoreException e) {
            throw Peers.moving();
        }
        if (holder == null
                || holder.equals(KeyQueryMetadata.NOT_AVAILABLE)
                || holder.activeHost().equals(HostInfo.unavailable())) {
            throw Peers.moving();
        }
        boolean here = holder.activeHost().equals(self);
        return new Part(here ? Optional.empty() : Optional.of(holder.activeHost()), holder.partition());
    }

    @Override
    public List<HostInfo> othersWith(String store) {
        try {
            return streams.streamsMetadataForStore(store).stream()
                    .map(StreamsMetadata::hostInfo)
                    .filter(host -> !host.equals(self))
                    .toList();
        } catch (IllegalStateException | InvalidStateStoreException e) {
            throw Peers.moving();
        }
    }

    @Override
    public <S, R> R read(String store, QueryableStoreType<S> type, Function<S, R> reading) {
        return read(store, StoreQueryParameters.fromNameAndType(store, type), reading);
    }

    @Override
    public <S, R> R read(String store, int partition, QueryableStoreType<S> type, Function<S, R> reading) {
        return read(store, StoreQueryParameters.fromNameAndType(store, type).withPartition(partition), reading);
    }

    @Override
    public Shares shares() {
        return shares;
    }

    @Override
    public void checkCurrent(String store) {
        if (!current.test(store)) {
            throw Peers.moving();
        }
    }

    private <S, R> R read(String store, StoreQueryParameters<S> which, Function<S, R> reading) {
        checkCurrent(store);
        try {
            return reading.apply(streams.store(which));
        } catch (InvalidStateStoreException e) {
            throw Peers.moving();
        }
    }

    @Override
    public CompletableFuture<HttpResponse<byte[]>> ask(Context ctx, HostInfo holder, byte[] body) {
        if (Relays.isRelayed(ctx)) {
            throw Peers.moving();
        }
        String query = ctx.queryString() == null ? "" : "?" + ctx.queryString();
        return send(
                ctx,
                holder,
                ctx.req().getRequestURI() + query,
                ctx.method().name(),
                HttpRequest.BodyPublishers.ofByteArray(body));
    }

    @Override
    public CompletableFuture<HttpResponse<byte[]>> get(Context ctx, HostInfo holder, String pathAndQuery) {
        return send(ctx, holder, pathAndQuery, "GET", HttpRequest.BodyPublishers.noBody());
    }

    @Override
    public CompletableFuture<HttpResponse<InputStream>> open(Context ctx, HostInfo holder, String pathAndQuery) {
        return send(
                request(ctx, holder, pathAndQuery)
                        .timeout(LONG_PATIENCE)
                        .method(ctx.method().name(), HttpRequest.BodyPublishers.noBody()),
                HttpResponse.BodyHandlers.ofInputStream());
    }

    private CompletableFuture<HttpResponse<byte[]>> send(
            Context ctx, HostInfo holder, String pathAndQuery, String method, HttpRequest.BodyPublisher body) {
        return send(request(ctx, holder, pathAndQuery).method(method, body), HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpRequest.Builder request(Context ctx, HostInfo holder, String pathAndQuery) {
        URI uri = URI.create(scheme + "://" + holder.host() + ":" + holder.port() + pathAndQuery);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(PATIENCE).header(Relays.HEADER, relays.token(ctx));
        for (String header : PASSED_ON) {
            Optional.ofNullable(ctx.header(header)).ifPresent(value -> request.header(header, value));
        }
        return request;
    }

    private <T> CompletableFuture<HttpResponse<T>> send(
            HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
        return client.get()
                .sendAsync(request.build(), handler)
                .exceptionallyCompose(e -> CompletableFuture.failedFuture(Peers.moving()));
    }
}
