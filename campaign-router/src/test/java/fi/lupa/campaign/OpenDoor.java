package fi.lupa.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.edge.access.Access;
import fi.lupa.edge.access.Audit;
import fi.lupa.edge.access.Relays;
import fi.lupa.edge.access.Sessions;
import fi.lupa.edge.health.Health;
import fi.lupa.edge.http.RateLimit;
import fi.lupa.edge.kafka.Copies;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.keys.GeneratedKeys;
import fi.lupa.edge.keys.Keys;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.links.LinkTokens;
import fi.lupa.edge.server.HttpServer;
import fi.lupa.edge.settings.HttpSettings;
import fi.lupa.event.AuditEvent;
import fi.lupa.schemas.InternalSerde;
import fi.lupa.schemas.topic.Topic;
import io.javalin.config.RoutesConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** A door on a free port, at noon, whose events come here instead of to Kafka. */
public final class OpenDoor implements EventWriter, AutoCloseable {

    public static final Clock AT_NOON = Clock.fixed(People.NOON, ZoneOffset.UTC);

    /** What the instances of a test say to each other. */
    public static final Relays RELAYS = new Relays(new LinkTokens(new byte[32]), AT_NOON);

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** Every event that was written. */
    public final List<Written> written = new CopyOnWriteArrayList<>();

    /** Who did what, as it was recorded. */
    public final List<AuditEvent> audited = new CopyOnWriteArrayList<>();

    /** What becomes of the next writes. */
    private volatile CompletableFuture<RecordMetadata> outcome = CompletableFuture.completedFuture(null);

    private final GeneratedKeys keys;
    private final HttpServer server;

    /** What came, under which key, into which topic. */
    public record Written(Topic<?> topic, String key, SpecificRecord event) {}

    /** Topics that hold these records by the time that they are read. */
    public static Copies holding(Supplier<Stream<Written>> records) {
        return (keys, topics, since) -> CompletableFuture.completedFuture(new Copies.Found() {
            @Override
            public <V extends SpecificRecord> List<Copies.Copy<V>> in(Topic<V> topic) {
                return records.get()
                        .filter(one -> one.topic().equals(topic) && keys.contains(one.key()))
                        .map(one -> new Copies.Copy<>(one.key(), topic.value().cast(one.event())))
                        .toList();
            }
        });
    }

    /** @param door mounts the door's routes, with this access and this as its writer */
    public OpenDoor(Path directory, BiFunction<Access, EventWriter, Consumer<RoutesConfig>> door) {
        keys = GeneratedKeys.writeTo(directory);
        Keys known = Keys.load(withEveryRole(directory));
        Access access = new Access(
                known,
                Optional.empty(),
                new Sessions(new byte[32], known, false, AT_NOON),
                new Audit("campaign-router", this, AT_NOON),
                new RateLimit(0, AT_NOON),
                RELAYS);
        server = HttpServer.start(
                new HttpSettings(0),
                access,
                new Health(),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                "openapi/campaign-router.json",
                door.apply(access, this));
    }

    @Override
    public <V extends SpecificRecord> CompletableFuture<RecordMetadata> send(Topic<V> topic, String key, V event) {
        InternalSerde<V> serde = new InternalSerde<>(topic.value());
        byte[] bytes = serde.serializer().serialize(topic.name(), event);
        V read = serde.deserializer().deserialize(topic.name(), bytes);
        if (read instanceof AuditEvent seen) {
            audited.add(seen);
            return CompletableFuture.completedFuture(null);
        }
        written.add(new Written(topic, key, read));
        return outcome;
    }

    public URI url() {
        return server.url();
    }

    /** From now on, no write succeeds. */
    public void failsWith(RuntimeException failure) {
        outcome = CompletableFuture.failedFuture(failure);
    }

    /** As it was when it opened. */
    public void forget() {
        written.clear();
        audited.clear();
        outcome = CompletableFuture.completedFuture(null);
    }

    public HttpResponse<String> asMarketer(String method, String path, String body) throws Exception {
        return send(method, path, body, keys.marketer());
    }

    public HttpResponse<String> asCampaignSystem(String method, String path, String body) throws Exception {
        return send(method, path, body, keys.campaign());
    }

    public HttpResponse<String> asWebsite(String method, String path, String body) throws Exception {
        return send(method, path, body, keys.site());
    }

    public HttpResponse<String> asOperator(String method, String path, String body) throws Exception {
        return send(method, path, body, keys.operator());
    }

    /** @param role as it is written; its key is the role and {@code -key} */
    public HttpResponse<String> as(String role, String method, String path, String body) throws Exception {
        return send(method, path, body, role + "-key");
    }

    public HttpResponse<String> asNobody(String method, String path, String body) throws Exception {
        return send(method, path, body, "nobodys-key");
    }

    private HttpResponse<String> send(String method, String path, String body, String key) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(server.url().resolve(path))
                        .method(method, BodyPublishers.ofByteArray(body.getBytes(UTF_8)))
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + key)
                        .build(),
                BodyHandlers.ofString());
    }

    /** The generated list, and a key for every role beside; one campaign key is for the spring alone. */
    private static Path withEveryRole(Path directory) {
        String more = Stream.concat(Arrays.stream(Role.values()).map(Role::written), Stream.of("spring"))
                .map(role -> "  - { name: a-%s, role: %s%s, sha256: %s }%n"
                        .formatted(
                                role,
                                role.equals("spring") ? "campaign" : role,
                                role.equals("spring") ? ", campaigns: [spring]" : "",
                                sha256(role + "-key")))
                .collect(Collectors.joining());
        try {
            String generated = Files.readString(directory.resolve("keys.yaml"));
            return Files.writeString(
                    directory.resolve("every-role.yaml"), generated.replace("keys:\n", "keys:\n" + more));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String key) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
