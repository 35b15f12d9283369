package fi.lupa.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;

class RegistryConfigTest {

    @Test
    void anAddressIsEnough() {
        RegistryConfig config =
                RegistryConfig.from(Map.of("schema.registry.url", "http://registry:8081/apis/ccompat/v7/"));

        assertThat(config.endpoints())
                .extracting(RegistryConfig.Endpoint::uri)
                .containsExactly(URI.create("http://registry:8081/apis/ccompat/v7"));
        assertThat(config.autoRegister()).isTrue();
        assertThat(config.answerTimeout()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void takesKafkasOwnTypesAndConfluentsPrefix() {
        RegistryConfig config = RegistryConfig.from(Map.of(
                "schema.registry.url", List.of("http://one:8081", "http://two:8081"),
                "schema.registry.basic.auth.credentials.source", "USER_INFO",
                "schema.registry.basic.auth.user.info", new Password("a:b"),
                "auto.register.schemas", false,
                "ssl.truststore.location", "the brokers' own",
                "schema.registry.ssl.truststore.location", "/etc/lupa/registry.p12",
                "bootstrap.servers", "of no concern here"));

        assertThat(config.endpoints()).hasSize(2).allSatisfy(endpoint -> assertThat(endpoint.authorization())
                .hasValue("Basic YTpi"));
        assertThat(config.autoRegister()).isFalse();
        assertThat(config.tls()).containsExactly(Map.entry("ssl.truststore.location", "/etc/lupa/registry.p12"));
    }

    @Test
    void namesEveryFaultAtOnce() {
        assertThatThrownBy(() -> RegistryConfig.from(Map.of(
                        "bearer.auth.credentials.source",
                        "OAUTHBEARER",
                        "http.read.timeout.ms",
                        "soon",
                        "value.subject.name.strategy",
                        "RecordNameStrategy")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll(
                        "schema.registry.url",
                        "bearer.auth.credentials.source",
                        "http.read.timeout.ms",
                        "value.subject.name.strategy");
    }

    @Test
    void refusesAnAddressWithoutRepeatingIt() {
        for (String address :
                List.of("registry:8081", "ftp://user:s3cret@registry", "http://user:s3 cret@registry", "http://")) {
            assertThatThrownBy(() -> RegistryConfig.from(Map.of("schema.registry.url", address)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("schema.registry.url")
                    .hasMessageNotContaining("cret");
        }
    }

    @Test
    void refusesASourceOfCredentialsWithoutCredentials() {
        assertThatThrownBy(() -> RegistryConfig.from(
                        Map.of("schema.registry.url", "http://registry", "basic.auth.credentials.source", "USER_INFO")))
                .hasMessageStartingWith("basic.auth.user.info is missing");
    }

    @Test
    void refusesToWriteWithTheNewestSchemaThere() {
        assertThatThrownBy(() -> RegistryConfig.from(
                        Map.of("schema.registry.url", "http://registry", "use.latest.version", "true")))
                .hasMessageContaining("a record is written with the schema of its own class");
    }

    @Test
    void showsNoSecret() {
        assertThat(RegistryConfig.from(Map.of("schema.registry.url", "http://user:s3cret@registry:8081")))
                .hasToString("http://registry:8081");
    }
}
