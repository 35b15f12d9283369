package fi.lupa.standalone.embedded;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * A broker as companies have them: it speaks TLS, asks who comes, and lets nobody do what no rule says they may. What is replaced
 * it removes at once.
 */
public final class GuardedKafka implements AutoCloseable {

    private static final String ADMIN = "admin";
    private static final String PASSWORD = "of-the-test";
    private static final String LOGIN =
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"" + PASSWORD
                    + "\"";

    private final EmbeddedKafka kafka;
    private final Path keystore;

    private GuardedKafka(EmbeddedKafka kafka, Path keystore) {
        this.kafka = kafka;
        this.keystore = keystore;
    }

    /** @param names who may come in */
    public static GuardedKafka start(Path folder, String... names) throws Exception {
        StringBuilder logins =
                new StringBuilder(LOGIN.formatted(ADMIN)).append(" user_%s=\"%s\"".formatted(ADMIN, PASSWORD));
        for (String name : names) {
            logins.append(" user_%s=\"%s\"".formatted(name, PASSWORD));
        }
        Path keystore = keystore(folder.resolveSibling(folder.getFileName() + ".p12"));
        return new GuardedKafka(
                EmbeddedKafka.start(
                        Files.createDirectories(folder),
                        0,
                        Map.ofEntries(
                                entry("listener.security.protocol.map", "BROKER:SASL_SSL,CONTROLLER:PLAINTEXT"),
                                entry("ssl.keystore.location", keystore.toString()),
                                entry("ssl.keystore.password", PASSWORD),
                                entry("ssl.truststore.location", keystore.toString()),
                                entry("ssl.truststore.password", PASSWORD),
                                entry("sasl.enabled.mechanisms", "PLAIN"),
                                entry("sasl.mechanism.inter.broker.protocol", "PLAIN"),
                                entry("listener.name.broker.plain.sasl.jaas.config", logins + ";"),
                                entry(
                                        "authorizer.class.name",
                                        "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
                                // The broker comes to its own controller without a name.
                                entry("super.users", "User:" + ADMIN + ";User:ANONYMOUS"),
                                entry("log.cleaner.backoff.ms", "100"))),
                keystore);
    }

    /** A key, and the certificate to trust it by. */
    private static Path keystore(Path file) throws Exception {
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        int exitCode = new ProcessBuilder(
                        (keytool + " -genkeypair -alias broker -keyalg EC -dname CN=broker -ext san=ip:127.0.0.1"
                                        + " -storetype PKCS12 -storepass " + PASSWORD + " -keystore " + file)
                                .split(" "))
                .inheritIO()
                .start()
                .waitFor();
        assertThat(exitCode).isZero();
        return file;
    }

    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    /** A client's settings for whoever may do everything. */
    public Map<String, Object> admin() {
        return as(ADMIN);
    }

    /** The same as a file, as {@code --kafka-config} takes it. */
    public Path config(String name, Path folder) throws IOException {
        Properties properties = new Properties();
        properties.putAll(as(name));
        Path file = folder.resolve(name + ".properties");
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        return file;
    }

    /** A client's settings for one who may come in. */
    public Map<String, Object> as(String name) {
        Map<String, Object> client = new HashMap<>();
        client.put("bootstrap.servers", bootstrapServers());
        client.put("security.protocol", "SASL_SSL");
        client.put("ssl.truststore.location", keystore.toString());
        client.put("ssl.truststore.password", PASSWORD);
        client.put("sasl.mechanism", "PLAIN");
        client.put("sasl.jaas.config", LOGIN.formatted(name) + ";");
        return client;
    }

    @Override
    public void close() {
        kafka.close();
    }
}
