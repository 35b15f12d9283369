package fi.lupa.consent.query;

import fi.lupa.consent.intake.OpenDoor;
import fi.lupa.consent.topology.ConsentDriver;
import fi.lupa.edge.access.Relays;
import fi.lupa.edge.streams.OnlyInstance;
import io.javalin.http.Context;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreType;

/** An instance that holds the files that a topology keeps, but for those that others are said to hold. */
public final class HeldFiles extends OnlyInstance {

    /** Who holds whom, by subjectId. */
    public final Map<String, HostInfo> heldElsewhere = new HashMap<>();

    private final HttpClient client = HttpClient.newHttpClient();
    private final ConsentDriver stream;

    public HeldFiles(ConsentDriver stream) {
        this.stream = stream;
    }

    @Override
    public Optional<HostInfo> otherHolderOf(String store, String key) {
        return Optional.ofNullable(heldElsewhere.get(key));
    }

    @Override
    public List<HostInfo> othersWith(String store) {
        return List.copyOf(heldElsewhere.values());
    }

    @Override
    @SuppressWarnings("unchecked") // the doors know what is in each
    public <S, R> R read(String store, QueryableStoreType<S> type, Function<S, R> reading) {
        return reading.apply((S) stream.store(store));
    }

    @Override
    public CompletableFuture<HttpResponse<byte[]>> get(Context ctx, HostInfo holder, String pathAndQuery) {
        URI uri = URI.create("http://" + holder.host() + ":" + holder.port() + pathAndQuery);
        return client.sendAsync(
                HttpRequest.newBuilder(uri)
                        .header(Relays.HEADER, OpenDoor.RELAYS.token(ctx))
                        .build(),
                BodyHandlers.ofByteArray());
    }
}
