package fi.lupa.edge.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A service starts with settings that make sense, says which, and keeps its secrets. */
class SettingsTest {
    private static final String SECRET = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    @TempDir
    private Path directory;

    @Command(name = "lupa", showDefaultValues = true, mixinStandardHelpOptions = true)
    @SuppressWarnings("UnusedVariable") // picocli reads them
    private static final class Service {
        @Mixin
        private final KafkaSettings kafka = new KafkaSettings();

        @Mixin
        private final RegistrySettings registry = new RegistrySettings();

        @Mixin
        private final HttpSettings http = new HttpSettings(8080);

        @Mixin
        private final IdentitySettings identity = new IdentitySettings();

        @Mixin
        private final KeySettings keys = new KeySettings();
    }

    @Command(name = "other")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private static final class Other {
        @Option(names = "--speed", defaultValue = "${env:LUPA_SPEED}")
        private int speed;
    }

    @Test
    void hasADefaultForEverythingButTheSecret() {
        Service service = new Service();
        CommandLine command = parse(service, "--keys", file("keys.yaml", "").toString());

        assertThatThrownBy(() -> Settings.check(command, Map.of()))
                .asInstanceOf(type(InvalidSettings.class))
                .satisfies(refusal -> assertThat(refusal.faults())
                        .containsExactly("--id-secret is missing; set LUPA_ID_SECRET to at least 32 random bytes and"
                                + " keep them."));
        assertThat(service.kafka.clientProperties())
                .isEqualTo(Map.of("bootstrap.servers", "127.0.0.1:9092", "metric.reporters", ""));
        assertThat(service.kafka.topicPrefix()).isEmpty();
        assertThat(service.registry.properties())
                .isEqualTo(Map.of("schema.registry.url", "http://127.0.0.1:8085/apis/ccompat/v7"));
        assertThat(service.registry.waitAtStart()).isEqualTo(Duration.ofMinutes(2));
        assertThat(service.http.host()).isEqualTo("127.0.0.1");
        assertThat(service.http.port()).isEqualTo(8080);
        assertThat(service.http.maxBody()).isEqualTo(1024 * 1024);
        assertThat(new KeySettings().file()).isEqualTo(Path.of("data/keys.yaml"));
    }

    @Test
    void takesOverWhatTheFilesSayButNotTheAddresses() {
        Path kafka = file(
                "kafka.properties", "security.protocol=SSL\nmetric.reporters=mine\nbootstrap.servers=elsewhere:1\n");
        Path registry = file("registry.properties", "basic.auth.user.info=a:b\n");
        Service service = new Service();
        parse(
                service,
                "--kafka-config=" + kafka,
                "--bootstrap-servers=one:9092,[::1]:9093",
                "--schema-registry-config=" + registry,
                "--schema-registry-url=https://registry.example.fi/v1");

        assertThat(service.kafka.clientProperties())
                .isEqualTo(Map.of(
                        "security.protocol", "SSL",
                        "metric.reporters", "mine",
                        "bootstrap.servers", "one:9092,[::1]:9093"));
        assertThat(service.registry.properties())
                .isEqualTo(
                        Map.of("basic.auth.user.info", "a:b", "schema.registry.url", "https://registry.example.fi/v1"));
        assertThat(service.kafka.faults()).isEmpty();
        assertThat(service.registry.faults()).isEmpty();
    }

    @Test
    void refusesEverythingThatMakesNoSenseAtOnce() {
        CommandLine command = parse(
                new Service(),
                "--bootstrap-servers=localhost",
                "--topic-prefix=me & you",
                "--kafka-config=/no/such",
                "--schema-registry-url=registry:8085",
                "--wait=-1s",
                "--http-host=",
                "--http-port=65536",
                "--http-max-body=1",
                "--http-timeout=0s",
                "--http-max-requests=0",
                "--id-secret=passw0rd",
                "--default-region=Suomi",
                "--keys=/no/such");

        assertThatThrownBy(() -> Settings.check(command, Map.of("LUPA_TOPIC_PREFX", "x")))
                .asInstanceOf(type(InvalidSettings.class))
                .satisfies(refusal -> assertThat(refusal.faults())
                        .hasSize(14)
                        .noneMatch(fault -> fault.contains("passw0rd"))
                        .allMatch(fault -> fault.endsWith(".") || fault.endsWith("?"))
                        .contains("Nothing reads the environment variable LUPA_TOPIC_PREFX; did you mean"
                                + " LUPA_TOPIC_PREFIX?"));
    }

    @Test
    void printsWhatIsInForceWithoutSecrets() {
        StringWriter printed = new StringWriter();
        CommandLine command =
                parse(new Service(), "--id-secret", SECRET, "--schema-registry-url=http://user:password@registry:8085");

        Settings.print(command.setOut(new PrintWriter(printed)));

        assertThat(printed.toString())
                .contains("--bootstrap-servers        127.0.0.1:9092")
                .contains("--id-secret                (hidden)")
                .contains("--schema-registry-url      http://(hidden)@registry:8085")
                .contains("--kafka-config             (none)")
                .contains("--wait                     PT2M")
                .doesNotContain(SECRET, "user:password", "--help");
    }

    @Test
    void helpsWithoutShowingTheSecret() {
        CommandLine command = parse(new Service(), "--id-secret", SECRET);

        assertThat(command.getUsageMessage())
                .contains("LUPA_ID_SECRET", "KAFKA_BOOTSTRAP_SERVERS", "Default: 127.0.0.1:9092", "Default: 8080")
                .doesNotContain(SECRET);
    }

    @Test
    void refusesAVariableThatNothingReads() {
        CommandLine command = new CommandLine(new Service()).addSubcommand(new Other());

        assertThatCode(() -> UnknownEnvironment.check(
                        command,
                        Map.of("LUPA_HTTP_PORT", "1", "LUPA_SPEED", "2", "LUPA_SITE_KEY", "k", "PATH", "/bin")))
                .doesNotThrowAnyException();
        assertThatCode(() ->
                        UnknownEnvironment.check(command.getSubcommands().get("other"), Map.of("LUPA_HTTP_PORT", "1")))
                .as("a variable of another command")
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> UnknownEnvironment.check(command, Map.of("LUPA_HTTP_PROT", "1")))
                .hasMessage("Nothing reads the environment variable LUPA_HTTP_PROT; did you mean LUPA_HTTP_PORT?");
    }

    @ParameterizedTest
    @CsvSource({
        ", 127.0.0.1, http://127.0.0.1:8080",
        ", 0.0.0.0, http://127.0.0.1:8080",
        ", ::1, http://[::1]:8080",
        "https://lupa.example.fi/, 0.0.0.0, https://lupa.example.fi",
        "https://example.fi/lupa, 127.0.0.1, https://example.fi/lupa"
    })
    void linksToPeopleBeginWithThePublicUrlOrTheServicesOwn(String given, String host, String url) {
        PublicUrlSettings settings = CommandLine.populateCommand(
                new PublicUrlSettings(), given == null ? new String[0] : new String[] {"--public-url=" + given});

        assertThat(settings.faults()).isEmpty();
        assertThat(settings.urlOr(CommandLine.populateCommand(new HttpSettings(8080), "--http-host=" + host)))
                .hasToString(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"lupa.example.fi", "ftp://lupa.example.fi", "https://lupa.example.fi/?a=b", "https://e.fi/#top"})
    void aPublicUrlThatLinksCannotBeginWithIsRefused(String given) {
        PublicUrlSettings settings = CommandLine.populateCommand(new PublicUrlSettings(), "--public-url=" + given);

        assertThat(settings.faults())
                .containsExactly("--public-url is \"%s\"; write what links begin with, as https://lupa.example.fi."
                        .formatted(given));
    }

    @ParameterizedTest
    @CsvSource({"30s,PT30S", "2m,PT2M", "1h30m,PT1H30M", "PT5M,PT5M", "P1D,P1D", "0s,PT0S", "500ms,", "2,", "two,"})
    void readsDurationsAsPeopleWriteThem(String written, Duration duration) {
        if (duration == null) {
            assertThatThrownBy(() -> new DurationConverter().convert(written)).hasMessageContaining("for example");
        } else {
            assertThat(new DurationConverter().convert(written)).isEqualTo(duration);
        }
    }

    private static CommandLine parse(Service service, String... args) {
        CommandLine command = new CommandLine(service);
        command.parseArgs(args);
        return command;
    }

    private Path file(String name, String text) {
        try {
            return Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
