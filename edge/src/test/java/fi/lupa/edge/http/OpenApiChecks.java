package fi.lupa.edge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.edge.keys.Role;
import io.javalin.config.JavalinState;
import io.javalin.config.RoutesConfig;
import io.javalin.router.Endpoint;
import io.javalin.security.Roles;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A service's description says what its doors do: when this fails, correct the description. */
public abstract class OpenApiChecks {

    private static final Set<String> OF_EVERY_SERVICE =
            Set.of("GET /health/live", "GET /health/ready", "GET /metrics", "GET /openapi.json");

    private final JsonNode description;
    private final Map<String, String> records;
    private final List<Class<? extends Enum<?>>> words;

    /**
     * @param resource the description
     * @param records what the doors read and write, by the name of its schema
     */
    protected OpenApiChecks(String resource, Map<String, String> records, List<Class<? extends Enum<?>>> words) {
        this.description = read(resource);
        this.records = records;
        this.words = words;
    }

    /** Mounts the doors that are described; nobody calls them. */
    protected abstract void mount(RoutesConfig routes);

    @Test
    void everyMountedRouteIsDescribedAndEveryDescribedRouteIsMounted() {
        Set<String> mounted = new TreeSet<>(OF_EVERY_SERVICE);
        endpoints().forEach(endpoint -> mounted.add(endpoint.method.name() + " " + endpoint.path));

        assertThat(operations().keySet()).isEqualTo(mounted);
    }

    /** But for those whose door looks for the key itself. */
    @TestFactory
    Stream<DynamicTest> aRouteOpensToTheRolesItIsDescribedWith() {
        return endpoints()
                .filter(endpoint -> !rolesOf(endpoint).isEmpty())
                .map(endpoint -> DynamicTest.dynamicTest(endpoint.method.name() + " " + endpoint.path, () -> {
                    JsonNode ways = operations()
                            .get(endpoint.method.name() + " " + endpoint.path)
                            .path("security");
                    assertThat(ways.findValues("bearer"))
                            .extracting(roles -> roles.path(0).asText())
                            .containsExactlyInAnyOrderElementsOf(rolesOf(endpoint).stream()
                                    .map(Role::written)
                                    .toList());
                    assertThat(ways.findValues("session").isEmpty())
                            .isEqualTo(rolesOf(endpoint).stream().noneMatch(Role.OF_STAFF::contains));
                }));
    }

    @TestFactory
    Stream<DynamicTest> aSchemaHasThePropertiesOfItsRecord() {
        return records.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    List<String> components = Arrays.stream(
                                    Class.forName(entry.getValue()).getRecordComponents())
                            .map(RecordComponent::getName)
                            .toList();
                    assertThat(schema(entry.getKey()).path("properties").fieldNames())
                            .toIterable()
                            .containsExactlyElementsOf(components);
                }));
    }

    @TestFactory
    Stream<DynamicTest> aSchemaHasTheWordsOfItsEnumeration() {
        return words.stream()
                .map(type -> DynamicTest.dynamicTest(type.getSimpleName(), () -> {
                    List<String> described = new ArrayList<>();
                    schema(type.getSimpleName()).path("enum").forEach(word -> described.add(word.asText()));
                    assertThat(described)
                            .containsExactlyElementsOf(Arrays.stream(type.getEnumConstants())
                                    .map(Enum::name)
                                    .toList());
                }));
    }

    @TestFactory
    Stream<DynamicTest> anExampleCanBeReadAsWhatItIsAnExampleOf() {
        return description.findParents("examples").stream()
                .filter(content -> records.containsKey(nameOf(content.path("schema"))))
                .map(content -> DynamicTest.dynamicTest(nameOf(content.path("schema")), () -> {
                    Class<?> record = Class.forName(records.get(nameOf(content.path("schema"))));
                    for (JsonNode example : content.path("examples")) {
                        assertThatCode(() -> Json.MAPPER.treeToValue(example.path("value"), record))
                                .doesNotThrowAnyException();
                    }
                }));
    }

    private Stream<Endpoint> endpoints() {
        JavalinState state = new JavalinState();
        mount(new RoutesConfig(state));
        return state.internalRouter.allHttpHandlers().stream()
                .map(handler -> handler.endpoint)
                // Pages are for people, and their forms go where the pages say.
                .filter(endpoint -> !endpoint.path.startsWith("/console/"));
    }

    private static List<Role> rolesOf(Endpoint endpoint) {
        return endpoint.metadata(Roles.class).getRoles().stream()
                .map(Role.class::cast)
                .toList();
    }

    /** Every described operation, by method and path. */
    private Map<String, JsonNode> operations() {
        Map<String, JsonNode> operations = new TreeMap<>();
        description.path("paths").fields().forEachRemaining(path -> path.getValue()
                .fields()
                .forEachRemaining(operation -> {
                    if (!operation.getKey().equals("parameters")) {
                        operations.put(
                                operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                                operation.getValue());
                    }
                }));
        return operations;
    }

    private JsonNode schema(String name) {
        return description.at("/components/schemas/" + name);
    }

    private static String nameOf(JsonNode schema) {
        return schema.path("$ref").asText().replace("#/components/schemas/", "");
    }

    private static JsonNode read(String resource) {
        try (InputStream in = OpenApiChecks.class.getResourceAsStream(resource)) {
            return Json.MAPPER.readTree(in);
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
