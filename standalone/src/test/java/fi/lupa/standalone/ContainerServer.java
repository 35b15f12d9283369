package fi.lupa.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.kafka.KafkaContainer;

/** A server in a container, on a port of this machine that it keeps when the container is started again. */
final class ContainerServer implements Server {

    private static final Duration SERVES_WITHIN = Duration.ofSeconds(60);

    private final GenericContainer<?> container;
    private final String address;
    private final Callable<Boolean> serves;

    static Server broker() {
        var port = freePort();
        // The same short session as the embedded broker's, so that an outage ends as soon.
        var container = new KafkaContainer("apache/kafka:4.3.1")
                .withEnv("KAFKA_BROKER_SESSION_TIMEOUT_MS", "3000")
                .withEnv("KAFKA_BROKER_HEARTBEAT_INTERVAL_MS", "1000");
        container.setPortBindings(List.of("127.0.0.1:" + port + ":9092"));
        var address = "127.0.0.1:" + port;
        return new ContainerServer(container, address, () -> {
            try (var admin = Admin.create(Map.of("bootstrap.servers", address))) {
                return !admin.describeCluster().nodes().get().isEmpty();
            }
        });
    }

    static Server registry() {
        var port = freePort();
        // In a file, since schemas in memory would not outlive an outage.
        var container = new GenericContainer<>("apicurio/apicurio-registry:3.3.3")
                .withEnv("APICURIO_STORAGE_KIND", "sql")
                .withEnv("APICURIO_STORAGE_SQL_KIND", "h2")
                .withEnv("APICURIO_DATASOURCE_URL", "jdbc:h2:file:/tmp/registry;WRITE_DELAY=0")
                .withExposedPorts(8080);
        container.setPortBindings(List.of("127.0.0.1:" + port + ":8080"));
        var address = "http://127.0.0.1:" + port + "/apis/ccompat/v7";
        // Docker accepts connections before the registry does; without a limit the first call would wait for them.
        var subjects = HttpRequest.newBuilder(URI.create(address + "/subjects"))
                .timeout(Duration.ofSeconds(2))
                .build();
        var http = HttpClient.newHttpClient();
        return new ContainerServer(
                container,
                address,
                () -> http.send(subjects, BodyHandlers.discarding()).statusCode() == 200);
    }

    private ContainerServer(GenericContainer<?> container, String address, Callable<Boolean> serves) {
        this.container = container;
        this.address = address;
        this.serves = serves;
        container.start();
        awaitServing();
    }

    /** Docker takes no 0 for a port that is to stay the same at the next start. */
    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitServing() {
        Exception last = null;
        for (var deadline = System.nanoTime() + SERVES_WITHIN.toNanos(); System.nanoTime() < deadline; ) {
            try {
                if (serves.call()) {
                    return;
                }
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            } catch (Exception notYet) {
                last = notYet;
            }
        }
        throw new IllegalStateException("Nothing serves at " + address, last);
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public void stop() {
        container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void start() {
        container
                .getDockerClient()
                .startContainerCmd(container.getContainerId())
                .exec();
        awaitServing();
    }

    @Override
    public void close() {
        container.stop();
    }
}
