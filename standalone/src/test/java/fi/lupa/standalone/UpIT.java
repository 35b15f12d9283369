package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.standalone.Readme.Example;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.support.ui.WebDriverWait;

/** What a newcomer does: the README's commands as they stand, and the sample website's form in a real browser. */
class UpIT {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    private Process up;

    @Test
    void theReadmesCommandsDoWhatItShowsAndTheNextStartFindsWhatTheLastOneLeft() throws Exception {
        Files.createSymbolicLink(folder.resolve("lupa"), ROOT.resolve("lupa"));
        List<Example> examples = Readme.examples(ROOT.resolve("README.md"));
        assertThat(examples).hasSizeGreaterThan(4);

        Example first = examples.get(0);
        start(first.command());
        assertThat(Readme.lasting(said())).contains(Readme.lasting(first.shown()));
        for (Example example : examples.subList(1, examples.size())) {
            // Whoever reads the README takes longer than this from one command to the next.
            TimeUnit.SECONDS.sleep(2);
            // Another terminal for each; the keys are loaded as the first of them does.
            String output = shell(". data/keys.env\n" + example.command());
            assertThat(Readme.lasting(output)).isEqualTo(Readme.lasting(example.shown()));
        }

        String receipt = tickTheNewsletter("maija@example.com");
        assertThat(receipt).contains("Kiitos").contains("Kyllä, lähettäkää minulle uutiskirje");
        awaitTrue(() -> decide("maija@example.com").contains("\"cleared\":true"));
        assertThat(decide("aino@example.com")).contains("CONSENT_WITHDRAWN");

        stop();
        start(first.command());
        awaitTrue(() -> decide("maija@example.com").contains("\"cleared\":true"));
        assertThat(decide("aino@example.com")).contains("CONSENT_WITHDRAWN");
        shell("""
                . data/keys.env
                curl -sf -H "Authorization: Bearer $LUPA_CAMPAIGN_KEY" -H 'Content-Type: application/json' \
                  -d '{"messageId":"m-3","channel":"EMAIL","recipient":{"email":"aino@example.com"}}' \
                  http://127.0.0.1:8081/v1/campaigns/spring/messages""");
        awaitTrue(() -> shell("./lupa tail campaign.suppressed")
                .lines()
                .anyMatch(line -> line.contains("\"m-3\"") && line.contains("CONSENT_WITHDRAWN")));
        theRunbooksQueryNamesNoMessage();
    }

    private void theRunbooksQueryNamesNoMessage() throws Exception {
        for (Example example : Readme.examples(ROOT.resolve("docs/runbook/LupaBooksDoNotBalance.md"))) {
            String output = shell("set -e\n" + example.command() + "\necho done");
            assertThat(output)
                    .contains("campaignId  messageId")
                    .endsWith("done\n")
                    .doesNotContain("m-");
        }
    }

    @AfterEach
    void stop() throws Exception {
        if (up != null && up.isAlive()) {
            up.destroy();
            assertThat(up.waitFor(60, TimeUnit.SECONDS))
                    .as("stops when told to")
                    .isTrue();
        }
    }

    private void start(String command) throws IOException {
        up = new ProcessBuilder("sh", "-c", "exec " + command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("up.out").toFile())
                .redirectError(folder.resolve("up.err").toFile())
                .start();
        awaitTrue(() -> {
            assertThat(up.isAlive())
                    .as(Files.readString(folder.resolve("up.err")))
                    .isTrue();
            return said().contains("Lupa is up");
        });
    }

    private String said() throws IOException {
        return Files.readString(folder.resolve("up.out"));
    }

    private String decide(String email) throws Exception {
        return shell("""
                . data/keys.env
                curl -s -H "Authorization: Bearer $LUPA_CAMPAIGN_KEY" -H 'Content-Type: application/json' \
                  -d '{"campaignId":"spring","channel":"EMAIL","recipients":[{"email":"%s"}]}' \
                  http://127.0.0.1:8081/v1/decisions""".formatted(email));
    }

    private String shell(String commands) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-c", commands)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    private static String tickTheNewsletter(String email) {
        WebDriver browser = Browser.open();
        try {
            browser.get("http://127.0.0.1:8082/fi/uutiskirje");
            browser.findElement(By.name("email")).sendKeys(email);
            browser.findElement(By.name("email_consent")).click();
            browser.findElement(By.cssSelector("button[type=submit], form button"))
                    .click();
            return new WebDriverWait(browser, Duration.ofSeconds(20))
                    .until(page -> page.findElement(By.id("event-id")).isDisplayed()
                            ? page.findElement(By.tagName("main")).getText()
                            : null);
        } finally {
            browser.quit();
        }
    }
}
