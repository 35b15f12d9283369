package fi.lupa.schemas.registry;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import fi.lupa.schemas.registry.RegistryConfig.Endpoint;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/** Carries one call to whichever address of the registry answers, within bounded time and tries. */
final class RegistryHttp {

    /** A definite answer: any status but those that say "not now"; the body is missing where it is not JSON. */
    record Answer(URI from, int status, JsonNode body) {
        boolean ok() {
            return status / 100 == 2;
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegistryConfig config;
    private final HttpClient http;

    /** The address that answered last is asked first: one that is down costs one wait, not one per call. */
    private volatile int preferred;

    RegistryHttp(RegistryConfig config) {
        this.config = config;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .connectTimeout(config.connectTimeout())
                .version(HttpClient.Version.HTTP_1_1)
                // A redirect would carry the Authorization header to wherever it points.
                .followRedirects(HttpClient.Redirect.NEVER);
        if (!config.tls().isEmpty()) {
            // Kafka's own reading of ssl.*, so that the registry takes the same stores, PEM too, as the brokers do.
            try (DefaultSslEngineFactory tls = new DefaultSslEngineFactory()) {
                tls.configure(new ConfigDef().withClientSslSupport().parse(config.tls()));
                builder.sslContext(tls.sslContext());
            }
        }
        this.http = builder.build();
    }

    /**
     * Asks every address in turn, and all again after a wait, until one gives a definite answer.
     *
     * @throws RegistryUnavailableException naming what was wrong with each address
     */
    Answer call(String method, String path, JsonNode body) {
        Map<Endpoint, String> faults = new LinkedHashMap<>();
        for (int round = 0; round <= config.retries(); round++) {
            if (round > 0) {
                pause(waitBefore(round));
            }
            int first = preferred;
            for (int i = 0; i < config.endpoints().size(); i++) {
                int index = (first + i) % config.endpoints().size();
                Endpoint endpoint = config.endpoints().get(index);
                try {
                    Answer answer = send(endpoint, method, path, body);
                    preferred = index;
                    return answer;
                } catch (IOException e) {
                    faults.put(endpoint, describe(e));
                }
            }
        }
        throw new RegistryUnavailableException(faults.entrySet().stream()
                .map(fault -> fault.getKey() + " (" + fault.getValue() + ")")
                .collect(joining(", ")));
    }

    private Answer send(Endpoint endpoint, String method, String path, JsonNode body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(endpoint.uri() + path))
                .header("Accept", "application/vnd.schemaregistry.v1+json, application/json")
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.toString()));
        if (body != null) {
            request.header("Content-Type", "application/vnd.schemaregistry.v1+json");
        }
        endpoint.authorization().ifPresent(value -> request.header("Authorization", value));
        HttpResponse<String> response = await(request.build());
        int status = response.statusCode();
        if (status >= 500 || status == 429 || status == 408) {
            throw new IOException("HTTP " + status);
        }
        Answer answer = new Answer(endpoint.uri(), status, parse(response.body()));
        if (answer.ok() && answer.body().isMissingNode()) {
            throw new IOException("HTTP " + status + " without JSON, so it is not a registry that answers");
        }
        return answer;
    }

    private HttpResponse<String> await(HttpRequest request) throws IOException {
        // Not HttpRequest.timeout: on Java 17 that clock stops at the headers, and a body may hang for ever.
        CompletableFuture<HttpResponse<String>> response =
                http.sendAsync(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        try {
            return response.get(config.answerTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + config.answerTimeout().toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException fault ? fault : new IOException(e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } finally {
            response.cancel(true);
        }
    }

    /** Half of the growing wait is fixed and half is chance, so that many clients do not come back at once. */
    private Duration waitBefore(int round) {
        long longest = config.longestRetryWait().toMillis();
        long wait = Math.min(longest, config.retryWait().toMillis() << Math.min(round - 1, 20));
        return Duration.ofMillis(wait / 2 + ThreadLocalRandom.current().nextLong(wait / 2 + 1));
    }

    static void pause(Duration wait) {
        try {
            Thread.sleep(wait.toMillis());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static JsonNode parse(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private static String describe(IOException fault) {
        if (fault instanceof HttpConnectTimeoutException) {
            return "no connection in time";
        }
        if (fault instanceof ConnectException) {
            for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
                if (cause instanceof UnresolvedAddressException) {
                    return "unknown host";
                }
            }
            return "connection refused";
        }
        String message = fault.getMessage() == null ? fault.getClass().getSimpleName() : fault.getMessage();
        return fault instanceof SSLException ? "TLS: " + message : message;
    }
}
