package fi.lupa.edge.server;

import fi.lupa.edge.http.ProblemException;
import java.time.Duration;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Ends the reading of a body that grows beyond the limit, announced or in chunks, read whole, as parts or as a stream.
 * What follows the limit is thrown away as it comes, up to a multiple, so that an honest sender gets to read why. One that comes drop
 * by drop is ended, too: while it comes, it keeps another from being worked on.
 */
final class BodyLimit extends Handler.Wrapper {
    private static final int PATIENCE = 32;

    /** What a body may take, and for each second more it has to have so many bytes. */
    private static final Duration BEGINNING = Duration.ofSeconds(10);

    private static final int SLOWEST = 1_000;

    private final long limit;

    BodyLimit(long limit) {
        this.limit = limit;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        return super.handle(new Limited(request), response, callback);
    }

    private final class Limited extends Request.Wrapper {
        private final long began = System.nanoTime();
        private long read;

        Limited(Request request) {
            super(request);
        }

        @Override
        public Content.Chunk read() {
            Content.Chunk chunk = super.read();
            while (chunk != null && !Content.Chunk.isFailure(chunk)) {
                read += chunk.remaining();
                if (!chunk.isLast() && isTooSlow()) {
                    chunk.release();
                    return Content.Chunk.from(ProblemException.tooSlow(), true);
                }
                if (read <= limit) {
                    return chunk;
                }
                boolean over = chunk.isLast() || read > limit * PATIENCE;
                chunk.release();
                chunk = over ? Content.Chunk.from(ProblemException.tooLarge(limit), true) : super.read();
            }
            return chunk;
        }

        private boolean isTooSlow() {
            long more = System.nanoTime() - began - BEGINNING.toNanos();
            return more > 0 && read * 1e9 / SLOWEST < more;
        }
    }
}
