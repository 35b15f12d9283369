package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.edge.keys.GeneratedKeys;
import fi.lupa.edge.service.RunningService;
import fi.lupa.event.AuditEvent;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Door;
import fi.lupa.schemas.topic.Topics;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The console in a real browser: somebody is found, what they say on the phone counts, and what they ask for is answered. */
class ConsoleIT {

    private static final String HOSTILE = "Aino <script>document.title='gone'</script>\"><img src=x onerror=alert(1)>";

    @TempDir
    private Path folder;

    private ChromeDriver browser;

    @Test
    void somebodyIsFoundAndWhatTheySayAndAskForIsRecorded() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("console", folder)) {
            RunningService consent = lupa.consentStream();
            submit(
                    consent,
                    lupa,
                    "name=" + written(HOSTILE) + "&customer_number=C-17&email=aino%40example.com"
                            + "&phone=0401234567&email_consent=yes");
            submit(consent, lupa, "name=Eero&customer_number=C-18&phone=0401234567");
            browser = Browser.open();
            try {
                browser.get(consent.url().resolve("/console").toString());
                browser.findElement(By.name("name")).sendKeys(GeneratedKeys.STAFF);
                browser.findElement(By.name("password")).sendKeys(lupa.keys.staffPassword());
                browser.findElement(By.tagName("button")).click();
                Browser.main(browser, "Console");
                everywhere("console-home", "/console");

                search("nobody@example.com", "Nobody found");
                Browser.assertForEverybody(browser, "console-nobody-en");
                awaitTrue(() -> !search("Aino@Example.com ", null).contains("Nobody found"));
                assertThat(browser.getCurrentUrl()).matches(".*/console/subjects/[\\w-]{22}");
                String subject = browser.getCurrentUrl();
                assertThat(search(" C-17", HOSTILE))
                        .contains("aino@example.com (first given ", "Consent given", "C-17");
                search("040 123 4567", "Shared by several customers");
                assertThat(browser.findElements(By.cssSelector("main a[href^='/console/subjects/']")))
                        .hasSize(2);

                browser.get(subject);
                assertThat(browser.getTitle()).isEqualTo(HOSTILE + " – Lupa");
                assertThat((Long) browser.executeScript(
                                "return document.querySelectorAll('main img, main script').length"))
                        .isZero();
                recordsACall(lupa);
                asksForTheirData();
                everywhere("console-subject", subject.replaceFirst(".*?(?=/console)", ""));
                nothingIsChangedFromElsewhere(consent, subject, lupa);
                isErased(subject);
            } finally {
                browser.quit();
            }
            List<AuditEvent> seen = lupa.values(Topics.AUDIT_EVENTS);
            assertThat(seen).extracting(AuditEvent::getPrincipal).contains(GeneratedKeys.STAFF);
            assertThat(seen.toString()).doesNotContain("example.com", "script", "1234567");
        }
    }

    private void recordsACall(TestInstallation lupa) {
        WebElement form = open("What was said by letter or on the phone");
        new Select(form.findElement(By.name("scope"))).selectByValue("EMAIL");
        new Select(form.findElement(By.name("will"))).selectByValue("GRANT");
        form.findElement(By.name("evidence")).sendKeys("calls/7");
        form.findElement(By.tagName("button")).click();
        // Which address a consent is for was left out: what is wrong is told in the form, with what was typed kept.
        new WebDriverWait(browser, Browser.PATIENCE)
                .until(page -> form.findElement(By.className("wrong")).getText().contains("email"));
        assertThat(form.findElement(By.name("evidence")).getDomProperty("value"))
                .isEqualTo("calls/7");
        new Select(form.findElement(By.name("will"))).selectByValue("PROHIBIT");
        form.findElement(By.tagName("button")).click();
        Browser.awaitWords(browser, "Recorded.", "Prohibited", "It is prohibited.", "calls/7");

        ConsentChanged said = lupa.values(Topics.CONSENT_CHANGES).stream()
                .filter(changed -> changed.getDoor() == Door.PHONE_CALL)
                .reduce((one, other) -> {
                    throw new AssertionError("recorded twice");
                })
                .orElseThrow();
        assertThat(said.getRecordedBy()).isEqualTo(GeneratedKeys.STAFF);
    }

    private void asksForTheirData() {
        WebElement form = open("A request: access, correction, erasure…");
        form.findElement(By.name("evidence")).sendKeys("letters/17");
        form.findElement(By.tagName("button")).sendKeys(Keys.ENTER);
        Browser.awaitWords(browser, "Request received: To see their data", "To be answered by");

        WebElement report = open("Show everything that is stored");
        report.findElement(By.name("identityCheck")).sendKeys("passport at the counter");
        report.findElement(By.name("evidence")).sendKeys("visits/3");
        String page = browser.getCurrentUrl();
        report.findElement(By.tagName("button")).click();
        assertThat(Browser.main(browser, "Everything stored about you")).contains("calls/7", "aino@example.com");

        browser.get(page);
        WebElement closing = open("Close the request");
        closing.findElement(By.name("evidence")).sendKeys("letters/30");
        closing.findElement(By.tagName("button")).click();
        Browser.awaitWords(browser, "Request closed: To see their data", "No open requests.", "Data was shown");
    }

    /** Without the page's own token, and from a page of somebody else's, nothing is done. */
    private void nothingIsChangedFromElsewhere(RunningService consent, String subject, TestInstallation lupa) {
        int said = lupa.values(Topics.CONSENT_CHANGES).size();
        String id = subject.substring(subject.lastIndexOf('/') + 1);
        browser.get(
                "data:text/html," + written("""
                <form method="post" action="%s/v1/consents"><input name="subjectId" value="%s"><input name="scope" value="POST">
                <input name="will" value="PROHIBIT"><input name="door" value="LETTER"><input name="evidence" value="x">
                <button>win</button></form>""".formatted(consent.url(), id)).replace("+", "%20"));
        browser.findElement(By.tagName("button")).click();
        new WebDriverWait(browser, Browser.PATIENCE)
                .until(page -> page.getCurrentUrl().endsWith("/v1/consents"));
        browser.get(subject);
        browser.executeScript("document.querySelectorAll('[name=_csrf]').forEach(field => field.value = 'x')");
        WebElement form = open("What was said by letter or on the phone");
        form.findElement(By.name("evidence")).sendKeys("calls/8");
        form.findElement(By.tagName("button")).click();
        new WebDriverWait(browser, Browser.PATIENCE)
                .until(page -> form.findElement(By.className("wrong")).getText().contains("earlier sign-in"));
        assertThat(lupa.values(Topics.CONSENT_CHANGES)).hasSize(said);
    }

    private void isErased(String subject) throws Exception {
        browser.get(subject);
        WebElement form = open("Erase the person");
        form.findElement(By.name("identityCheck")).sendKeys("passport at the counter");
        form.findElement(By.name("evidence")).sendKeys("letters/31");
        form.findElement(By.name("_sure")).click();
        form.findElement(By.tagName("button")).click();
        Browser.awaitWords(browser, "Erased person", "The person was erased", "letters/31");
        assertThat(browser.getPageSource()).doesNotContain("aino@example.com", "C-17", "script>document");
        Browser.assertForEverybody(browser, "console-erased-en");
    }

    /** In the three languages, on a desk and on a phone. */
    private void everywhere(String name, String path) throws Exception {
        String here = browser.getCurrentUrl().replaceFirst("/console.*", "");
        for (boolean phone : List.of(true, false)) {
            if (phone) {
                Browser.narrow(browser);
            } else {
                Browser.wide(browser);
            }
            for (String language : List.of("fi", "sv", "en")) {
                browser.get(here + "/console?lang=" + language);
                browser.get(here + path);
                assertThat(browser.findElement(By.tagName("html")).getDomAttribute("lang"))
                        .isEqualTo(language);
                browser.executeScript("document.querySelectorAll('details.act').forEach(act => act.open = true)");
                Browser.assertForEverybody(browser, name + "-" + language + (phone ? "-phone" : ""));
            }
        }
    }

    /** @param title of the page that it leads to; null for whichever */
    private String search(String who, String title) {
        WebElement field = browser.findElement(By.name("who"));
        field.clear();
        field.sendKeys(who, Keys.ENTER);
        new WebDriverWait(browser, Browser.PATIENCE).until(page -> isGone(field));
        return title == null ? browser.findElement(By.tagName("main")).getText() : Browser.main(browser, title);
    }

    private static boolean isGone(WebElement element) {
        try {
            element.isEnabled();
            return false;
        } catch (StaleElementReferenceException e) {
            return true;
        }
    }

    /** The form under a heading that folds, unfolded. */
    private WebElement open(String title) {
        WebElement fold = browser.findElements(By.cssSelector("details.act")).stream()
                .filter(act -> act.findElement(By.tagName("summary")).getText().equals(title))
                .findFirst()
                .orElseThrow();
        if (fold.getDomAttribute("open") == null) {
            fold.findElement(By.tagName("summary")).click();
        }
        return fold.findElement(By.tagName("form"));
    }

    private static void submit(RunningService consent, TestInstallation lupa, String body) {
        assertThat(Http.post(
                                consent.url().resolve("/v1/forms/registration"),
                                lupa.keys.site(),
                                "application/x-www-form-urlencoded",
                                body)
                        .status())
                .isEqualTo(202);
    }

    private static String written(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
