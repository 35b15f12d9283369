package fi.lupa.consent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.consent.confirmation.ConfirmDoor;
import fi.lupa.consent.feedback.FeedbackDoor;
import fi.lupa.consent.intake.ConsentsDoor;
import fi.lupa.consent.intake.FormsDoor;
import fi.lupa.consent.intake.SameAsDoor;
import fi.lupa.consent.preferences.PreferencesDoor;
import fi.lupa.consent.query.FilesDoor;
import fi.lupa.consent.query.SubjectsDoor;
import fi.lupa.consent.receipts.ReceiptsDoor;
import fi.lupa.consent.rights.AccessReportDoor;
import fi.lupa.consent.rights.ErasureDoor;
import fi.lupa.consent.rights.RectificationDoor;
import fi.lupa.consent.rights.RequestsDoor;
import fi.lupa.consent.unsubscribe.UnsubscribeDoor;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.keys.Role;
import fi.lupa.event.Customership;
import fi.lupa.event.Door;
import fi.lupa.event.Scope;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.Will;
import fi.lupa.permission.ConsentStatus;
import fi.lupa.permission.ContactKind;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The description says what the doors do: when this fails, correct {@code openapi/consent-stream.json}. */
class OpenApiTest {

    private static final JsonNode DESCRIPTION = read("/openapi/consent-stream.json");

    private static final Set<String> OF_EVERY_SERVICE =
            Set.of("GET /health/live", "GET /health/ready", "GET /metrics", "GET /openapi.json");

    /** What the doors read and write, by the name of its schema. */
    private static final Map<String, String> RECORDS = Map.ofEntries(
            Map.entry("Receipt", "fi.lupa.consent.intake.Receipt"),
            Map.entry("Understood", "fi.lupa.consent.intake.Receipt$Understood"),
            Map.entry("Said", "fi.lupa.consent.intake.ConsentsDoor$Said"),
            Map.entry("Recorded", "fi.lupa.consent.intake.ConsentsDoor$Recorded"),
            Map.entry("ConsentsView", "fi.lupa.consent.query.ConsentsView"),
            Map.entry("PointView", "fi.lupa.consent.query.ConsentsView$PointView"),
            Map.entry("ScopeView", "fi.lupa.consent.query.ConsentsView$ScopeView"),
            Map.entry("StatementView", "fi.lupa.consent.query.ConsentsView$StatementView"),
            Map.entry("Problem", "fi.lupa.edge.http.Problem"),
            Map.entry("Fault", "fi.lupa.edge.http.Fault"),
            Map.entry("SubjectFound", "fi.lupa.consent.query.SubjectsDoor$Found"),
            Map.entry("HistoryOf", "fi.lupa.consent.query.Histories$HistoryOf"),
            Map.entry("ContactsOf", "fi.lupa.consent.query.ContactHistories$ContactsOf"),
            Map.entry("ContactEntry", "fi.lupa.consent.query.ContactEntry"),
            Map.entry("HistoryEntry", "fi.lupa.consent.query.HistoryEntry"),
            Map.entry("Feedback", "fi.lupa.consent.feedback.Feedback"),
            Map.entry("Taken", "fi.lupa.consent.feedback.FeedbackDoor$Taken"),
            Map.entry("Ground", "fi.lupa.consent.intake.SameAsDoor$Ground"),
            Map.entry("Unsubscribed", "fi.lupa.consent.unsubscribe.UnsubscribeDoor$Unsubscribed"),
            Map.entry("Order", "fi.lupa.consent.rights.ErasureDoor$Order"),
            Map.entry("Proof", "fi.lupa.consent.rights.ErasureDoor$Proof"),
            Map.entry("StopLeft", "fi.lupa.consent.rights.ErasureDoor$StopLeft"),
            Map.entry("Hold", "fi.lupa.consent.rights.ErasureDoor$Hold"),
            Map.entry("Held", "fi.lupa.consent.rights.ErasureDoor$Held"),
            Map.entry("Opening", "fi.lupa.consent.rights.RequestsDoor$Opening"),
            Map.entry("Extension", "fi.lupa.consent.rights.RequestsDoor$Extension"),
            Map.entry("Closing", "fi.lupa.consent.rights.RequestsDoor$Closing"),
            Map.entry("Request", "fi.lupa.consent.rights.Request"),
            Map.entry("Exercised", "fi.lupa.consent.rights.Exercised"),
            Map.entry("RightsOf", "fi.lupa.consent.rights.RightsHistories$RightsOf"),
            Map.entry("RequestsPage", "fi.lupa.consent.rights.RequestsDoor$RequestsPage"),
            Map.entry("Check", "fi.lupa.consent.rights.AccessReportDoor$Check"),
            Map.entry("Refused", "fi.lupa.consent.rights.AccessReportDoor$Refused"),
            Map.entry("Rectification", "fi.lupa.consent.rights.RectificationDoor$Rectification"),
            Map.entry("NewAddress", "fi.lupa.consent.rights.RectificationDoor$Address"),
            Map.entry("Rectified", "fi.lupa.consent.rights.RectificationDoor$Rectified"),
            Map.entry("AccessReport", "fi.lupa.consent.rights.AccessReport"),
            Map.entry("Person", "fi.lupa.consent.rights.AccessReport$Person"),
            Map.entry("Dated", "fi.lupa.consent.rights.AccessReport$Dated"),
            Map.entry("Point", "fi.lupa.consent.rights.AccessReport$Point"),
            Map.entry("SentForm", "fi.lupa.consent.rights.AccessReport$Form"),
            Map.entry("Ticked", "fi.lupa.consent.rights.AccessReport$Ticked"),
            Map.entry("Sender", "fi.lupa.consent.rights.AccessReport$Sender"),
            Map.entry("GivenAddress", "fi.lupa.consent.rights.AccessReport$Address"),
            Map.entry("Stop", "fi.lupa.consent.rights.AccessReport$Stop"),
            Map.entry("SubjectLink", "fi.lupa.consent.rights.AccessReport$Link"),
            Map.entry("Messages", "fi.lupa.consent.rights.AccessReport$Messages"),
            Map.entry("AskedMessage", "fi.lupa.consent.rights.AccessReport$Asked"),
            Map.entry("ClearedMessage", "fi.lupa.consent.rights.AccessReport$Cleared"),
            Map.entry("SuppressedMessage", "fi.lupa.consent.rights.AccessReport$Suppressed"),
            Map.entry("Handler", "fi.lupa.consent.rights.AccessReport$Handler"),
            Map.entry("Place", "fi.lupa.consent.rights.AccessReport$Place"),
            Map.entry("Decided", "fi.lupa.consent.intake.SameAsDoor$Decided"));

    private static final List<Class<? extends Enum<?>>> WORDS = List.of(
            Scope.class,
            Will.class,
            Door.class,
            SubjectKind.class,
            ContactKind.class,
            ConsentStatus.class,
            Customership.class);

    @Test
    void everyMountedRouteIsDescribedAndEveryDescribedRouteIsMounted() {
        Set<String> mounted = new TreeSet<>(OF_EVERY_SERVICE);
        endpoints().forEach(endpoint -> mounted.add(endpoint.method.name() + " " + endpoint.path));

        assertThat(operations().keySet()).isEqualTo(mounted);
    }

    @TestFactory
    Stream<DynamicTest> aRouteOpensToTheRolesItIsDescribedWith() {
        return endpoints()
                // A form's key may come in a field, so that door looks for it itself.
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
        new FormsDoor(null, null, null, null, null, null, null).mount(routes);
        new ConsentsDoor(null, null, null, null, null, null, null, null).mount(routes);
        new FeedbackDoor(null, null, null, null).mount(routes);
        new SameAsDoor(null, null, null).mount(routes);
        new SubjectsDoor(null, null, null, null, null).mount(routes);
        new ErasureDoor(null, null, null, null).mount(routes);
        new RequestsDoor(null, null, null, null, null).mount(routes);
        new RectificationDoor(null, null, null, null, null, null).mount(routes);
        new AccessReportDoor(null, null, null, null, null, null, Optional.empty(), null, null, null).mount(routes);
        new ConfirmDoor(null, null, null, null, null, null, null).mount(routes);
        new ReceiptsDoor(null, Optional.empty(), null, null, null, null, null).mount(routes);
        new UnsubscribeDoor(null, null, null, null, null, null, null).mount(routes);
        new PreferencesDoor(null, null, null, null, null, null, null, null).mount(routes);
        new FilesDoor(null, null, null, null).mount(routes);
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
