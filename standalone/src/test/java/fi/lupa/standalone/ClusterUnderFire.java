package fi.lupa.standalone;

import static fi.lupa.standalone.UnderFire.awaitTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/**
 * Brokers that are controllers, too, each in a process of its own. Of three, every record has three copies, and two suffice. Each
 * is found at an address of its own, and at one at the other end of a cable.
 */
final class ClusterUnderFire implements AutoCloseable {

    private final Path folder;
    private final int brokers;
    private final Map<Integer, SmallDisk> disks;
    private final List<Integer> ports = new ArrayList<>();
    private final List<Cable> cables = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();

    ClusterUnderFire(Path folder, int brokers) {
        this(folder, brokers, Map.of());
    }

    /** @param disks those of brokers that have one of their own, over their {@link #logDir} */
    ClusterUnderFire(Path folder, int brokers, Map<Integer, SmallDisk> disks) {
        this.folder = folder;
        this.brokers = brokers;
        this.disks = disks;
        List<Integer> quorum = new ArrayList<>();
        List<Integer> cabled = new ArrayList<>();
        for (int i = 0; i < brokers; i++) {
            ports.add(TestInstallation.freePort());
            quorum.add(TestInstallation.freePort());
            cabled.add(TestInstallation.freePort());
            cables.add(new Cable(cabled.get(i)));
            processes.add(null);
        }
        String voters = IntStream.range(0, brokers)
                .mapToObj(i -> i + "@127.0.0.1:" + quorum.get(i))
                .collect(Collectors.joining(","));
        int suffice = brokers / 2 + 1;
        String cluster = Uuid.randomUuid().toString();
        for (int i = 0; i < brokers; i++) {
            write(settings(i), """
                    node.id=%d
                    process.roles=broker,controller
                    log.dirs=%s
                    listeners=BROKER://127.0.0.1:%d,CABLE://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
                    advertised.listeners=BROKER://127.0.0.1:%d,CABLE://127.0.0.1:%d
                    listener.security.protocol.map=BROKER:PLAINTEXT,CABLE:PLAINTEXT,CONTROLLER:PLAINTEXT
                    inter.broker.listener.name=BROKER
                    controller.listener.names=CONTROLLER
                    controller.quorum.voters=%s
                    auto.create.topics.enable=false
                    default.replication.factor=%d
                    min.insync.replicas=%d
                    offsets.topic.replication.factor=%d
                    offsets.topic.num.partitions=4
                    transaction.state.log.replication.factor=%d
                    transaction.state.log.min.isr=%d
                    transaction.state.log.num.partitions=4
                    share.coordinator.state.topic.replication.factor=%d
                    share.coordinator.state.topic.min.isr=%d
                    group.initial.rebalance.delay.ms=0
                    broker.session.timeout.ms=3000
                    broker.heartbeat.interval.ms=1000
                    transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
                    log.cleaner.dedupe.buffer.size=8388608
                    """.formatted(
                            i,
                            logDir(folder, i),
                            ports.get(i),
                            cabled.get(i),
                            quorum.get(i),
                            ports.get(i),
                            cables.get(i).port(),
                            voters,
                            brokers,
                            suffice,
                            brokers,
                            brokers,
                            suffice,
                            brokers,
                            suffice));
            run(
                            i,
                            "kafka.tools.StorageTool",
                            "format",
                            "--cluster-id",
                            cluster,
                            "--config",
                            settings(i).toString())
                    .onExit()
                    .join();
        }
    }

    /** Where a broker keeps its topics. */
    static Path logDir(Path folder, int broker) {
        return folder.resolve("broker-" + broker);
    }

    String bootstrapServers() {
        return ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    /** The same, by the cables. */
    String atCables() {
        return cables.stream().map(cable -> "127.0.0.1:" + cable.port()).collect(Collectors.joining(","));
    }

    List<Cable> cables() {
        return cables;
    }

    void startAll() {
        IntStream.range(0, brokers).forEach(this::start);
        awaitInSync();
    }

    void start(int broker) {
        processes.set(broker, run(broker, "kafka.Kafka", settings(broker).toString()));
    }

    /** As {@code kill -9} does. */
    void kill(int broker) {
        processes.get(broker).destroyForcibly().onExit().join();
    }

    /** As an operator does: it hands its leaderships over first. */
    void stop(int broker) {
        processes.get(broker).destroy();
        processes.get(broker).onExit().join();
    }

    /** The broker that leads the controllers. */
    int controller() {
        try (Admin admin = admin()) {
            return admin.describeMetadataQuorum().quorumInfo().get().leaderId();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until every broker is there and has every record that it should have. */
    void awaitInSync() {
        awaitTrue(() -> {
            try (Admin admin = admin()) {
                return admin.describeCluster().nodes().get().size() == brokers
                        && admin
                                .describeTopics(admin.listTopics().names().get())
                                .allTopicNames()
                                .get()
                                .values()
                                .stream()
                                .flatMap(topic -> topic.partitions().stream())
                                .allMatch(partition -> partition.isr().size()
                                        == partition.replicas().size());
            } catch (ExecutionException e) {
                return false;
            }
        });
    }

    private Admin admin() {
        return Admin.create(Map.of(
                "bootstrap.servers", bootstrapServers(), "request.timeout.ms", 3_000, "default.api.timeout.ms", 5_000));
    }

    private Process run(int broker, String main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                ServiceUnderFire.JAVA.toString(),
                "-Xmx400m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(List.of(arguments));
        try {
            return new ProcessBuilder(
                            disks.containsKey(broker) ? disks.get(broker).under(command) : command)
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(
                            folder.resolve("broker-" + broker + ".log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path settings(int broker) {
        return folder.resolve("broker-" + broker + ".properties");
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        cables.forEach(Cable::close);
        processes.stream()
                .filter(process -> process != null)
                .forEach(process -> process.destroyForcibly().onExit().join());
    }
}
