package fi.lupa.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.campaign.audience.AudiencesDoor;
import fi.lupa.campaign.audience.LaunchesDoor;
import fi.lupa.campaign.decision.DecisionsDoor;
import fi.lupa.campaign.definition.CampaignsDoor;
import fi.lupa.campaign.desk.FiguresDoor;
import fi.lupa.campaign.message.MessagesDoor;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.keys.Role;
import fi.lupa.event.Channel;
import fi.lupa.event.Customership;
import fi.lupa.event.Purpose;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.TransferBasis;
import fi.lupa.permission.Reason;
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

/** The description says what the doors do: when this fails, correct {@code openapi/campaign-router.json}. */
class OpenApiTest {

    private static final JsonNode DESCRIPTION = read("/openapi/campaign-router.json");

    private static final Set<String> OF_EVERY_SERVICE =
            Set.of("GET /health/live", "GET /health/ready", "GET /metrics", "GET /openapi.json");

    /** What the doors read and write, by the name of its schema. */
    private static final Map<String, String> RECORDS = Map.ofEntries(
            Map.entry("Definition", "fi.lupa.campaign.definition.CampaignsDoor$Definition"),
            Map.entry("ProcessorOf", "fi.lupa.campaign.definition.CampaignsDoor$ProcessorOf"),
            Map.entry("CampaignView", "fi.lupa.campaign.definition.CampaignsDoor$CampaignView"),
            Map.entry("SegmentOf", "fi.lupa.campaign.definition.SegmentOf"),
            Map.entry("Preview", "fi.lupa.campaign.audience.LaunchesDoor$Preview"),
            Map.entry("Progress", "fi.lupa.campaign.audience.LaunchesDoor$Progress"),
            Map.entry("Sizes", "fi.lupa.campaign.audience.AudiencesDoor$Sizes"),
            Map.entry("Size", "fi.lupa.campaign.audience.AudiencesDoor$Size"),
            Map.entry("Recheck", "fi.lupa.campaign.audience.AudiencesDoor$Recheck"),
            Map.entry("NoLonger", "fi.lupa.campaign.audience.AudiencesDoor$NoLonger"),
            Map.entry("Figures", "fi.lupa.campaign.desk.Figures"),
            Map.entry("OfChannel", "fi.lupa.campaign.desk.Figures$OfChannel"),
            Map.entry("Hour", "fi.lupa.campaign.desk.Figures$Hour"),
            Map.entry("Message", "fi.lupa.campaign.message.MessagesDoor$Message"),
            Map.entry("RecipientOf", "fi.lupa.campaign.message.RecipientOf"),
            Map.entry("Question", "fi.lupa.campaign.decision.DecisionsDoor$Question"),
            Map.entry("Answer", "fi.lupa.campaign.decision.DecisionsDoor$Answer"),
            Map.entry("Problem", "fi.lupa.edge.http.Problem"),
            Map.entry("Fault", "fi.lupa.edge.http.Fault"),
            Map.entry("Because", "fi.lupa.campaign.decision.DecisionsDoor$Because"),
            Map.entry("Said", "fi.lupa.campaign.decision.DecisionsDoor$Said"));

    private static final List<Class<? extends Enum<?>>> WORDS = List.of(
            Channel.class, Purpose.class, TransferBasis.class, Reason.class, SubjectKind.class, Customership.class);

    @Test
    void everyMountedRouteIsDescribedAndEveryDescribedRouteIsMounted() {
        Set<String> mounted = new TreeSet<>(OF_EVERY_SERVICE);
        endpoints().forEach(endpoint -> mounted.add(endpoint.method.name() + " " + endpoint.path));

        assertThat(operations().keySet()).isEqualTo(mounted);
    }

    @TestFactory
    Stream<DynamicTest> aRouteOpensToTheRolesItIsDescribedWith() {
        return endpoints()
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
        return RECORDS.entrySet().stream()
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
        return WORDS.stream()
                .map(words -> DynamicTest.dynamicTest(words.getSimpleName(), () -> {
                    List<String> described = new ArrayList<>();
                    schema(words.getSimpleName()).path("enum").forEach(word -> described.add(word.asText()));
                    assertThat(described)
                            .containsExactlyElementsOf(Arrays.stream(words.getEnumConstants())
                                    .map(Enum::name)
                                    .toList());
                }));
    }

    @TestFactory
    Stream<DynamicTest> anExampleCanBeReadAsWhatItIsAnExampleOf() {
        return DESCRIPTION.findParents("examples").stream()
                .filter(content -> RECORDS.containsKey(nameOf(content.path("schema"))))
                .map(content -> DynamicTest.dynamicTest(nameOf(content.path("schema")), () -> {
                    Class<?> record = Class.forName(RECORDS.get(nameOf(content.path("schema"))));
                    for (JsonNode example : content.path("examples")) {
                        assertThatCode(() -> Json.MAPPER.treeToValue(example.path("value"), record))
                                .doesNotThrowAnyException();
                    }
                }));
    }

    private static Stream<Endpoint> endpoints() {
        JavalinState state = new JavalinState();
        RoutesConfig routes = new RoutesConfig(state);
        new CampaignsDoor(null, null, null, null, null).mount(routes);
        new MessagesDoor(null, null, null, null, null).mount(routes);
        new AudiencesDoor(null, null, null, null, null, null, null, null).mount(routes);
        new LaunchesDoor(null, null, null, null, null, null, null).mount(routes);
        new FiguresDoor(null, null, null, null).mount(routes);
        new DecisionsDoor(null, null, null, null, null, null, null, null).mount(routes);
        return state.internalRouter.allHttpHandlers().stream().map(handler -> handler.endpoint);
    }

    private static List<Role> rolesOf(Endpoint endpoint) {
        return endpoint.metadata(Roles.class).getRoles().stream()
                .map(Role.class::cast)
                .toList();
    }

    /** Every described operation, by method and path. */
    private static Map<String, JsonNode> operations() {
        Map<String, JsonNode> operations = new TreeMap<>();
        DESCRIPTION.path("paths").fields().forEachRemaining(path -> path.getValue()
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

    private static JsonNode schema(String name) {
        return DESCRIPTION.at("/components/schemas/" + name);
    }

    private static String nameOf(JsonNode schema) {
        return schema.path("$ref").asText().replace("#/components/schemas/", "");
    }

    private static JsonNode read(String resource) {
        try (InputStream in = OpenApiTest.class.getResourceAsStream(resource)) {
            return Json.MAPPER.readTree(in);
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
