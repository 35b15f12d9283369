package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.edge.keys.GeneratedKeys;
import fi.lupa.edge.service.RunningService;
import fi.lupa.event.AuditEvent;
import fi.lupa.event.AuditOutcome;
import fi.lupa.event.SignIn;
import fi.lupa.schemas.topic.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Staff in a real browser: in with the right password alone, on every instance, recorded, and out. */
class StaffIT {

    @TempDir
    private Path folder;

    @Test
    void signsInSeesSomebodyAndSignsOut() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("staff", folder)) {
            RunningService consent = lupa.consentStream();
            RunningService another = lupa.consentStream();
            for (int i = 0; i < 8; i++) {
                Http.post(
                        consent.url().resolve("/v1/forms/newsletter"),
                        lupa.keys.site(),
                        "application/x-www-form-urlencoded",
                        "email=person" + i + "@example.com&email_consent=yes");
            }
            WebDriver browser = Browser.open();
            try {
                browser.get(consent.url().resolve("/console").toString());
                assertThat(browser.getCurrentUrl()).endsWith("/console/login?return=%2Fconsole");

                signIn(browser, "guess");
                assertThat(browser.findElement(By.cssSelector("[role=alert]")).getText())
                        .contains("The user name or the password is wrong");
                assertThat(browser.manage().getCookies()).isEmpty();

                signIn(browser, lupa.keys.staffPassword());
                new WebDriverWait(browser, Browser.PATIENCE)
                        .until(page -> page.getCurrentUrl().endsWith("/console"));
                assertThat(browser.findElement(By.tagName("header")).getText())
                        .contains("Signed in as staff", "customer service, data protection officer");
                Cookie session = browser.manage().getCookieNamed("lupa");
                assertThat(session.isHttpOnly()).isTrue();
                assertThat(session.getSameSite()).isEqualTo("Strict");

                for (int i = 0; i < 8; i++) {
                    URI who = URI.create("/v1/subjects?email=person" + i + "@example.com");
                    awaitTrue(() -> ask(consent.url().resolve(who), session) == 200);
                    awaitTrue(() -> ask(another.url().resolve(who), session) == 200);
                }

                browser.findElement(By.cssSelector("[action='/console/logout'] button"))
                        .click();
                new WebDriverWait(browser, Browser.PATIENCE)
                        .until(page -> page.getCurrentUrl().endsWith("/login"));
                assertThat(browser.manage().getCookies()).isEmpty();
                assertThat(ask(consent.url().resolve("/v1/subjects?email=person0@example.com"), session))
                        .isEqualTo(401);
            } finally {
                browser.quit();
            }
            Http.get(consent.url().resolve("/v1/subjects?email=person0@example.com"), lupa.keys.marketer());

            List<AuditEvent> recorded = lupa.values(Topics.AUDIT_EVENTS);
            assertThat(recorded.stream().filter(event -> event.getAction().equals("START")))
                    .isNotEmpty()
                    .allSatisfy(event -> assertThat(event.getPrincipal()).isEqualTo(event.getService()));
            // One for each answer, wherever it was given: the instance that was asked records nothing of what it passes
            // on.
            assertThat(recorded.stream()
                            .filter(event -> event.getOutcome() == AuditOutcome.ALLOWED)
                            .filter(event -> event.getAction().startsWith("GET /v1/subjects")))
                    .hasSize(16)
                    .allSatisfy(event -> {
                        assertThat(event.getAction()).isEqualTo("GET /v1/subjects");
                        assertThat(event.getPrincipal()).isEqualTo(GeneratedKeys.STAFF);
                        assertThat(event.getSignIn()).isEqualTo(SignIn.SESSION);
                        assertThat(event.getSubjectId()).hasSize(22);
                    })
                    .extracting(AuditEvent::getSubjectId)
                    .doesNotContainNull();
            assertThat(recorded.stream().filter(event -> event.getOutcome() == AuditOutcome.REFUSED))
                    .singleElement()
                    .satisfies(event -> assertThat(event.getPrincipal()).isEqualTo("marketing"));
            assertThat(recorded.toString()).doesNotContain("@example");
        }
    }

    private static void signIn(WebDriver browser, String password) {
        browser.findElement(By.name("name")).sendKeys(GeneratedKeys.STAFF);
        browser.findElement(By.name("password")).sendKeys(password);
        browser.findElement(By.tagName("button")).click();
    }

    private static int ask(URI url, Cookie session) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(url)
                                .header("Cookie", session.getName() + "=" + session.getValue())
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }
}
