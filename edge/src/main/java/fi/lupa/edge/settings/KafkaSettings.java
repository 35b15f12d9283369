package fi.lupa.edge.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.utils.Utils;
import picocli.CommandLine.Option;

/** How to reach Kafka and what its topics are called. */
public final class KafkaSettings implements Concern {
    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT,…",
            defaultValue = "${env:KAFKA_BOOTSTRAP_SERVERS}",
            description = "Kafka brokers to ask first (KAFKA_BOOTSTRAP_SERVERS).")
    private String bootstrapServers = "127.0.0.1:9092";

    @Option(
            names = "--topic-prefix",
            paramLabel = "PREFIX",
            defaultValue = "${env:LUPA_TOPIC_PREFIX}",
            description = "Text before the name of every topic (LUPA_TOPIC_PREFIX).")
    private String topicPrefix = "";

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            defaultValue = "${env:LUPA_KAFKA_CONFIG}",
            description = "Properties file with more settings for every Kafka client (LUPA_KAFKA_CONFIG).")
    private Path configFile;

    public String bootstrapServers() {
        return bootstrapServers;
    }

    public String topicPrefix() {
        return topicPrefix;
    }

    /**
     * What every producer, consumer, admin and Streams client starts from: the file's properties and the brokers.
     *
     * @throws java.io.UncheckedIOException if the file cannot be read
     */
    public Map<String, Object> clientProperties() {
        Map<String, Object> properties = new HashMap<>();
        // Metrics are asked for over HTTP: thousands of JMX beans beside them cost a start half a second, and 20 MB.
        properties.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
        properties.putAll(PropertiesFile.read(configFile));
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return properties;
    }

    @Override
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        if (!Stream.of(bootstrapServers.split(",", -1)).allMatch(server -> Utils.getPort(server.strip()) != null)) {
            faults.add("--bootstrap-servers is \"%s\"; write host:port, several with commas between them."
                    .formatted(bootstrapServers));
        }
        if (!topicPrefix.matches("[a-zA-Z0-9._-]{0,100}")) {
            faults.add("--topic-prefix is \"%s\"; use at most 100 letters a-z, digits, dots, hyphens and underscores."
                    .formatted(topicPrefix));
        }
        PropertiesFile.fault("--kafka-config", configFile).ifPresent(faults::add);
        return faults;
    }
}
