package fi.lupa.standalone.bench;

import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.keys.GeneratedKeys;
import fi.lupa.edge.settings.IdentitySettings;
import fi.lupa.schemas.registry.RegistryClient;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.standalone.embedded.CannotStartException;
import fi.lupa.standalone.embedded.EmbeddedRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine;

/** Both services as production runs them: each in a process of its own, on the bench's broker and a registry beside it. */
final class Services implements AutoCloseable {

    static final String CONSENT_STREAM = "consent-stream";
    static final String CAMPAIGN_ROUTER = "campaign-router";

    /** The form that people fill in: it consents to email, or takes that back. */
    static final String FORM = "bench";

    private static final String FORMS = """
            forms:
              - id: bench
                type: NEWSLETTER
                site: bench
                notice: "2023-07-01"
                confirmation: false
                fields:
                  email: { is: email, required: true }
                  name: { is: name }
                statements:
                  consent:
                    scope: EMAIL
                    ticked: GRANT
                    wording: { fi: "Minulle saa lähettää tarjouksia sähköpostitse." }
                  withdrawal:
                    scope: EMAIL
                    ticked: WITHDRAW
                    wording: { fi: "En halua enää tarjouksia." }
            """;

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(30);
    private static final Duration READY_WITHIN = Duration.ofMinutes(5);

    private final Site site;
    private final EmbeddedRegistry registry;
    private final GeneratedKeys keys;
    private final SubjectIds ids;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWERS_WITHIN)
            .build();
    private ServiceProcess consentStream;
    private ServiceProcess campaignRouter;

    /** @param at where both are to be; its topics are theirs to create */
    Services(Site at) {
        try {
            Files.createDirectories(at.folder());
            Files.writeString(at.folder().resolve("forms.yaml"), FORMS);
        } catch (IOException e) {
            throw new CannotStartException("The services cannot be run in " + at.folder() + ": " + e, e);
        }
        this.keys = GeneratedKeys.writeTo(at.folder());
        this.ids = CommandLine.populateCommand(new IdentitySettings(), "--id-secret=" + keys.idSecret())
                .subjectIds();
        this.registry = EmbeddedRegistry.start(at.folder().resolve("registry"), 0, EmbeddedRegistry.distribution());
        this.site = at.with(new BenchSerdes(RegistryClient.shared(Map.of("schema.registry.url", registry.url()))));
    }

    Site site() {
        return site;
    }

    HttpClient http() {
        return http;
    }

    ServiceProcess consentStream() {
        return consentStream;
    }

    ServiceProcess campaignRouter() {
        return campaignRouter;
    }

    /** Starts it, and waits for nothing. */
    void startConsentStream() {
        consentStream = start(
                CONSENT_STREAM, List.of("--forms=" + site.folder().resolve("forms.yaml"), "--forms-per-minute=0"));
    }

    /** Starts it, and waits for nothing. */
    void startCampaignRouter() {
        campaignRouter = start(CAMPAIGN_ROUTER, List.of());
    }

    private ServiceProcess start(String name, List<String> more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--bootstrap-servers=" + site.cluster().client().get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG),
                "--schema-registry-url=" + registry.url(),
                "--topic-prefix=" + site.prefix(),
                "--keys=" + site.folder().resolve("keys.yaml"),
                "--state-dir=" + site.folder().resolve("state"),
                "--partitions=" + site.spread(),
                "--threads=" + site.threads(),
                "--http-port=0",
                "--requests-per-minute=0",
                "--public-url=https://lupa.example.fi"));
        arguments.addAll(more);
        return ServiceProcess.start(
                name,
                site.folder().resolve(name + ".log"),
                Map.of("LUPA_ID_SECRET", keys.idSecret(), "LUPA_MASTER_KEY", keys.masterKey()),
                arguments);
    }

    /** The folder of a service's local state. */
    Path state(String service) {
        return site.folder().resolve("state").resolve(site.prefix() + service);
    }

    /** Waits until a service says that it is ready. */
    void awaitReady(ServiceProcess service) throws InterruptedException {
        HttpRequest asked =
                HttpRequest.newBuilder(service.url().resolve("/health/ready")).build();
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (call(asked).statusCode() != 200) {
            if (System.nanoTime() > deadline) {
                throw service.failed("was not ready within " + READY_WITHIN.toSeconds() + " s");
            }
            Thread.sleep(50);
        }
    }

    /** Waits until a service has read all that lies on the topics, where none of it was written in a transaction. */
    void awaitRead(String service, List<Topic<?>> topics) throws InterruptedException {
        String group = site.prefix() + service;
        List<TopicPartition> partitions = site.partitions(topics);
        long written;
        do {
            written = site.cluster().written(partitions);
            site.progress(service + " reading", written)
                    .await(() -> site.cluster().committed(group, partitions));
            // What it read may have made it write to another of the topics.
        } while (written < site.cluster().written(partitions));
    }

    /** Somebody's email address. */
    static String email(int person) {
        return "aino." + person + "@example.com";
    }

    /** The subject that somebody is. */
    String subjectId(int person) {
        return ids.subjectId(ids.read(null, email(person), null)).orElseThrow();
    }

    /** Somebody fills in the form on a website. */
    HttpRequest form(URI consentStream, int person, String ticked) {
        return HttpRequest.newBuilder(consentStream.resolve("/v1/forms/" + FORM))
                .timeout(ANSWERS_WITHIN)
                .header("Authorization", "Bearer " + keys.site())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "email=" + email(person) + "&name=Aino+Korhonen&" + ticked + "=yes"))
                .build();
    }

    /** A campaign system asks something. */
    HttpRequest ask(URI question, String json) {
        return HttpRequest.newBuilder(question)
                .timeout(ANSWERS_WITHIN)
                .header("Authorization", "Bearer " + keys.campaign())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
    }

    /** Asks a marketer's question. */
    HttpResponse<String> look(URI at) {
        return call(HttpRequest.newBuilder(at)
                .timeout(ANSWERS_WITHIN)
                .header("Authorization", "Bearer " + keys.marketer())
                .build());
    }

    HttpResponse<String> call(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new KafkaException("A service did not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Interrupted while waiting for a service.", e);
        }
    }

    @Override
    public void close() {
        if (campaignRouter != null) {
            campaignRouter.close();
        }
        if (consentStream != null) {
            consentStream.close();
        }
        registry.close();
    }
}
