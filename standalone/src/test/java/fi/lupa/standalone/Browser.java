package fi.lupa.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.selenium.AxeBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A real browser, and what every page is held to in it. */
final class Browser {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private Browser() {}

    static ChromeDriver open() {
        return new ChromeDriver(options());
    }

    static ChromeDriver withoutScripts() {
        return new ChromeDriver(options()
                .setExperimentalOption("prefs", Map.of("profile.managed_default_content_settings.javascript", 2)));
    }

    private static ChromeOptions options() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary("/usr/bin/chromium");
        // A click is over before the page it leads to is there.
        options.setImplicitWaitTimeout(PATIENCE);
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--window-size=1100,900");
        return options;
    }

    /** A headless window is no narrower than 500 px; the page itself is what matters. */
    static void narrow(ChromeDriver browser) {
        browser.manage().window().setSize(new Dimension(1_100, 900));
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 360, "height", 740, "deviceScaleFactor", 2, "mobile", true));
    }

    static void wide(ChromeDriver browser) {
        browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    }

    /** Axe finds nothing, and nothing sticks out to the side. */
    static void assertForEverybody(ChromeDriver browser, String name) throws IOException {
        picture(browser, name);
        assertThat(new AxeBuilder().analyze(browser).getViolations().stream().flatMap(rule -> rule.getNodes().stream()
                        .map(node -> rule.getId() + ": " + rule.getHelp() + " " + node.getHtml())))
                .as(name)
                .isEmpty();
        assertThat((Long) browser.executeScript(
                        "return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .as("%s is as wide as its window", name)
                .isZero();
    }

    /** No more than the page itself is loaded. */
    static void assertLoadsNothing(ChromeDriver browser, String name) {
        assertThat((Long) browser.executeScript("return performance.getEntriesByType('resource').length"))
                .as("what %s loads", name)
                .isZero();
    }

    /** The whole page, also what has to be scrolled to. */
    static void picture(ChromeDriver browser, String name) throws IOException {
        Files.createDirectories(SCREENSHOTS);
        // A page that has just come in a window of another size has no width yet, and the browser then takes no
        // picture.
        Map<String, Object> whole = new WebDriverWait(browser, PATIENCE)
                .ignoring(WebDriverException.class)
                .until(page ->
                        browser.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true)));
        write(name + ".png", whole);
    }

    /** The page as paper. */
    static void print(ChromeDriver browser, String name) throws IOException {
        write(name + ".pdf", browser.executeCdpCommand("Page.printToPDF", Map.of("printBackground", false)));
    }

    private static void write(String name, Map<String, Object> made) throws IOException {
        Files.write(SCREENSHOTS.resolve(name), OutputType.BYTES.convertFromBase64Png((String) made.get("data")));
    }

    static void tabTo(ChromeDriver browser, Predicate<WebElement> wanted) {
        for (int i = 0; i < 60; i++) {
            WebElement focused = browser.switchTo().activeElement();
            if (wanted.test(focused)) {
                return;
            }
            focused.sendKeys(Keys.TAB);
        }
        throw new AssertionError("the keyboard does not lead there");
    }

    /** The text of the page of this title, once it is there. */
    static String main(ChromeDriver browser, String title) {
        return new WebDriverWait(browser, PATIENCE)
                .withMessage(() -> text(browser, "main"))
                .until(page -> text(browser, "h1").equals(title) ? text(browser, "main") : null);
    }

    /** What is read on the page; asked in one step, since a page may be replaced between two. */
    private static String text(ChromeDriver browser, String element) {
        return (String) browser.executeScript("return document.querySelector(arguments[0])?.innerText ?? ''", element);
    }

    /** Waits until the page says all of it, also where it is folded. */
    static void awaitWords(ChromeDriver browser, String... words) {
        new WebDriverWait(browser, PATIENCE)
                .withMessage(() -> text(browser, "main"))
                .until(page -> (Boolean) browser.executeScript(
                        "return arguments[0].every(word => document.querySelector('main')?.textContent.includes(word))",
                        List.of(words)));
    }
}
