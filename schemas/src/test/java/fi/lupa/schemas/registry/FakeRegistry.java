package fi.lupa.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/** A schema registry in this JVM that speaks enough of Confluent's API for its own clients, and can be made to fail. */
final class FakeRegistry implements AutoCloseable {

    /** One request as it came. */
    record Request(String line, String authorization) {}

    /** What the registry does instead of answering. */
    private interface Trouble {
        void with(HttpExchange exchange) throws IOException;
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<JsonNode> schemas = new ArrayList<>(); // id - 1 is the index
    private final Map<String, List<Integer>> subjects = new TreeMap<>();
    private final Map<String, String> levels = new HashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile Trouble trouble;

    FakeRegistry() {
        this(serverAt(0));
    }

    FakeRegistry(HttpServer server) {
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** One at the address where another has been. */
    static FakeRegistry at(int port) {
        return new FakeRegistry(serverAt(port));
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return "http://localhost:" + port();
    }

    List<Request> requests() {
        return requests;
    }

    String levelOf(String subject) {
        return levels.get(subject);
    }

    List<String> textsOf(String subject) {
        return subjects.getOrDefault(subject, List.of()).stream()
                .map(id -> schemas.get(id - 1).path("schema").asText())
                .toList();
    }

    /** Holds a schema that came another way, with its references. */
    synchronized int holds(String subject, String text, String references) {
        try {
            ObjectNode body = JSON.createObjectNode().put("schema", text);
            body.set("references", JSON.readTree(references));
            return add(subject, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized int holdsForeign(String schemaType) {
        return add("foreign", JSON.createObjectNode().put("schema", "?").put("schemaType", schemaType));
    }

    void answers(int status, String body) {
        trouble = exchange -> send(exchange, status, "text/html", body);
    }

    void hangs() {
        trouble = exchange -> awaitClose();
    }

    void hangsInTheMiddleOfItsAnswer() {
        trouble = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            awaitClose();
        };
    }

    void recovers() {
        trouble = null;
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private static HttpServer serverAt(int port) {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitClose() {
        try {
            closing.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        requests.add(new Request(
                exchange.getRequestMethod() + " " + path,
                exchange.getRequestHeaders().getFirst("Authorization")));
        byte[] body = exchange.getRequestBody().readAllBytes();
        try (exchange) {
            Trouble now = trouble;
            if (now != null) {
                now.with(exchange);
            } else {
                answer(exchange, path.substring(1).split("/", -1), body.length == 0 ? null : JSON.readTree(body));
            }
        }
    }

    private synchronized void answer(HttpExchange exchange, String[] path, JsonNode body) throws IOException {
        String call = exchange.getRequestMethod() + " " + path[0] + " " + path.length;
        switch (call) {
            case "GET schemas 3" -> {
                int id = Integer.parseInt(path[2]);
                if (id < 1 || id > schemas.size()) {
                    refuse(exchange, 404, 40403, "Schema not found");
                } else {
                    send(exchange, 200, schemas.get(id - 1));
                }
            }
            case "POST subjects 2" -> {
                int id = idOf(body);
                int version = subjects.getOrDefault(path[1], List.of()).indexOf(id) + 1;
                if (version == 0) {
                    refuse(exchange, 404, 40403, "Schema not found");
                } else {
                    send(exchange, 200, versionOf(path[1], version));
                }
            }
            case "POST subjects 3" -> {
                if (incompatibility(path[1], body) != null) {
                    refuse(exchange, 409, 409, "Schema being registered is incompatible with an earlier schema");
                } else {
                    send(exchange, 200, JSON.createObjectNode().put("id", add(path[1], body)));
                }
            }
            case "GET subjects 3" -> {
                ArrayNode versions = JSON.createArrayNode();
                for (int i = 1; i <= subjects.getOrDefault(path[1], List.of()).size(); i++) {
                    versions.add(i);
                }
                if (versions.isEmpty()) {
                    refuse(exchange, 404, 40401, "Subject not found");
                } else {
                    send(exchange, 200, versions);
                }
            }
            case "GET subjects 4" -> {
                int newest = subjects.getOrDefault(path[1], List.of()).size();
                int version = path[3].equals("latest") ? newest : Integer.parseInt(path[3]);
                if (version < 1 || version > newest) {
                    refuse(exchange, 404, 40402, "Version not found");
                } else {
                    send(exchange, 200, versionOf(path[1], version));
                }
            }
            case "POST compatibility 4" -> {
                String fault = incompatibility(path[2], body);
                ObjectNode verdict = JSON.createObjectNode().put("is_compatible", fault == null);
                if (fault != null) {
                    verdict.putArray("messages").add(fault);
                }
                send(exchange, 200, verdict);
            }
            case "GET config 2" -> {
                if (levels.containsKey(path[1])) {
                    send(exchange, 200, JSON.createObjectNode().put("compatibilityLevel", levels.get(path[1])));
                } else {
                    refuse(exchange, 404, 40408, "Subject does not have subject-level compatibility configured");
                }
            }
            case "PUT config 2" -> {
                levels.put(path[1], body.path("compatibility").asText());
                send(exchange, 200, body);
            }
            default -> refuse(exchange, 404, 404, "HTTP 404 Not Found");
        }
    }

    private ObjectNode versionOf(String subject, int version) {
        int id = subjects.get(subject).get(version - 1);
        ObjectNode answer = schemas.get(id - 1).deepCopy();
        return answer.put("subject", subject).put("version", version).put("id", id);
    }

    private int add(String subject, JsonNode body) {
        int id = idOf(body);
        if (id == 0) {
            schemas.add(body);
            id = schemas.size();
        }
        List<Integer> versions = subjects.computeIfAbsent(subject, name -> new ArrayList<>());
        if (!versions.contains(id)) {
            versions.add(id);
        }
        return id;
    }

    private int idOf(JsonNode body) {
        for (int i = 0; i < schemas.size(); i++) {
            if (schemas.get(i).path("schema").equals(body.path("schema"))) {
                return i + 1;
            }
        }
        return 0;
    }

    private String incompatibility(String subject, JsonNode body) {
        if (!"FULL_TRANSITIVE".equals(levels.get(subject))) {
            return null;
        }
        Schema offered = new Schema.Parser().parse(body.path("schema").asText());
        for (String text : textsOf(subject)) {
            Schema held = new Schema.Parser().parse(text);
            if (!reads(offered, held) || !reads(held, offered)) {
                return "it does not fit";
            }
        }
        return null;
    }

    private static boolean reads(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                        .getType()
                == SchemaCompatibilityType.COMPATIBLE;
    }

    private static void refuse(HttpExchange exchange, int status, int errorCode, String message) throws IOException {
        send(
                exchange,
                status,
                JSON.createObjectNode().put("error_code", errorCode).put("message", message));
    }

    private static void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
        send(exchange, status, "application/vnd.schemaregistry.v1+json", body.toString());
    }

    private static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
