package fi.lupa.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The way to the broker and to the registry: cut, dead without a word, slow, or leading elsewhere. */
class NetworkFT {

    private static final int AWAY_SECONDS = 20;
    private static final long SLOW_MILLIS = 2_000;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void whatIsCutOffFromTheBrokerPromisesNothingAndGoesOnAfterwards() throws Exception {
        brokerAway(Cable::cut);
    }

    @Test
    void aBrokerThatSuddenlySaysNothingIsGivenUpAndFoundAgain() throws Exception {
        brokerAway(Cable::silence);
    }

    @Test
    void aSlowWayToTheBrokerDelaysAndLosesNothing() throws Exception {
        under((all, broker, registry) -> {
            broker.slow(SLOW_MILLIS);
            all.goesOn();
            TimeUnit.SECONDS.sleep(AWAY_SECONDS);
            broker.mend();
        });
    }

    @Test
    void withoutTheRegistryWhatRunsRunsOn() throws Exception {
        registryFails(Cable::cut);
    }

    @Test
    void aRegistryThatHangsHoldsNothingUp() throws Exception {
        registryFails(Cable::silence);
    }

    @Test
    void aSlowRegistryHoldsNothingUp() throws Exception {
        registryFails(cable -> cable.slow(SLOW_MILLIS));
    }

    @Test
    void aRegistryThatAnswersWithAPageOfItsProxyIsNotBelieved() throws Exception {
        HttpServer proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.createContext("/", exchange -> {
            byte[] page = "<html><body>Scheduled maintenance</body></html>".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        proxy.start();
        try {
            registryFails(cable -> cable.leadTo(proxy.getAddress().getPort()));
        } finally {
            proxy.stop(0);
        }
    }

    private void brokerAway(Consumer<Cable> fault) throws Exception {
        under((all, broker, registry) -> {
            fault.accept(broker);
            TimeUnit.SECONDS.sleep(AWAY_SECONDS);
            long answered = all.load().answered();
            TimeUnit.SECONDS.sleep(AWAY_SECONDS);
            assertThat(all.load().answered())
                    .as("answered with 202 while the broker is away")
                    .isEqualTo(answered);
            broker.mend();
        });
    }

    /** What runs has its schemas; what starts waits for the registry. */
    private void registryFails(Consumer<Cable> fault) throws Exception {
        int registryPort = URI.create(Infrastructure.registryUrl()).getPort();
        under((all, broker, registry) -> {
            fault.accept(registry);
            all.goesOn();
            all.router().kill();
            TimeUnit.SECONDS.sleep(AWAY_SECONDS);
            all.goesOn();
            registry.mend();
            registry.leadTo(registryPort);
        });
    }

    private interface Trouble {
        void with(UnderFire all, Cable broker, Cable registry) throws Exception;
    }

    private void under(Trouble trouble) throws Exception {
        URI registryUrl = URI.create(Infrastructure.registryUrl());
        try (ClusterUnderFire cluster = new ClusterUnderFire(folder, 1);
                Cable registry = new Cable(registryUrl.getPort())) {
            cluster.startAll();
            try (TestInstallation lupa =
                    new TestInstallation(cluster.bootstrapServers(), registryUrl.toString(), "network", folder)) {
                UnderFire.proveThrough(
                        all -> trouble.with(all, cluster.cables().get(0), registry),
                        lupa,
                        folder,
                        "--bootstrap-servers=" + cluster.atCables(),
                        "--schema-registry-url="
                                + registryUrl.toString().replace(":" + registryUrl.getPort(), ":" + registry.port()));
            }
        }
    }
}
