package fi.lupa.standalone.embedded;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;

/** A broker that asks everybody who they are, and lets them do what they are granted and no more; its owner may do all. */
public final class GuardedKafka implements AutoCloseable {

    private static final String OWNER = "owner";

    private final EmbeddedKafka kafka;

    /** @param other who else has an account there, granted nothing yet; the password is the name */
    public GuardedKafka(Path folder, String other) {
        Map<String, String> guarded = new HashMap<>();
        guarded.put("listener.security.protocol.map", "BROKER:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT");
        guarded.put("sasl.enabled.mechanisms", "PLAIN");
        guarded.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
        guarded.put(
                "listener.name.broker.plain.sasl.jaas.config",
                login(OWNER, " user_%1$s=\"%1$s\" user_%2$s=\"%2$s\"".formatted(OWNER, other)));
        guarded.put("authorizer.class.name", StandardAuthorizer.class.getName());
        // Without a name comes only the broker itself, to its controller, whose port no client knows.
        guarded.put("super.users", "User:%s;User:ANONYMOUS".formatted(OWNER));
        this.kafka = EmbeddedKafka.start(folder, 0, guarded);
    }

    /** What a client of the broker's owner starts from. */
    public Map<String, Object> asOwner() {
        return as(OWNER);
    }

    /** What somebody's client starts from. */
    public Map<String, Object> as(String user) {
        return Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                login(user, ""));
    }

    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    private static String login(String user, String more) {
        return "%s required username=\"%s\" password=\"%s\"%s;"
                .formatted(PlainLoginModule.class.getName(), user, user, more);
    }

    @Override
    public void close() {
        kafka.close();
    }
}
