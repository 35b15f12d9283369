package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.edge.service.RunningService;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.delivery.MailServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that carries: a campaign's emails leave for a mail server, and what it says of an address comes back. */
class DeliverIT {

    private static final String GONE = "gone@example.com";

    @TempDir
    private Path folder;

    @Test
    void aCampaignLeavesByMailAndABounceStopsTheAddress() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("deliver", folder);
                MailServer mail = new MailServer(Map.of(GONE, "550 5.1.1 no such mailbox"))) {
            RunningService consent = lupa.consentStream();
            RunningService router = lupa.campaignRouter();
            for (String email : List.of("aino@example.com", GONE)) {
                assertThat(Http.postJson(consent.url().resolve("/v1/forms/newsletter"), lupa.keys.site(), """
                                        {"email": "%s", "email_consent": true}""".formatted(
                                                email))
                                .status())
                        .isEqualTo(202);
            }
            URI spring = router.url().resolve("/v1/campaigns/spring");
            assertThat(Http.put(spring, lupa.keys.marketer(), """
                                    {"name": "Spring", "purpose": "DIRECT_MARKETING", "channels": ["EMAIL"],
                                     "processor": {"name": "Postittaja Oy", "country": "FI"},
                                     "segment": {}, "template": "spring"}""").status()).isEqualTo(200);
            awaitTrue(() -> permitted(router, lupa, GONE) && permitted(router, lupa, "aino@example.com"));
            Process deliver = deliver(lupa, mail.port());
            try {
                assertThat(Http.postJson(router.url().resolve("/v1/campaigns/spring/launch"), lupa.keys.marketer(), "")
                                .status())
                        .isEqualTo(202);
                awaitTrue(() -> mail.taken().equals(List.of("aino@example.com")));
                awaitTrue(() -> !permitted(router, lupa, GONE));
                assertThat(permitted(router, lupa, "aino@example.com")).isTrue();
                deliver.destroy();
                assertThat(deliver.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(deliver.exitValue()).as("told to stop").isZero();
            } finally {
                deliver.destroyForcibly();
            }
            assertThat(Files.readString(folder.resolve("deliver.log")))
                    .contains("2 read = 1 carried + 0 stale + 1 refused")
                    .doesNotContain("@example.com");
            assertThat(lupa.values(Topics.AUDIT_EVENTS)).anySatisfy(event -> {
                assertThat(event.getService()).isEqualTo("deliver");
                assertThat(event.getAction()).isEqualTo("START");
            });
        }
    }

    private static boolean permitted(RunningService router, TestInstallation lupa, String email) {
        return Http.postJson(router.url().resolve("/v1/decisions"), lupa.keys.campaign(), """
                        {"channel": "EMAIL", "purpose": "DIRECT_MARKETING", "recipients": [{"email": "%s"}]}""".formatted(email))
                .body()
                .at("/decisions/0/cleared")
                .asBoolean();
    }

    private Process deliver(TestInstallation lupa, int port) throws IOException {
        Path template = Files.createDirectories(folder.resolve("templates/spring"));
        Files.writeString(template.resolve("subject.txt"), "Spring is here");
        Files.writeString(template.resolve("text.txt"), "No more of these: {{unsubscribeUrl}}");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Lupa.class.getName(),
                "deliver",
                "--channel=email",
                "--to=smtp://127.0.0.1:" + port,
                "--from=Shop <news@example.com>",
                "--templates=" + folder.resolve("templates"),
                "--without-tls"));
        lupa.arguments(0).stream()
                .filter(argument -> argument.matches("--(bootstrap|schema|topic).*"))
                .forEach(command::add);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("deliver.log").toFile())
                .start();
    }
}
