package fi.lupa.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.SubjectKey;
import fi.lupa.schemas.registry.FakeRegistry.Request;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryClientTest {

    private static final String SUBJECT = "consent.changes-value";
    private static final Schema SCHEMA = ConsentChanged.getClassSchema();

    private final FakeRegistry registry = new FakeRegistry();

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void registersOnceAndRemembers() {
        RegistryClient client = client();

        int id = client.idOf(SUBJECT, SCHEMA);

        assertThat(client.idOf(SUBJECT, SCHEMA)).isEqualTo(id);
        assertThat(client.schemaOf(id)).isEqualTo(SCHEMA);
        assertThat(lines()).containsExactly("POST /subjects/consent.changes-value/versions");
        assertThat(registry.textsOf(SUBJECT)).containsExactly(SCHEMA.toString());
    }

    @Test
    void readsASchemaThatAnotherRegistered() {
        int id = client().register(SUBJECT, SCHEMA);

        RegistryClient other = client();

        assertThat(other.schemaOf(id)).isEqualTo(SCHEMA);
        assertThat(other.versions(SUBJECT)).containsExactly(1);
        assertThat(other.version(SUBJECT, 1)).isEqualTo(SCHEMA);
        assertThat(other.lookUp(SUBJECT, SCHEMA)).hasValue(id);
        assertThat(other.versions("nothing-value")).isEmpty();
        assertThat(other.lookUp("nothing-value", SCHEMA)).isEmpty();
        assertThat(other.incompatibilities("nothing-value", SCHEMA)).isEmpty();
    }

    @Test
    void whatIsOnceKnownOutlivesTheRegistry() {
        RegistryClient client = client();
        AvroSerde<ConsentChanged> serde = new AvroSerde<>(ConsentChanged.class, client);
        byte[] bytes = serde.serializer().serialize("consent.changes", Aino.grantsEmail());

        registry.close();

        assertThat(serde.deserializer().deserialize("consent.changes", bytes)).isEqualTo(Aino.grantsEmail());
        assertThat(serde.serializer().serialize("consent.changes", Aino.grantsEmail()))
                .isEqualTo(bytes);
    }

    @Test
    void withoutAutoRegistrationItOnlyLooksUp() {
        RegistryClient client = client("auto.register.schemas", "false");

        assertThatThrownBy(() -> client.idOf(SUBJECT, SCHEMA))
                .isInstanceOf(RegistryRefusedException.class)
                .hasMessage("Subject consent.changes-value does not hold today's fi.lupa.event.ConsentChanged:"
                        + " register it first, or set auto.register.schemas=true.");
        assertThat(registry.textsOf(SUBJECT)).isEmpty();

        int id = client().register(SUBJECT, SCHEMA);
        assertThat(client.idOf(SUBJECT, SCHEMA)).isEqualTo(id);
    }

    @Test
    void anUnknownIdIsAskedForTwiceAndThenLeftAloneForAWhile() {
        RegistryClient client = client();

        assertThatThrownBy(() -> client.schemaOf(41))
                .isInstanceOf(UnknownSchemaException.class)
                .isInstanceOf(SerializationException.class)
                .hasMessage("The schema registry at " + registry.url() + " knows no schema id 41.");
        assertThatThrownBy(() -> client.schemaOf(41)).isInstanceOf(UnknownSchemaException.class);

        assertThat(lines()).containsExactly("GET /schemas/ids/41", "GET /schemas/ids/41");
    }

    @Test
    void anUnknownIdIsAskedForAgainOnceTheWhileIsOver() {
        RegistryClient client = client("missing.id.cache.ttl.sec", "0");
        assertThatThrownBy(() -> client.schemaOf(1)).isInstanceOf(UnknownSchemaException.class);

        registry.holds(SUBJECT, SCHEMA.toString(), "[]");

        assertThat(client.schemaOf(1)).isEqualTo(SCHEMA);
    }

    @Test
    void aProtobufSchemaIsNotOurs() {
        int id = registry.holdsForeign("PROTOBUF");

        assertThatThrownBy(() -> client().schemaOf(id))
                .isInstanceOf(UnknownSchemaException.class)
                .hasMessage("Schema id 1 is not an Avro schema.");
    }

    @Test
    void followsReferencesToOtherSubjects() {
        registry.holds("country", "{\"type\":\"enum\",\"name\":\"a.Country\",\"symbols\":[\"FI\"]}", "[]");
        registry.holds(
                "address",
                "{\"type\":\"record\",\"name\":\"a.Address\",\"fields\":[{\"name\":\"country\",\"type\":\"a.Country\"}]}",
                "[{\"name\":\"a.Country\",\"subject\":\"country\",\"version\":1}]");
        int id = registry.holds(
                "person",
                "{\"type\":\"record\",\"name\":\"a.Person\",\"fields\":[{\"name\":\"home\",\"type\":\"a.Address\"},"
                        + "{\"name\":\"born\",\"type\":\"a.Country\"}]}",
                "[{\"name\":\"a.Address\",\"subject\":\"address\",\"version\":1},"
                        + "{\"name\":\"a.Country\",\"subject\":\"country\",\"version\":1}]");

        Schema person = client().schemaOf(id);

        assertThat(person.getField("home").schema().getField("country").schema())
                .isEqualTo(person.getField("born").schema());
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 429, 408})
    void aPassingFaultIsTriedAgainAndThenSaidToBePassing(int status) {
        registry.answers(status, "<html>Bad Gateway</html>");

        assertThatThrownBy(() -> client().schemaOf(1))
                .isInstanceOf(RegistryUnavailableException.class)
                .isInstanceOf(RetriableException.class)
                .hasMessage("No answer from the schema registry at " + registry.url() + " (HTTP " + status + ").");
        assertThat(registry.requests()).hasSize(3);
    }

    @Test
    void aLoginPageInsteadOfASchemaIsAPassingFault() {
        registry.answers(200, "<html>Please log in</html>");

        assertThatThrownBy(() -> client().schemaOf(1))
                .isInstanceOf(RegistryUnavailableException.class)
                .hasMessageContaining("HTTP 200 without JSON");
    }

    @Test
    void jsonThatNoRegistryWroteBlamesNoRecord() {
        registry.answers(200, "{\"status\":\"ok\"}");

        assertThatThrownBy(() -> client().schemaOf(1))
                .isInstanceOf(RegistryRefusedException.class)
                .hasMessageContaining("without a field schema");
        assertThatThrownBy(() -> client().idOf(SUBJECT, SCHEMA))
                .isInstanceOf(RegistryRefusedException.class)
                .hasMessageContaining("without a field id");
    }

    @Test
    void aSchemaThatAvroCannotParseIsNotOurs() {
        int id = registry.holds("odd-value", "{\"type\":\"recrod\"}", "[]");

        assertThatThrownBy(() -> client().schemaOf(id)).isInstanceOf(UnknownSchemaException.class);
    }

    @Test
    void anEmptyAnswerIsAPassingFault() {
        registry.answers(204, "");

        assertThatThrownBy(() -> client().schemaOf(1)).isInstanceOf(RegistryUnavailableException.class);
    }

    @Test
    void a404ThatNoRegistryWroteBlamesNoRecord() {
        registry.answers(404, "<html>nginx</html>");

        assertThatThrownBy(() -> client().schemaOf(1))
                .isInstanceOf(RegistryRefusedException.class)
                .isNotInstanceOf(SerializationException.class)
                .hasMessageContaining("is the path in schema.registry.url right?");
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 401, 403, 422})
    void aRefusalIsNotTriedAgainAndBlamesNoRecord(int status) {
        registry.answers(status, "{\"message\":\"no entry\"}");

        assertThatThrownBy(() -> client().register(SUBJECT, SCHEMA))
                .isInstanceOf(RegistryRefusedException.class)
                .isNotInstanceOf(SerializationException.class)
                .hasMessage("The schema registry at " + registry.url()
                        + " refuses to register a schema under consent.changes-value: HTTP " + status + ", no entry");
        assertThat(registry.requests()).hasSize(1);
    }

    @Test
    void aRegistryThatHangsIsGivenUpInTime() {
        registry.hangs();

        assertThatThrownBy(() -> client("http.read.timeout.ms", "100").schemaOf(1))
                .isInstanceOf(RegistryUnavailableException.class)
                .hasMessageContaining("no answer within 100 ms");
    }

    @Test
    void aRegistryThatHangsInTheMiddleOfItsAnswerIsGivenUpInTime() {
        registry.hangsInTheMiddleOfItsAnswer();

        assertThatThrownBy(() -> client("http.read.timeout.ms", "100").schemaOf(1))
                .isInstanceOf(RegistryUnavailableException.class)
                .hasMessageContaining("no answer within 100 ms");
    }

    @Test
    void aRegistryThatIsNotThereIsSaidToRefuseTheConnection() {
        registry.close();

        assertThatThrownBy(() -> client().schemaOf(1))
                .isInstanceOf(RegistryUnavailableException.class)
                .hasMessage("No answer from the schema registry at " + registry.url() + " (connection refused).");
    }

    @Test
    void aHostThatDoesNotExistIsSaidToBeUnknown() {
        assertThatThrownBy(() -> client("schema.registry.url", "http://registry.invalid:8081")
                        .schemaOf(1))
                .isInstanceOf(RegistryUnavailableException.class)
                .hasMessage("No answer from the schema registry at http://registry.invalid:8081 (unknown host).");
    }

    @Test
    void asksTheNextAddressAndStaysWithTheOneThatAnswers() {
        try (FakeRegistry second = new FakeRegistry()) {
            registry.answers(503, "");
            RegistryClient client = client("schema.registry.url", registry.url() + "," + second.url());

            client.register(SUBJECT, SCHEMA);
            client.register("other-value", SCHEMA);

            assertThat(registry.requests()).hasSize(1);
            assertThat(second.requests()).hasSize(2);

            second.answers(503, "");
            registry.recovers();
            client.register("third-value", SCHEMA);
            assertThat(registry.textsOf("third-value")).hasSize(1);
        }
    }

    @Test
    void namesWhatIsWrongWithEveryAddress() {
        registry.answers(503, "");

        assertThatThrownBy(() -> client("schema.registry.url", registry.url() + ",http://localhost:1")
                        .schemaOf(1))
                .hasMessage("No answer from the schema registry at " + registry.url()
                        + " (HTTP 503), http://localhost:1 (connection refused).");
    }

    @Test
    void showsItsPassWithoutTellingIt() {
        String address = "http://pipeline:s3cret@localhost:" + registry.port();
        RegistryClient inUrl = client("schema.registry.url", address);
        RegistryClient userInfo =
                client("basic.auth.credentials.source", "USER_INFO", "basic.auth.user.info", "pipeline:s3cret");
        RegistryClient bearer = client("bearer.auth.credentials.source", "STATIC_TOKEN", "bearer.auth.token", "t0ken");

        inUrl.versions(SUBJECT);
        userInfo.versions(SUBJECT);
        bearer.versions(SUBJECT);

        assertThat(registry.requests())
                .extracting(Request::authorization)
                .containsExactly("Basic cGlwZWxpbmU6czNjcmV0", "Basic cGlwZWxpbmU6czNjcmV0", "Bearer t0ken");
        assertThat(inUrl).hasToString(registry.url());
        registry.close();
        assertThatThrownBy(() -> inUrl.versions(SUBJECT)).hasMessageNotContaining("s3cret");
    }

    @Test
    void setsTheCompatibilityOnlyWhereItDiffers() {
        client().setCompatibility(SUBJECT, "FULL_TRANSITIVE");
        client().setCompatibility(SUBJECT, "FULL_TRANSITIVE");

        assertThat(registry.levelOf(SUBJECT)).isEqualTo("FULL_TRANSITIVE");
        assertThat(lines())
                .containsExactly(
                        "GET /config/consent.changes-value",
                        "PUT /config/consent.changes-value",
                        "GET /config/consent.changes-value");
    }

    @Test
    void anIncompatibleSchemaIsToldSoAndRefused() {
        RegistryClient client = client();
        client.setCompatibility(SUBJECT, "FULL_TRANSITIVE");
        client.register(SUBJECT, SCHEMA);

        assertThat(client.incompatibilities(SUBJECT, SubjectKey.getClassSchema()))
                .containsExactly("it does not fit");
        assertThatThrownBy(() -> client.register(SUBJECT, SubjectKey.getClassSchema()))
                .isInstanceOf(RegistryRefusedException.class)
                .hasMessageContaining("HTTP 409");
    }

    @Test
    void oneConfigurationHasOneClient() {
        Map<String, String> config = config();

        assertThat(RegistryClient.shared(config)).isSameAs(RegistryClient.shared(new HashMap<>(config)));
    }

    @Test
    void speaksTlsWithTheStoresOfTheConfiguration(@TempDir Path directory) throws Exception {
        Path store = directory.resolve("registry.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "registry",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "changeit")
                .redirectErrorStream(true)
                .start();
        keytool.getInputStream().readAllBytes();
        assertThat(keytool.waitFor()).isZero();
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls(store)));
        try (FakeRegistry secured = new FakeRegistry(server)) {
            String url = "https://localhost:" + secured.port();

            RegistryClient trusting = client(
                    "schema.registry.url",
                    url,
                    "schema.registry.ssl.truststore.location",
                    store.toString(),
                    "schema.registry.ssl.truststore.password",
                    "changeit",
                    "schema.registry.ssl.truststore.type",
                    "PKCS12");
            assertThat(trusting.register(SUBJECT, SCHEMA)).isOne();

            assertThatThrownBy(() -> client("schema.registry.url", url).schemaOf(1))
                    .isInstanceOf(RegistryUnavailableException.class)
                    .hasMessageContaining("(TLS: ");
        }
    }

    private static SSLContext tls(Path store) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        return tls;
    }

    private List<String> lines() {
        return registry.requests().stream().map(Request::line).toList();
    }

    private Map<String, String> config(String... changes) {
        Map<String, String> config = new HashMap<>(
                Map.of("schema.registry.url", registry.url(), "max.retries", "2", "retries.wait.ms", "1"));
        for (int i = 0; i < changes.length; i += 2) {
            config.put(changes[i], changes[i + 1]);
        }
        return config;
    }

    private RegistryClient client(String... changes) {
        return new RegistryClient(RegistryConfig.from(config(changes)));
    }
}
