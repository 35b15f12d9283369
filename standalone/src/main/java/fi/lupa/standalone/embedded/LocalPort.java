package fi.lupa.standalone.embedded;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;

/** Binds ports of this machine that no other machine can reach. */
public final class LocalPort {

    static final String HOST = "127.0.0.1";

    private LocalPort() {}

    /**
     * Asks whether a port can be had, before anything is started that would have to be stopped again.
     *
     * @param who is named when it is taken
     * @throws CannotStartException if it is
     */
    public static void check(int port, String who) {
        try {
            bind(port, who).close();
        } catch (IOException e) {
            throw new CannotStartException("Port %d on %s cannot be let go of: %s".formatted(port, HOST, e), e);
        }
    }

    /** Binds a port, any free one for 0, as Kafka wants it: not blocking. {@code who} is named when it is taken. */
    static ServerSocketChannel bind(int port, String who) {
        try {
            var socket = ServerSocketChannel.open();
            try {
                socket.configureBlocking(false);
                return socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        } catch (BindException e) {
            throw new CannotStartException(
                    "Port " + port + " on " + HOST + ", which " + who
                            + " is to use, is taken by another program: stop that program, or choose another port.",
                    e);
        } catch (IOException e) {
            throw new CannotStartException(
                    "Port " + port + " on " + HOST + " cannot be opened for " + who + ": " + e, e);
        }
    }
}
