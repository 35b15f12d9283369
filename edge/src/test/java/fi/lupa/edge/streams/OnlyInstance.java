package fi.lupa.edge.streams;

import io.javalin.http.Context;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.state.HostInfo;

/** The only instance there is; a test of several says how they are asked. */
public abstract class OnlyInstance implements Peers {

    @Override
    public Optional<HostInfo> otherHolderOf(String store, String key) {
        return Optional.empty();
    }

    @Override
    public List<HostInfo> othersWith(String store) {
        return List.of();
    }

    @Override
    public CompletableFuture<HttpResponse<byte[]>> ask(Context ctx, HostInfo holder, byte[] body) {
        throw new AssertionError("no request is passed on");
    }

    @Override
    public CompletableFuture<HttpResponse<byte[]>> get(Context ctx, HostInfo holder, String pathAndQuery) {
        throw new AssertionError("nothing is asked of another instance");
    }

    @Override
    public CompletableFuture<HttpResponse<InputStream>> open(Context ctx, HostInfo holder, String pathAndQuery) {
        throw new AssertionError("nothing is read while it comes");
    }
}
