package fi.lupa.edge.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** How a service runs its topology. */
public final class StreamsSettings implements Concern {

    @Option(
            names = "--state-dir",
            paramLabel = "FOLDER",
            defaultValue = "${env:LUPA_STATE_DIR}",
            description = "Folder of the local state; lost, it is built again from Kafka (LUPA_STATE_DIR).")
    private Path stateDir = Path.of("data", "state");

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "${env:LUPA_THREADS}",
            description = "Threads that process records (LUPA_THREADS).")
    private int threads = 1;

    @Option(
            names = "--standby-replicas",
            paramLabel = "N",
            defaultValue = "${env:LUPA_STANDBY_REPLICAS}",
            description = "Copies of each part of the state that other instances keep ready, to take over at once"
                    + " (LUPA_STANDBY_REPLICAS).")
    private int standbyReplicas;

    @Option(
            names = "--advertised",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:LUPA_ADVERTISED}",
            description = "Where other instances of the service reach this one's HTTP door; its own address and port"
                    + " unless given (LUPA_ADVERTISED).")
    private String advertised;

    @Option(
            names = "--create-topics",
            negatable = true,
            defaultValue = "${env:LUPA_CREATE_TOPICS:-true}",
            fallbackValue = "true",
            description = "Create topics that are missing at start (LUPA_CREATE_TOPICS).")
    private boolean createTopics = true;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "${env:LUPA_PARTITIONS}",
            description = "Partitions of topics created, for all that are spread by subject; it cannot change later"
                    + " (LUPA_PARTITIONS).")
    private int partitions = 4;

    @Option(
            names = "--replication",
            paramLabel = "N",
            defaultValue = "${env:LUPA_REPLICATION}",
            description = "Copies of topics created; -1 for the brokers' default (LUPA_REPLICATION).")
    private short replication = -1;

    public Path stateDir() {
        return stateDir;
    }

    public int threads() {
        return threads;
    }

    public int standbyReplicas() {
        return standbyReplicas;
    }

    /** Where other instances reach this one, as {@code host:port}, or the given default. */
    public String advertisedOr(String host, int port) {
        return advertised == null ? host + ":" + port : advertised;
    }

    public boolean createTopics() {
        return createTopics;
    }

    public int partitions() {
        return partitions;
    }

    public short replication() {
        return replication;
    }

    @Override
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        if (threads < 1) {
            faults.add("--threads is %d; write 1 or more.".formatted(threads));
        }
        if (standbyReplicas < 0) {
            faults.add("--standby-replicas is %d; write 0 for none, or more.".formatted(standbyReplicas));
        }
        if (partitions < 1) {
            faults.add("--partitions is %d; write 1 or more.".formatted(partitions));
        }
        if (advertised != null && !advertised.matches("[^\\s:]+:\\d{1,5}")) {
            faults.add("--advertised is \"%s\"; write host:port.".formatted(advertised));
        }
        return faults;
    }
}
