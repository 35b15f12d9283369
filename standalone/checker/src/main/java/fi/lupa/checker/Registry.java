package fi.lupa.checker;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;

/** The schemas that records were written with, by their ids. */
final class Registry {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String url;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<Integer, Schema> known = new HashMap<>();

    /** @param url with Confluent's API */
    Registry(String url) {
        this.url = url;
    }

    /** The schema of an id; null where there is none. */
    Schema schema(int id) {
        return known.computeIfAbsent(id, this::fetch);
    }

    private Schema fetch(int id) {
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(url + "/schemas/ids/" + id))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200
                    ? new Schema.Parser()
                            .parse(JSON.readTree(answer.body()).get("schema").asText())
                    : null;
        } catch (IOException e) {
            throw new UncheckedIOException("The registry at " + url + " does not answer.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
