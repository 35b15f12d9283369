package fi.lupa.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Calls a service as any client would. */
final class Http {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private Http() {}

    /** An answer with its body as JSON; an empty node where there is none. */
    record Answer(int status, JsonNode body, HttpResponse<String> response) {}

    static Answer post(URI url, String key, String type, String body, String... headers) {
        return send("POST", url, key, type, body, headers);
    }

    static Answer postJson(URI url, String key, String body, String... headers) {
        return send("POST", url, key, "application/json", body, headers);
    }

    static Answer put(URI url, String key, String body) {
        return send("PUT", url, key, "application/json", body);
    }

    static Answer delete(URI url, String key, String body) {
        return send("DELETE", url, key, "application/json", body);
    }

    static Answer get(URI url, String key) {
        return send("GET", url, key, "application/json", "");
    }

    private static Answer send(String method, URI url, String key, String type, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url)
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", type)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
            boolean json =
                    response.headers().firstValue("Content-Type").orElse("").contains("json");
            return new Answer(
                    response.statusCode(), json ? JSON.readTree(response.body()) : JSON.missingNode(), response);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
