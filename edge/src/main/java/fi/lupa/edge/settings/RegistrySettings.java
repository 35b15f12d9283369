package fi.lupa.edge.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** How to reach the schema registry and how long to wait for it and Kafka at start. */
public final class RegistrySettings implements Concern {
    @Option(
            names = "--schema-registry-url",
            paramLabel = "URL",
            defaultValue = "${env:SCHEMA_REGISTRY_URL}",
            description = "Schema registry with Confluent's API (SCHEMA_REGISTRY_URL).")
    private URI url = URI.create("http://127.0.0.1:8085/apis/ccompat/v7");

    @Option(
            names = "--schema-registry-config",
            paramLabel = "FILE",
            defaultValue = "${env:LUPA_SCHEMA_REGISTRY_CONFIG}",
            description = "Properties file with more settings for the registry's client (LUPA_SCHEMA_REGISTRY_CONFIG).")
    private Path configFile;

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            defaultValue = "${env:LUPA_WAIT}",
            description = "How long to wait for Kafka and the registry at start, as 30s or 2m (LUPA_WAIT).")
    private Duration waitAtStart = Duration.ofMinutes(2);

    public URI url() {
        return url;
    }

    public Duration waitAtStart() {
        return waitAtStart;
    }

    /**
     * What the registry's client and serialisers start from, under Confluent's names: the file's properties and the URL.
     *
     * @throws java.io.UncheckedIOException if the file cannot be read
     */
    public Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>(PropertiesFile.read(configFile));
        properties.put("schema.registry.url", url.toString());
        return properties;
    }

    @Override
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        if (!HttpSettings.isWeb(url)) {
            faults.add("--schema-registry-url is not the address of a web server; write http://host:port.");
        }
        if (waitAtStart.isNegative()) {
            faults.add("--wait is shorter than nothing; write for example 2m.");
        }
        PropertiesFile.fault("--schema-registry-config", configFile).ifPresent(faults::add);
        return faults;
    }
}
