package fi.lupa.standalone.embedded;

import static java.util.Map.entry;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import kafka.server.StandardFaultHandlerFactory;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.LoggerFactory;

/**
 * Runs one real Kafka broker, its own controller, in this process.
 *
 * <p>It puts Kafka's parts together itself, as {@link KafkaRaftServer} does, but binds the ports first and hands the
 * sockets over: a port that is only found free may be taken by the time Kafka binds it.
 */
public final class EmbeddedKafka implements AutoCloseable {

    private static final String BROKER = "BROKER";
    private static final String CONTROLLER = "CONTROLLER";
    private static final String NODE = "1";

    private final FolderLock lock;
    private final Map<String, ServerSocketChannel> sockets;
    private final ControllerServer controller;
    private final BrokerServer broker;

    /**
     * Starts a broker on the data that an earlier one left in the folder, or on a fresh folder.
     *
     * @param folder for this broker's data and nothing else: Kafka takes every folder in it for a topic
     * @param port to listen on, on 127.0.0.1 only; 0 takes any free one
     * @throws CannotStartException when the port or the folder is taken, or the data cannot be read
     */
    public static EmbeddedKafka start(Path folder, int port) {
        return start(folder, port, Map.of());
    }

    /** @param more settings, which go before those of here: as who may connect, and do what */
    static EmbeddedKafka start(Path folder, int port, Map<String, String> more) {
        var lock = FolderLock.on(folder, Duration.ZERO);
        ServerSocketChannel client = null;
        ServerSocketChannel quorum = null;
        EmbeddedKafka kafka = null;
        try {
            client = LocalPort.bind(port, "Kafka");
            quorum = LocalPort.bind(0, "Kafka's controller");
            kafka = new EmbeddedKafka(folder.toAbsolutePath(), lock, Map.of(BROKER, client, CONTROLLER, quorum), more);
            // The controller first: the broker registers with it.
            kafka.controller.startup();
            kafka.broker.startup();
            return kafka;
        } catch (Exception e) {
            Utils.closeAllQuietly(null, "", kafka, client, quorum, lock);
            throw e instanceof CannotStartException cannot
                    ? cannot
                    : new CannotStartException(
                            "Kafka did not start on the data in " + folder + ": " + e.getMessage(), e);
        }
    }

    private EmbeddedKafka(
            Path folder, FolderLock lock, Map<String, ServerSocketChannel> sockets, Map<String, String> more)
            throws Exception {
        this.lock = lock;
        this.sockets = sockets;
        if (Files.notExists(folder.resolve("meta.properties"))) {
            format(folder);
        }
        var settings = new HashMap<>(settings(folder));
        settings.putAll(more);
        var config = new KafkaConfig(settings, false);
        var data = KafkaRaftServer.initializeLogDirs(config, LoggerFactory.getLogger(EmbeddedKafka.class), "");
        var shared = new SharedServer(
                config,
                data._1(),
                Time.SYSTEM,
                Server.initializeMetrics(
                        config, Time.SYSTEM, data._1().clusterId().orElseThrow()),
                CompletableFuture.completedFuture(
                        QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
                QuorumConfig.parseBootstrapServers(config.quorumConfig().bootstrapServers()),
                // A fault that Kafka cannot go on from ends this process: without its broker it has nothing to do.
                new StandardFaultHandlerFactory(),
                (listener, address, backlog, receiveBuffer) -> sockets.get(listener));
        this.controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), data._2());
        this.broker = new BrokerServer(shared);
    }

    /** Lays out an empty folder; {@code meta.properties} is written last, so that a half done layout is done again. */
    private static void format(Path folder) throws Exception {
        new Formatter()
                .setNodeId(Integer.parseInt(NODE))
                .setClusterId(Uuid.randomUuid().toString())
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setControllerListenerName(CONTROLLER)
                .setMetadataLogDirectory(folder.toString())
                .addDirectory(folder.toString())
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .run();
    }

    /** Settings for a single broker with few clients: no second copy to wait for, few threads, small internal topics. */
    private Map<String, String> settings(Path folder) {
        return Map.ofEntries(
                entry("node.id", NODE),
                entry("process.roles", "broker,controller"),
                entry("log.dirs", folder.toString()),
                entry("listeners", BROKER + "://" + address(BROKER) + "," + CONTROLLER + "://" + address(CONTROLLER)),
                entry("listener.security.protocol.map", BROKER + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT"),
                entry("inter.broker.listener.name", BROKER),
                entry("controller.listener.names", CONTROLLER),
                entry("controller.quorum.voters", NODE + "@" + address(CONTROLLER)),
                // A misspelt topic is a mistake to hear of, not a topic to create.
                entry("auto.create.topics.enable", "false"),
                entry("default.replication.factor", "1"),
                entry("min.insync.replicas", "1"),
                entry("offsets.topic.replication.factor", "1"),
                entry("offsets.topic.num.partitions", "4"),
                entry("transaction.state.log.replication.factor", "1"),
                entry("transaction.state.log.min.isr", "1"),
                entry("transaction.state.log.num.partitions", "4"),
                entry("share.coordinator.state.topic.replication.factor", "1"),
                entry("share.coordinator.state.topic.min.isr", "1"),
                entry("share.coordinator.state.topic.num.partitions", "1"),
                // A group's first member need not wait for others: they are all here or not at all.
                entry("group.initial.rebalance.delay.ms", "0"),
                // A broker that was killed is let back in when its old session is over: 9 s, were it Kafka's default.
                entry("broker.session.timeout.ms", "3000"),
                entry("broker.heartbeat.interval.ms", "1000"),
                // What a service that died was about to commit is in the way of the next one until it is given up.
                entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"),
                entry("num.network.threads", "2"),
                entry("num.io.threads", "4"),
                entry("background.threads", "2"),
                // Kafka's 128 MB would be half the heap of a process that holds both services, too.
                entry("log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20)));
    }

    private String address(String listener) {
        return LocalPort.HOST + ":" + sockets.get(listener).socket().getLocalPort();
    }

    /** What clients connect to, as {@code host:port}. */
    public String bootstrapServers() {
        return address(BROKER);
    }

    @Override
    public void close() {
        broker.shutdown();
        controller.shutdown();
        broker.awaitShutdown();
        controller.awaitShutdown();
        lock.close();
    }
}
