package fi.lupa.schemas.registry;

import static java.util.stream.Collectors.joining;
import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.PASSWORD;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/**
 * Where the registry is and how to speak to it, under Confluent's key names; every key but the {@code ssl.} ones may also carry
 * the prefix {@code schema.registry.}.
 */
public record RegistryConfig(
        List<Endpoint> endpoints,
        Map<String, String> tls,
        Duration connectTimeout,
        Duration answerTimeout,
        int retries,
        Duration retryWait,
        Duration longestRetryWait,
        Duration unknownIdRemembered,
        boolean autoRegister) {

    /** One address of the registry, without credentials, and what to send in the Authorization header there. */
    public record Endpoint(URI uri, Optional<String> authorization) {
        @Override
        public String toString() {
            return uri.toString();
        }
    }

    private static final String PREFIX = "schema.registry.";
    private static final String URL = "schema.registry.url";
    private static final String BASIC_SOURCE = "basic.auth.credentials.source";
    private static final String BASIC_USER_INFO = "basic.auth.user.info";
    private static final String BEARER_SOURCE = "bearer.auth.credentials.source";
    private static final String BEARER_TOKEN = "bearer.auth.token";
    private static final String CONNECT_TIMEOUT = "http.connect.timeout.ms";
    private static final String ANSWER_TIMEOUT = "http.read.timeout.ms";
    private static final String RETRIES = "max.retries";
    private static final String RETRY_WAIT = "retries.wait.ms";
    private static final String LONGEST_RETRY_WAIT = "retries.max.wait.ms";
    private static final String UNKNOWN_ID_TTL = "missing.id.cache.ttl.sec";
    private static final String AUTO_REGISTER = "auto.register.schemas";
    private static final String USE_LATEST = "use.latest.version";

    private static final String SUBJECT_NAMES = "value.subject.name.strategy";
    private static final String BY_TOPIC = "io.confluent.kafka.serializers.subject.TopicNameStrategy";

    // All waits together stay well below Kafka's max.poll.interval.ms, five minutes, which throws a slow reader out.
    private static final ConfigDef KEYS = new ConfigDef()
            .define(URL, LIST, HIGH, "Addresses of the registry; the first that answers is used.")
            .define(BASIC_SOURCE, STRING, "URL", in("URL", "USER_INFO"), MEDIUM, "Where basic auth's user stands.")
            .define(BASIC_USER_INFO, PASSWORD, "", MEDIUM, "user:password, for USER_INFO.")
            .define(BEARER_SOURCE, STRING, "", in("", "STATIC_TOKEN"), MEDIUM, "Where the bearer token stands.")
            .define(BEARER_TOKEN, PASSWORD, "", MEDIUM, "The token, for STATIC_TOKEN.")
            .define(CONNECT_TIMEOUT, INT, 2_000, atLeast(1), LOW, "Longest wait for a connection.")
            .define(ANSWER_TIMEOUT, INT, 10_000, atLeast(1), LOW, "Longest wait for a whole answer.")
            .define(RETRIES, INT, 3, atLeast(0), LOW, "Rounds over all addresses after the first.")
            .define(RETRY_WAIT, INT, 200, atLeast(1), LOW, "Wait before the first retry.")
            .define(LONGEST_RETRY_WAIT, INT, 5_000, atLeast(1), LOW, "Longest wait before a retry.")
            .define(UNKNOWN_ID_TTL, INT, 10, atLeast(0), LOW, "How long an unknown id is not asked for again.")
            .define(AUTO_REGISTER, BOOLEAN, true, MEDIUM, "Whether to register a schema that is not there yet.")
            .define(USE_LATEST, BOOLEAN, false, LOW, "Refused: a record is written with its own class's schema.")
            .define(SUBJECT_NAMES, STRING, BY_TOPIC, in(BY_TOPIC), LOW, "Subjects are named after their topics.");

    /**
     * Reads the keys above and {@code schema.registry.ssl.*} (as Kafka's {@code ssl.*}) out of a wider configuration.
     *
     * @throws ConfigException naming every fault
     */
    public static RegistryConfig from(Map<String, ?> config) {
        Map<String, String> given = new HashMap<>();
        for (String key : KEYS.names()) {
            Object value = config.containsKey(PREFIX + key) ? config.get(PREFIX + key) : config.get(key);
            if (value != null) {
                given.put(key, text(value));
            }
        }
        String faults = KEYS.validate(given).stream()
                .flatMap(value -> value.errorMessages().stream())
                .collect(joining("\n"));
        if (!faults.isEmpty()) {
            throw new ConfigException(faults + "\nFor what Confluent's own classes can do beyond this, name them in "
                    + AvroSerdes.SERIALIZER_CLASS + " and " + AvroSerdes.DESERIALIZER_CLASS + ".");
        }
        AbstractConfig values = new AbstractConfig(KEYS, given, false);
        if (values.getBoolean(USE_LATEST)) {
            throw new ConfigException(
                    USE_LATEST, true, "a record is written with the schema of its own class; remove the key");
        }
        Map<String, String> tls = new HashMap<>();
        config.forEach((key, value) -> {
            if (key.startsWith(PREFIX + "ssl.") && value != null) {
                tls.put(key.substring(PREFIX.length()), text(value));
            }
        });
        return new RegistryConfig(
                values.getList(URL).stream().map(url -> endpoint(url, values)).toList(),
                Map.copyOf(tls),
                Duration.ofMillis(values.getInt(CONNECT_TIMEOUT)),
                Duration.ofMillis(values.getInt(ANSWER_TIMEOUT)),
                values.getInt(RETRIES),
                Duration.ofMillis(values.getInt(RETRY_WAIT)),
                Duration.ofMillis(values.getInt(LONGEST_RETRY_WAIT)),
                Duration.ofSeconds(values.getInt(UNKNOWN_ID_TTL)),
                values.getBoolean(AUTO_REGISTER));
    }

    private static Endpoint endpoint(String url, AbstractConfig values) {
        URI uri;
        try {
            uri = URI.create(url.strip().replaceAll("/+$", ""));
        } catch (IllegalArgumentException e) {
            // Its message would repeat the address, and a password with it.
            throw new ConfigException(URL + " holds something that is not an address.");
        }
        if (uri.getHost() == null || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
            throw new ConfigException(URL + " takes addresses that begin with http:// or https:// and name a host.");
        }
        URI bare = URI.create(uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
                + uri.getRawPath());
        return new Endpoint(bare, authorization(uri, values));
    }

    private static Optional<String> authorization(URI uri, AbstractConfig values) {
        if (!values.getString(BEARER_SOURCE).isEmpty()) {
            return Optional.of("Bearer " + secret(BEARER_TOKEN, values));
        }
        String userInfo = values.getString(BASIC_SOURCE).equals("USER_INFO")
                ? secret(BASIC_USER_INFO, values)
                : uri.getUserInfo();
        return Optional.ofNullable(userInfo)
                .map(info -> "Basic " + Base64.getEncoder().encodeToString(info.getBytes(StandardCharsets.UTF_8)));
    }

    private static String secret(String key, AbstractConfig values) {
        String secret = values.getPassword(key).value();
        if (secret.isEmpty()) {
            throw new ConfigException(key + " is missing, though the credentials' source asks for it.");
        }
        return secret;
    }

    private static String text(Object value) {
        if (value instanceof Password password) {
            return password.value();
        }
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(joining(","))
                : value.toString();
    }

    /** The addresses alone: the rest holds secrets. */
    @Override
    public String toString() {
        return endpoints.stream().map(Endpoint::toString).collect(joining(", "));
    }
}
