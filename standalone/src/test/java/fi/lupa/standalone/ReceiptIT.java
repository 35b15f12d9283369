package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.consent.ConsentStream;
import fi.lupa.consent.receipts.ReceiptKeys;
import fi.lupa.edge.service.RunningService;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebDriver;

/** From a form to its receipt: the link in the answer, the page in a browser, and the signature, checked by the command. */
class ReceiptIT {

    @TempDir
    private Path folder;

    @Test
    void whoeverSentAFormGetsASignedReceiptOfIt() throws Exception {
        Path controller = folder.resolve("controller.yaml");
        Files.copy(ReceiptIT.class.getResourceAsStream("/sample/controller.yaml"), controller);
        try (TestInstallation lupa = TestInstallation.named("receipts", folder)) {
            RunningService consent = lupa.launch(
                    new ConsentStream(),
                    "--forms=" + lupa.forms(),
                    "--receipt-key=" + ReceiptKeys.writeTo(folder),
                    "--controller=" + controller);
            awaitTrue(() -> consent.health().notReady().isEmpty());

            URI consented = receipt(sent(lupa, consent), "/statements/0/receipt");
            URI prohibited = receipt(
                    Http.postJson(consent.url().resolve("/v1/consents"), lupa.keys.operator(), """
                    {"email": "aino@example.com", "scope": "PHONE", "will": "PROHIBIT", "door": "LETTER",
                     "evidence": "archive/1", "wording": "Älkää soittako"}""")
                            .body(),
                    "/receipt");

            assertThat(pages(consented, "You gave your consent.", "Annoit suostumuksesi.", "Du gav ditt samtycke."))
                    .contains("Yes, send me the newsletter.", "Esimerkkikauppa Oy", "Postittaja Oy")
                    .doesNotContain("aino");
            assertThat(pages(prohibited, "You prohibited this.", "Kielsit tämän.", "Du förbjöd detta."))
                    .contains("Älkää soittako")
                    .doesNotContain("archive/1", "customer-service");

            String jwks = consent.url().resolve("/.well-known/jwks.json").toString();
            Path signed = Files.writeString(folder.resolve("receipt.jws"), signed(consented));
            assertThat(lupa("receipt", signed.toString(), "--jwks", jwks))
                    .startsWith("0 Valid")
                    .contains("events[1].will: GRANT\n", "events[1].wording: Yes, send me the newsletter.\n")
                    .contains("party_identification[1].party_name: Esimerkkikauppa Oy (1234567-1)\n");

            String[] parts = Files.readString(signed).split("\\.", -1);
            String of = signed(prohibited).split("\\.", -1)[1];
            Files.writeString(signed, parts[0] + "." + of + "." + parts[2]);
            assertThat(lupa("receipt", signed.toString(), "--jwks", jwks))
                    .startsWith("1 Not valid. The signature does not fit");
            assertThat(lupa(
                            "receipt",
                            signed.toString(),
                            "--jwks",
                            folder.resolve("none").toString()))
                    .startsWith("2 ");
            assertThat(lupa("receipt", signed.toString())).startsWith("2 ").contains("--jwks");
        }
    }

    private static JsonNode sent(TestInstallation lupa, RunningService consent) {
        return Http.post(
                        consent.url().resolve("/v1/forms/newsletter"),
                        lupa.keys.site(),
                        "application/x-www-form-urlencoded",
                        "email=aino%40example.com&email_consent=yes&_language=en")
                .body();
    }

    /** The link in an answer, once what it shows is folded. */
    private static URI receipt(JsonNode answer, String where) {
        URI link = URI.create(answer.at(where).asText());
        awaitTrue(() -> {
            Http.Answer shown = Http.get(link, null);
            assertThat(shown.status()).isIn(200, 404);
            return shown.status() == 200;
        });
        return link;
    }

    private static String signed(URI link) {
        return Http.get(URI.create(link + "?as=jose"), null).response().body();
    }

    /** @return the English page's text */
    private static String pages(URI link, String english, String finnish, String swedish) {
        WebDriver browser = Browser.open();
        try {
            Map.of("fi", finnish, "sv", swedish, "en", english).forEach((language, will) -> {
                browser.get(link + "?lang=" + language);
                assertThat(browser.findElement(By.tagName("html")).getDomAttribute("lang"))
                        .isEqualTo(language);
                assertThat(browser.findElement(By.cssSelector(".will")).getText())
                        .isEqualTo(will);
            });
            browser.get(link + "?lang=fi");
            browser.findElement(By.cssSelector("a[hreflang=en]")).click();
            return browser.findElement(By.tagName("main")).getText();
        } finally {
            browser.quit();
        }
    }

    /** The exit code, and what was said. */
    private static String lupa(String... arguments) throws IOException {
        try (StringWriter said = new StringWriter();
                PrintWriter out = new PrintWriter(said)) {
            int code = Lupa.commandLine().setOut(out).setErr(out).execute(arguments);
            out.flush();
            return code + " " + said;
        }
    }
}
