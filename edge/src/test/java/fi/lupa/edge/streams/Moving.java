package fi.lupa.edge.streams;

import io.javalin.http.Context;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreType;

/** Whoever asks finds out that the state is on the move. */
public record Moving() implements Peers {
    @Override
    public Optional<HostInfo> otherHolderOf(String store, String key) {
        throw Peers.moving();
    }

    @Override
    public List<HostInfo> othersWith(String store) {
        throw Peers.moving();
    }

    @Override
    public <S, R> R read(String store, QueryableStoreType<S> type, Function<S, R> reading) {
        throw Peers.moving();
    }

    @Override
    public CompletableFuture<HttpResponse<byte[]>> ask(Context ctx, HostInfo holder, byte[] body) {
        throw Peers.moving();
    }

    @Override
    public CompletableFuture<HttpResponse<InputStream>> open(Context ctx, HostInfo holder, String pathAndQuery) {
        throw new UnsupportedOperationException("nothing is read while it comes");
    }

    @Override
    public CompletableFuture<HttpResponse<byte[]>> get(Context ctx, HostInfo holder, String pathAndQuery) {
        throw Peers.moving();
    }
}
