package fi.lupa.standalone;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;

/** Registers a schema by Confluent's HTTP API alone, without any client that could remember an id. */
public final class Schemas {

    private Schemas() {}

    /** The registry's answer, such as {@code {"id":1}}. */
    public static String register(String registryUrl, String subject, String recordName) throws Exception {
        return registerText(
                registryUrl, subject, "{\"type\":\"record\",\"name\":\"" + recordName + "\",\"fields\":[]}");
    }

    /** Registers a schema's text; the registry's answer. */
    public static String registerText(String registryUrl, String subject, String schema) throws Exception {
        var body = new ObjectMapper().writeValueAsString(Map.of("schema", schema));
        var request = HttpRequest.newBuilder(URI.create(registryUrl + "/subjects/" + subject + "/versions"))
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .POST(BodyPublishers.ofString(body))
                .build();
        var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }
}
