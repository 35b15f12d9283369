package fi.lupa.edge.http;

import io.javalin.http.Context;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A body that is written while it is made. One that cannot be made to its end is cut off: its reader sees the connection
 * break, and takes no part for the whole.
 */
public final class StreamedBody {

    private static final Logger LOG = LoggerFactory.getLogger(StreamedBody.class);
    private static final int BUFFER = 64 * 1024;

    private StreamedBody() {}

    /** What is written. */
    @FunctionalInterface
    public interface Content {

        void writeTo(OutputStream out) throws IOException;
    }

    /** Of a short body nothing leaves before it is whole, however often what writes it flushes. */
    private static final class Unflushed extends BufferedOutputStream {

        Unflushed(OutputStream out) {
            super(out, BUFFER);
        }

        @Override
        public synchronized void flush() {}

        void end() throws IOException {
            super.flush();
        }
    }

    /** Answers with the content; with a problem, where it fails before the first of it has left. */
    public static void write(Context ctx, String contentType, Content content) {
        ctx.contentType(contentType);
        try {
            Unflushed out = new Unflushed(ctx.res().getOutputStream());
            content.writeTo(out);
            out.end();
        } catch (IOException | RuntimeException e) {
            if (!ctx.res().isCommitted()) {
                ctx.res().reset();
                throw e instanceof RuntimeException failure ? failure : new UncheckedIOException((IOException) e);
            }
            LOG.atWarn()
                    .addKeyValue("failure", e.getClass().getSimpleName())
                    .log("A body could not be written to its end; its connection is cut off");
            ServletContextRequest.getServletContextRequest(ctx.req())
                    .getConnectionMetaData()
                    .getConnection()
                    .getEndPoint()
                    .close(e);
        }
    }
}
