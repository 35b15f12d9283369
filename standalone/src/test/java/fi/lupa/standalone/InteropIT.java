package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.edge.service.RunningService;
import fi.lupa.event.ConsentChanged;
import fi.lupa.schemas.topic.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program in another language, with npm's Kafka client, reads what Lupa writes, and Lupa reads what it writes. */
class InteropIT {

    private static final Path SCRIPT = Path.of("src/test/js");

    @TempDir
    private Path folder;

    @Test
    void nodeReadsWhatLupaWritesAndLupaReadsWhatNodeWrites() throws Exception {
        run(List.of("npm", "ci", "--no-audit", "--no-fund"));
        try (TestInstallation lupa = TestInstallation.named("interop", folder)) {
            RunningService consent = lupa.consentStream();
            Http.post(
                    consent.url().resolve("/v1/forms/newsletter"),
                    lupa.keys.site(),
                    "application/x-www-form-urlencoded",
                    "email=aino@example.com&email_consent=yes");
            awaitTrue(() -> lupa.values(Topics.CONSENT_CHANGES).size() == 1);
            ConsentChanged ours = lupa.values(Topics.CONSENT_CHANGES).get(0);
            assertThat(node("consume", Topics.CONSENT_CHANGES.in(lupa.prefix()), "1"))
                    .contains(ours.getEventId().toString())
                    .contains(ours.getSubjectId())
                    .contains("GRANT");

            Path schema = folder.resolve("ConsentChanged.avsc");
            Files.writeString(schema, Topics.CONSENT_CHANGES.schema().toString());
            node(
                    "produce",
                    Topics.CONSENT_CHANGES.in(lupa.prefix()),
                    schema.toString(),
                    withdrawal(ours),
                    ours.getSubjectId());
            awaitTrue(() -> Http.get(
                            consent.url().resolve("/v1/subjects/" + ours.getSubjectId() + "/consents"),
                            lupa.keys.operator())
                    .body()
                    .at("/scopes/0/status")
                    .asText()
                    .equals("WITHDRAWN"));
        }
    }

    /** What Node writes, in Avro's JSON as its library takes it. */
    private static String withdrawal(ConsentChanged ours) {
        long at = ours.getOccurredAt().toEpochMilli() + 1_000;
        return """
                {"eventId": "6f2d1f0e-7a43-4b6b-9d39-0a4ac5d9d001", "subjectId": "%s", "scope": "EMAIL", "will": "WITHDRAW",
                 "contactPointId": null, "occurredAt": %d, "recordedAt": %d, "door": "IMPORT", "recordedBy": "node",
                 "noticeVersion": null, "wording": null, "evidence": null, "causedBy": null, "awaitsConfirmation": false}""".formatted(ours.getSubjectId(), at, at);
    }

    private static String node(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("node", "interop.mjs", Infrastructure.bootstrapServers(), Infrastructure.registryUrl()));
        command.addAll(Arrays.asList(arguments));
        return run(command);
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(SCRIPT.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
