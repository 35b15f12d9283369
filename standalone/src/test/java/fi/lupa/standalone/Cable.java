package fi.lupa.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What lies between a service and a server on this machine, and can be cut, left hanging and made slow. */
final class Cable implements AutoCloseable {

    private static final int BYTES = 64 * 1024;
    private static final int PIECES = 4_096;

    private final ServerSocket door;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile int server;
    private volatile boolean cut;
    private volatile boolean silent;
    private volatile long delayMillis;

    /** @param server port of the server */
    Cable(int server) {
        this.server = server;
        try {
            this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start("cable", this::accept);
    }

    /** The port at which a service finds the server. */
    int port() {
        return door.getLocalPort();
    }

    /** Ends all connections, and every new one at once. */
    void cut() {
        cut = true;
        hangUp();
    }

    /** Lets connections stand and nothing through them: who speaks hears nothing, not even that nobody is there. */
    void silence() {
        silent = true;
    }

    /** Keeps every piece for so long, in each direction. */
    void slow(long millis) {
        delayMillis = millis;
    }

    /** Leads new connections elsewhere, and ends those there are. */
    void leadTo(int otherServer) {
        server = otherServer;
        hangUp();
    }

    /** As it was; what was said while it was silent comes through now. */
    void mend() {
        cut = false;
        silent = false;
        delayMillis = 0;
    }

    private void hangUp() {
        sockets.forEach(Cable::close);
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                if (cut) {
                    client.close();
                } else {
                    join(client);
                }
            } catch (IOException e) {
                // Closed, or nobody at the other end: whoever called sees a connection that ends.
            }
        }
    }

    private void join(Socket client) throws IOException {
        sockets.add(client);
        Socket to;
        try {
            to = new Socket(InetAddress.getLoopbackAddress(), server);
        } catch (IOException e) {
            close(client);
            throw e;
        }
        sockets.add(to);
        start("cable-there", () -> carry(client, to));
        start("cable-back", () -> carry(to, client));
    }

    /** So many bytes that came, and when they are to arrive, of {@link System#nanoTime()}; none at the end. */
    private record Piece(byte[] bytes, long due) {}

    /** As many are on the way at a time as there is room for: what is slow holds up nobody who sends. */
    private void carry(Socket from, Socket to) {
        BlockingQueue<Piece> onTheWay = new ArrayBlockingQueue<>(PIECES);
        start("cable-end", () -> deliver(onTheWay, from, to));
        byte[] bytes = new byte[BYTES];
        try {
            InputStream in = from.getInputStream();
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                onTheWay.put(new Piece(Arrays.copyOf(bytes, read), due()));
            }
        } catch (IOException e) {
            // It has hung up.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        onTheWay.offer(new Piece(new byte[0], due()));
    }

    private long due() {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMillis);
    }

    private void deliver(BlockingQueue<Piece> onTheWay, Socket from, Socket to) {
        try (from;
                to) {
            OutputStream out = to.getOutputStream();
            for (Piece next = onTheWay.take(); next.bytes().length > 0; next = onTheWay.take()) {
                TimeUnit.NANOSECONDS.sleep(next.due() - System.nanoTime());
                while (silent && !to.isClosed()) {
                    TimeUnit.MILLISECONDS.sleep(20);
                }
                out.write(next.bytes());
            }
        } catch (IOException e) {
            // One of the two has hung up, and so does the other.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        hangUp();
    }
}
