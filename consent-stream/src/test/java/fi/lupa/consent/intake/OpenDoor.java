package fi.lupa.consent.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.consent.People;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.access.Audit;
import fi.lupa.edge.access.Relays;
import fi.lupa.edge.access.Sessions;
import fi.lupa.edge.health.Health;
import fi.lupa.edge.http.RateLimit;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.keys.Keys;
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
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Consumer;
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

    /** What becomes of the next records of who did what. */
    public volatile CompletableFuture<RecordMetadata> auditOutcome = CompletableFuture.completedFuture(null);

    /** What becomes of the next writes. */
    public volatile CompletableFuture<RecordMetadata> outcome = CompletableFuture.completedFuture(null);

    private final HttpServer server;

    public record Written(Topic<?> topic, String key, SpecificRecord event) {}

    /** @param door mounts the door's routes, with this access and this as its writer */
    public OpenDoor(Path directory, BiFunction<Access, EventWriter, Consumer<RoutesConfig>> door) throws IOException {
        Keys keys = Keys.load(Files.writeString(directory.resolve("keys.yaml"), """
                keys:
                  - { name: website, role: site, forms: ["*"], sha256: %s }
                  - { name: shop, role: site, forms: [company], sha256: %s }
                  - { name: customer-service, role: operator, sha256: %s }
                  - { name: campaigns, role: campaign, sha256: %s }
                  - { name: marketing, role: marketer, sha256: %s }
                  - { name: desk, role: customer-service, sha256: %s }
                  - { name: officer, role: dpo, sha256: %s }
                  - { name: analysis, role: analyst, sha256: %s }
                """.formatted(
                        sha256("site-key"),
                        sha256("shop-key"),
                        sha256("operator-key"),
                        sha256("campaign-key"),
                        sha256("marketer-key"),
                        sha256("customer-service-key"),
                        sha256("dpo-key"),
                        sha256("analyst-key"))));
        Access access = new Access(
                keys,
                Optional.empty(),
                new Sessions(new byte[32], keys, false, AT_NOON),
                new Audit("consent-stream", this, AT_NOON),
                new RateLimit(0, AT_NOON),
                RELAYS);
        server = HttpServer.start(
                new HttpSettings(0),
                access,
                new Health(),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                "openapi/consent-stream.json",
                door.apply(access, this));
    }

    @Override
    public <V extends SpecificRecord> CompletableFuture<RecordMetadata> send(Topic<V> topic, String key, V event) {
        InternalSerde<V> serde = new InternalSerde<>(topic.value());
        byte[] bytes = serde.serializer().serialize(topic.name(), event);
        V read = serde.deserializer().deserialize(topic.name(), bytes);
        if (read instanceof AuditEvent seen) {
            audited.add(seen);
            return auditOutcome;
        }
        written.add(new Written(topic, key, read));
        return outcome;
    }

    public URI url() {
        return server.url();
    }

    /** @param headers names and values in turn */
    public HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        return sendAsync(method, path, body.getBytes(UTF_8), headers).get();
    }

    public CompletableFuture<HttpResponse<String>> sendAsync(
            String method, String path, byte[] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.url().resolve(path))
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.sendAsync(request.build(), BodyHandlers.ofString());
    }

    @Override
    public void close() {
        server.close();
    }

    private static String sha256(String key) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
