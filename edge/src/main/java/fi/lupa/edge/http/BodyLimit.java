package fi.lupa.edge.http;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Ends the reading of a body that grows beyond the limit, announced or in chunks, read whole, as parts or as a stream.
 * What follows the limit is thrown away as it comes, up to a multiple, so that an honest sender gets to read why.
 */
final class BodyLimit extends Handler.Wrapper {
    private static final int PATIENCE = 32;

    private final long limit;

    BodyLimit(long limit) {
        this.limit = limit;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        return super.handle(new Limited(request), response, callback);
    }

    private final class Limited extends Request.Wrapper {
        private long read;

        Limited(Request request) {
            super(request);
        }

        @Override
        public Content.Chunk read() {
            Content.Chunk chunk = super.read();
            while (chunk != null && !Content.Chunk.isFailure(chunk)) {
                read += chunk.remaining();
                if (read <= limit) {
                    return chunk;
                }
                boolean over = chunk.isLast() || read > limit * PATIENCE;
                chunk.release();
                chunk = over ? Content.Chunk.from(ProblemException.tooLarge(limit), true) : super.read();
            }
            return chunk;
        }
    }
}
