package fi.lupa.standalone.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A broker as companies have them: it asks who comes, and lets nobody do what no rule says they may. What is replaced it removes
 * at once.
 */
public final class GuardedKafka implements AutoCloseable {

    private static final String ADMIN = "admin";
    private static final String PASSWORD = "of-the-test";
    private static final String LOGIN =
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"" + PASSWORD
                    + "\"";

    private final EmbeddedKafka kafka;

    private GuardedKafka(EmbeddedKafka kafka) {
        this.kafka = kafka;
    }

    /** @param names who may come in */
    public static GuardedKafka start(Path folder, String... names) throws Exception {
        StringBuilder logins =
                new StringBuilder(LOGIN.formatted(ADMIN)).append(" user_%s=\"%s\"".formatted(ADMIN, PASSWORD));
        for (String name : names) {
            logins.append(" user_%s=\"%s\"".formatted(name, PASSWORD));
        }
        return new GuardedKafka(EmbeddedKafka.start(
                Files.createDirectories(folder),
                0,
                Map.of(
                        "listener.security.protocol.map",
                        "BROKER:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                        "sasl.enabled.mechanisms",
                        "PLAIN",
                        "sasl.mechanism.inter.broker.protocol",
                        "PLAIN",
                        "listener.name.broker.plain.sasl.jaas.config",
                        logins + ";",
                        "authorizer.class.name",
                        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        // The broker comes to its own controller without a name.
                        "super.users",
                        "User:" + ADMIN + ";User:ANONYMOUS",
                        "log.cleaner.backoff.ms",
                        "100")));
    }

    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    /** A client's settings for whoever may do everything. */
    public Map<String, Object> admin() {
        return as(ADMIN);
    }

    /** A client's settings for one who may come in. */
    public Map<String, Object> as(String name) {
        Map<String, Object> client = new HashMap<>();
        client.put("bootstrap.servers", bootstrapServers());
        client.put("security.protocol", "SASL_PLAINTEXT");
        client.put("sasl.mechanism", "PLAIN");
        client.put("sasl.jaas.config", LOGIN.formatted(name) + ";");
        return client;
    }

    @Override
    public void close() {
        kafka.close();
    }
}
