package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fi.lupa.consent.receipts.ReceiptKeys;
import fi.lupa.edge.health.Health;
import fi.lupa.edge.keys.GeneratedKeys;
import fi.lupa.edge.service.RunningService;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Docker Compose brings up a Lupa that does what {@code lupa up} promises, and loses nothing when it is taken down. */
@EnabledIfSystemProperty(named = "lupa.it.infrastructure", matches = "containers")
class ComposeIT {

    private static final Path REPOSITORY =
            Path.of(System.getProperty("lupa.home")).resolve("../..").normalize();
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final int KAFKA = TestInstallation.freePort();
    private static final int REGISTRY = TestInstallation.freePort();
    private static final int CONSENT = TestInstallation.freePort();
    private static final int ROUTER = TestInstallation.freePort();

    @TempDir
    private static Path data;

    @BeforeAll
    static void up() {
        GeneratedKeys.writeTo(data);
        ReceiptKeys.writeTo(data);
        comeUp();
    }

    @AfterAll
    static void leaveNothing() {
        compose("down", "--volumes", "--rmi", "local");
    }

    @Test
    void aWithdrawalStopsTheNextMessageAlsoAfterDownAndUp() {
        List<String> tries = commandsOfTheWelcome();
        String form = tries.get(0);
        String campaign = tries.get(1);
        String decision = tries.get(2);
        String message = tries.get(3);
        String letter = tries.get(4);

        assertThat(answer(form).at("/identifiers/email").asText()).isEqualTo("aino@example.com");
        assertThat(answer(campaign).path("campaignId").asText()).isEqualTo("spring");
        awaitTrue(() -> answer(decision).at("/decisions/0/cleared").asBoolean());
        assertThat(answer(message).at("/messageIds/0").asText()).isEqualTo("m-1");
        awaitTrue(() -> tail("campaign.cleared.email").contains("\"m-1\""));

        assertThat(answer(letter).path("door").asText()).isEqualTo("LETTER");
        awaitTrue(() -> !answer(decision).at("/decisions/0/cleared").asBoolean());
        answer(message.replace("m-1", "m-2"));
        awaitTrue(() -> tail("campaign.suppressed").contains("\"m-2\""));

        compose("down");
        comeUp();

        assertThat(answer(decision).at("/decisions/0/reasons/0").asText()).isEqualTo("CONSENT_WITHDRAWN");
        answer(message.replace("m-1", "m-3"));
        awaitTrue(() -> tail("campaign.suppressed").contains("\"m-3\""));
        assertThat(tail("campaign.suppressed").lines())
                .hasSize(2)
                .allMatch(line -> line.contains("\"reasons\": [\"CONSENT_WITHDRAWN\"]"));
        assertThat(tail("campaign.cleared.email").lines()).hasSize(1);
    }

    @Test
    void noKeyGoesIntoAContainer() {
        for (String service : List.of("consent-stream", "campaign-router")) {
            assertThat(compose("exec", "-T", service, "env"))
                    .contains("LUPA_ID_SECRET=")
                    .doesNotContain("SITE_KEY=", "CAMPAIGN_KEY=", "MARKETER_KEY=", "DPO_KEY=", "OPERATOR_KEY=");
        }
    }

    @Test
    void withoutItsSecretItSaysWhatToDo() throws Exception {
        Process said = process(List.of("docker", "compose", "--env-file", "/dev/null", "config"));
        assertThat(output(said)).contains("run ./lupa keys once");
        assertThat(said.exitValue()).isNotZero();
    }

    /** The lines that {@code lupa up} tells people to try, without those that are not for curl. */
    private static List<String> commandsOfTheWelcome() {
        String welcome = Welcome.text(
                Duration.ZERO,
                "127.0.0.1:" + KAFKA,
                registry(),
                new RunningService("consent-stream", URI.create("http://127.0.0.1:" + CONSENT), new Health()),
                new RunningService("campaign-router", URI.create("http://127.0.0.1:" + ROUTER), new Health()),
                URI.create("http://127.0.0.1:8082"),
                data,
                "");
        return Pattern.compile("(?m)^ *curl (?:.*\\\\\\R)*.*$")
                .matcher(welcome)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    private static JsonNode answer(String command) {
        try {
            return JSON.readTree(run(List.of("sh", "-c", ". " + data.resolve("keys.env") + "\n" + command)));
        } catch (IOException e) {
            throw new AssertionError("no JSON came from " + command, e);
        }
    }

    private static String tail(String topic) {
        StringWriter out = new StringWriter();
        int exit = Lupa.commandLine()
                .setOut(new PrintWriter(out))
                .execute(
                        "tail", "--bootstrap-servers=127.0.0.1:" + KAFKA, "--schema-registry-url=" + registry(), topic);
        assertThat(exit).isZero();
        return out.toString();
    }

    private static String registry() {
        return "http://127.0.0.1:" + REGISTRY + "/apis/ccompat/v7";
    }

    private static void comeUp() {
        try {
            compose("up", "--detach", "--wait", "--wait-timeout", "300");
        } catch (AssertionError e) {
            throw new AssertionError(compose("logs", "--no-color", "--tail", "50"), e);
        }
    }

    private static String compose(String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker", "compose"));
        command.addAll(
                List.of("--project-name", "lupa-it-" + ProcessHandle.current().pid()));
        command.addAll(List.of("--env-file", data.resolve("keys.env").toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private static String run(List<String> command) {
        try {
            Process process = process(command);
            String output = output(process);
            assertThat(process.exitValue()).as(() -> command + "\n" + output).isZero();
            return output;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(command + " did not run", e);
        }
    }

    private static Process process(List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(REPOSITORY.toFile()).redirectErrorStream(true);
        // What a developer's shell says of another Lupa would go before this one's file of keys.
        builder.environment().keySet().removeIf(name -> name.startsWith("LUPA_"));
        builder.environment()
                .putAll(Map.of(
                        "KAFKA_PORT", "" + KAFKA,
                        "REGISTRY_PORT", "" + REGISTRY,
                        "CONSENT_STREAM_PORT", "" + CONSENT,
                        "CAMPAIGN_ROUTER_PORT", "" + ROUTER,
                        "KEYS_YAML", data.resolve("keys.yaml").toString(),
                        "RECEIPT_KEYS_JSON", data.resolve("receipt-keys.json").toString()));
        return builder.start();
    }

    private static String output(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return output;
    }
}
