package fi.lupa.standalone.delivery;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A mail server on loopback that refuses whom it is told to, in the SMTP dialogue. */
public final class MailServer implements AutoCloseable {

    private final ServerSocket socket;
    private final Map<String, String> refused;
    private final List<String> taken = new CopyOnWriteArrayList<>();

    /** @param refused what is replied to whose recipient */
    public MailServer(Map<String, String> refused) throws IOException {
        this.refused = refused;
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::listen, "mail server");
        thread.setDaemon(true);
        thread.start();
    }

    public int port() {
        return socket.getLocalPort();
    }

    /** The recipients of what was taken. */
    public List<String> taken() {
        return taken;
    }

    private void listen() {
        while (!socket.isClosed()) {
            try (Socket client = socket.accept()) {
                talk(client);
            } catch (IOException e) {
                // Whoever hung up calls again.
            }
        }
    }

    private void talk(Socket client) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
        reply(client, "220 ready");
        String recipient = null;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("RCPT TO:")) {
                recipient = line.substring(line.indexOf('<') + 1, line.indexOf('>'));
                reply(client, refused.getOrDefault(recipient, "250 ok"));
            } else if (line.equals("DATA")) {
                reply(client, "354 go on");
                while (!lines.readLine().equals(".")) {
                    continue;
                }
                taken.add(recipient);
                reply(client, "250 taken");
            } else {
                reply(client, line.equals("QUIT") ? "221 bye" : "250 ok");
            }
        }
    }

    private static void reply(Socket client, String line) throws IOException {
        client.getOutputStream().write((line + "\r\n").getBytes(US_ASCII));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
