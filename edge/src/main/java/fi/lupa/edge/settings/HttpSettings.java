package fi.lupa.edge.settings;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Help.Visibility;
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
            names = "--http-max-requests",
            paramLabel = "N",
            defaultValue = "${env:LUPA_HTTP_MAX_REQUESTS}",
            description =
                    "Most requests worked on at once; as many more wait for up to a second, and the rest are told to"
                            + " come again (LUPA_HTTP_MAX_REQUESTS).")
    private int maxRequests = 256;

    @Option(
            names = "--http-timeout",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            defaultValue = "${env:LUPA_HTTP_TIMEOUT}",
            description = "Longest wait for Kafka before a request is answered 503, as 30s or 2m (LUPA_HTTP_TIMEOUT).")
    private Duration timeout = Duration.ofSeconds(30);

    @Option(
            names = "--tls-keystore",
            paramLabel = "FILE",
            defaultValue = "${env:LUPA_TLS_KEYSTORE}",
            description = "PKCS12 file with the key and certificate to serve HTTPS with (LUPA_TLS_KEYSTORE).")
    private Path tlsKeystore;

    @Option(
            names = "--tls-keystore-password",
            paramLabel = "SECRET",
            converter = Secret.Converter.class,
            showDefaultValue = Visibility.NEVER,
            defaultValue = "${env:LUPA_TLS_KEYSTORE_PASSWORD}",
            description = "Its password (LUPA_TLS_KEYSTORE_PASSWORD).")
    private Secret tlsKeystorePassword = new Secret("");

    @Option(
            names = "--tls-client-ca",
            paramLabel = "FILE",
            defaultValue = "${env:LUPA_TLS_CLIENT_CA}",
            description = "PEM file with the certificates of those who vouch for callers: with it, only who shows a"
                    + " certificate that one of them issued is let in (LUPA_TLS_CLIENT_CA).")
    private Path tlsClientCa;

    @Option(
            names = "--behind-proxy",
            negatable = true,
            defaultValue = "${env:LUPA_BEHIND_PROXY:-false}",
            fallbackValue = "true",
            description = "TLS ends at a proxy in front, which alone reaches this service, keeps Host and appends the"
                    + " caller's address to X-Forwarded-For (LUPA_BEHIND_PROXY).")
    private boolean behindProxy;

    @Option(
            names = "--requests-per-minute",
            paramLabel = "N",
            defaultValue = "${env:LUPA_REQUESTS_PER_MINUTE}",
            description = "Most requests a minute of one caller from one address, 0 for no limit"
                    + " (LUPA_REQUESTS_PER_MINUTE).")
    private int requestsPerMinute = 60_000;

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

    /** Worked on at once. */
    public int maxRequests() {
        return maxRequests;
    }

    public Duration timeout() {
        return timeout;
    }

    /** The key and certificate to serve HTTPS with; empty for plain HTTP. */
    public Optional<TlsKeystore> tls() {
        return Optional.ofNullable(tlsKeystore).map(file -> new TlsKeystore(file, tlsKeystorePassword));
    }

    /** Who vouches for callers; empty where anybody may call. */
    public Optional<TlsAuthorities> clientAuthorities() {
        return Optional.ofNullable(tlsClientCa).map(TlsAuthorities::new);
    }

    public boolean behindProxy() {
        return behindProxy;
    }

    /** Whether people reach it by HTTPS, here or at the proxy. */
    public boolean reachedByTls() {
        return behindProxy || tlsKeystore != null;
    }

    /** Where the service answers on this port, as seen from this machine. */
    public URI url(int onPort) {
        String here = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        return URI.create("%s://%s:%d"
                .formatted(
                        tlsKeystore == null ? "http" : "https", here.contains(":") ? "[" + here + "]" : here, onPort));
    }

    public int requestsPerMinute() {
        return requestsPerMinute;
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
        if (maxRequests < 1) {
            faults.add("--http-max-requests is %d; write 1 or more.".formatted(maxRequests));
        }
        if (timeout.compareTo(Duration.ofMillis(1)) < 0) {
            faults.add("--http-timeout leaves no time to answer; write for example 30s.");
        }
        if (!reachedByTls() && !host.isBlank() && !isLoopback(host)) {
            faults.add(
                    ("--http-host is %s, where others on the network could read keys and answers; give --tls-keystore,"
                                    + " or --behind-proxy where a proxy in front ends TLS, or listen on 127.0.0.1.")
                            .formatted(host));
        }
        if (tlsKeystore != null && behindProxy) {
            faults.add("--tls-keystore and --behind-proxy contradict each other: TLS ends here or at the proxy.");
        }
        if (tlsClientCa != null && tlsKeystore == null) {
            faults.add(
                    "--tls-client-ca asks for callers' certificates, which takes TLS here; give --tls-keystore, too.");
        }
        clientAuthorities().flatMap(TlsAuthorities::fault).ifPresent(faults::add);
        tls().flatMap(TlsKeystore::fault).ifPresent(faults::add);
        return faults;
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    static boolean isWeb(URI url) {
        return url.getHost() != null && List.of("http", "https").contains(String.valueOf(url.getScheme()));
    }
}
