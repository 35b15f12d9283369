package fi.lupa.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.SubjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SchemaRegistrationTest {

    private static final String CHANGES = "consent.changes-value";
    private static final String STATE = "consent.state-value";
    private static final Map<String, Schema> TODAY =
            Map.of(CHANGES, ConsentChanged.getClassSchema(), STATE, ConsentState.getClassSchema());

    private final FakeRegistry registry = new FakeRegistry();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        ((Logger) LoggerFactory.getLogger(SchemaRegistration.class)).addAppender(log);
    }

    @AfterEach
    void close() {
        ((Logger) LoggerFactory.getLogger(SchemaRegistration.class)).detachAppender(log);
        registry.close();
    }

    @Test
    void setsTheLevelAndRegistersEverySubject() {
        register(TODAY);

        for (String subject : TODAY.keySet()) {
            assertThat(registry.levelOf(subject)).isEqualTo("FULL_TRANSITIVE");
            assertThat(registry.textsOf(subject))
                    .containsExactly(TODAY.get(subject).toString());
        }
    }

    @Test
    void doingItAgainChangesNothing() {
        register(TODAY);
        int before = registry.requests().size();

        register(TODAY);

        assertThat(registry.requests().subList(before, registry.requests().size()))
                .noneMatch(request ->
                        request.line().endsWith("/versions") || request.line().startsWith("PUT"));
    }

    @Test
    void waitsForARegistryThatIsNotUpYetAndSaysSo() throws Exception {
        registry.close();
        CompletableFuture<Void> registration = CompletableFuture.runAsync(() -> register(TODAY));
        while (messages().isEmpty()) {
            assertThat(registration).isNotDone();
            Thread.sleep(10);
        }
        try (FakeRegistry late = FakeRegistry.at(registry.port())) {
            registration.get(20, TimeUnit.SECONDS);

            assertThat(late.textsOf(STATE)).hasSize(1);
            assertThat(messages().get(0))
                    .startsWith("Waiting for the schema registry at " + registry.url()
                            + " (connection refused). Start it, or set SCHEMA_REGISTRY_URL. Giving up in ");
        }
    }

    @Test
    void losesPatience() {
        registry.close();

        assertThatThrownBy(() -> new SchemaRegistration(client(), Duration.ofMillis(50)).register(TODAY))
                .isInstanceOf(RegistryUnavailableException.class);
    }

    @Test
    void namesTheFieldsOfAllSubjectsThatDoNotFitAndRegistersNothing() {
        registry.holds(
                STATE,
                changed(ConsentState.getClassSchema(), "\"MARKET_RESEARCH\",", "\"MARKET_RESEARCH\",\"FAX\","),
                "[]");
        registry.holds(CHANGES, changed(ConsentChanged.getClassSchema(), "\"subjectId\"", "\"person\""), "[]");

        assertThatThrownBy(() -> register(Map.of(
                        CHANGES,
                        ConsentChanged.getClassSchema(),
                        STATE,
                        ConsentState.getClassSchema(),
                        "subject.keys-value",
                        SubjectKey.getClassSchema())))
                .isInstanceOf(RegistryRefusedException.class)
                .hasMessage("""
                        The schema registry at %s holds versions that today's schemas do not fit. Correct the schemas and start \
                        again; nothing was registered.
                        consent.changes-value: field subjectId is not in version 1 and has no default: give it one.
                        consent.changes-value: field person is gone, but version 1 cannot do without it: put it back.
                        consent.state-value: field statements.scope no longer has [FAX], which version 1 has: put them back.""".formatted(registry.url()));
        assertThat(registry.textsOf("subject.keys-value")).isEmpty();
    }

    @Test
    void namesAChangedTypeAndASymbolThatOldReadersDoNotKnow() {
        registry.holds(
                STATE,
                changed(
                        ConsentState.getClassSchema(),
                        "{\"name\":\"revision\",\"type\":\"long\"",
                        "{\"name\":\"revision\",\"type\":\"int\""),
                "[]");
        registry.holds(CHANGES, changed(ConsentChanged.getClassSchema(), ",\"LIFT\"", ""), "[]");

        assertThatThrownBy(() -> register(TODAY))
                .hasMessageContaining(
                        "consent.changes-value: field will has the new [LIFT], which version 1 does not understand")
                .hasMessageContaining("consent.state-value: field revision is no longer what version 1 reads")
                .hasMessageContaining("leave it as it was, and add a new field with a default");
    }

    private List<String> messages() {
        return List.copyOf(log.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private static String changed(Schema schema, String what, String to) {
        assertThat(schema.toString()).contains(what);
        return schema.toString().replace(what, to);
    }

    private void register(Map<String, Schema> schemaBySubject) {
        new SchemaRegistration(client(), Duration.ofSeconds(20)).register(schemaBySubject);
    }

    private RegistryClient client() {
        return new RegistryClient(RegistryConfig.from(
                Map.of("schema.registry.url", registry.url(), "max.retries", "1", "retries.wait.ms", "1")));
    }
}
