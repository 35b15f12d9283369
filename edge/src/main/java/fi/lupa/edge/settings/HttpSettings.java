package fi.lupa.edge.settings;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Where a service listens and what it lets in. */
public final class HttpSettings implements Concern {
    @Option(
            names = "--http-host",
            paramLabel = "HOST",
            defaultValue = "${env:LUPA_HTTP_HOST}",
            description = "Address to listen on (LUPA_HTTP_HOST).")
    private String host = "127.0.0.1";

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            defaultValue = "${env:LUPA_HTTP_PORT}",
            description = "Port to listen on, 0 for any free one (LUPA_HTTP_PORT).")
    private int port;

    @Option(
            names = "--http-max-body",
            paramLabel = "BYTES",
            defaultValue = "${env:LUPA_HTTP_MAX_BODY}",
            description = "Longest request body that is read, in bytes (LUPA_HTTP_MAX_BODY).")
    private int maxBody = 1024 * 1024;

    @Option(
            names = "--http-timeout",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            defaultValue = "${env:LUPA_HTTP_TIMEOUT}",
            description = "Longest wait for Kafka before a request is answered 503, as 30s or 2m (LUPA_HTTP_TIMEOUT).")
    private Duration timeout = Duration.ofSeconds(30);

    /** The settings before a command line is read. */
    public HttpSettings(int defaultPort) {
        this.port = defaultPort;
    }

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    /** In bytes. */
    public int maxBody() {
        return maxBody;
    }

    public Duration timeout() {
        return timeout;
    }

    @Override
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        if (host.isBlank()) {
            faults.add("--http-host is empty; write an address of this machine, or 0.0.0.0 for all of them.");
        }
        if (port < 0 || port > 65535) {
            faults.add("--http-port is %d; write a port from 0 to 65535.".formatted(port));
        }
        if (maxBody < 1024) {
            faults.add("--http-max-body is %d bytes; write 1024 or more.".formatted(maxBody));
        }
        if (timeout.compareTo(Duration.ofMillis(1)) < 0) {
            faults.add("--http-timeout leaves no time to answer; write for example 30s.");
        }
        return faults;
    }

    static boolean isWeb(URI url) {
        return url.getHost() != null && List.of("http", "https").contains(String.valueOf(url.getScheme()));
    }
}
