package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.campaign.CampaignRouter;
import fi.lupa.edge.service.RunningService;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.Reason;
import fi.lupa.permission.Channel;
import fi.lupa.schemas.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;

/** The links of a cleared message, followed by a mail scanner, a mail program and a person. */
class PersonsPagesIT {

    private static final List<String> LANGUAGES = List.of("fi", "sv", "en");

    /** What anybody's phone loads in a moment, wherever they are. */
    private static final int MOST_BYTES = 100_000;

    private static final String SPRING = """
            {"name": "Spring", "purpose": "DIRECT_MARKETING", "channels": ["EMAIL"],
             "processor": {"name": "Postittaja Oy", "country": "FI"}}""";

    @TempDir
    private Path folder;

    private TestInstallation lupa;
    private RunningService consent;
    private RunningService router;

    @BeforeEach
    void start(TestInfo test) {
        // Topics of its own for each test: the broker is the same.
        lupa = TestInstallation.named(
                "pages-" + test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT), folder);
        consent = lupa.consentStream();
        router = lupa.launch(new CampaignRouter(), "--public-url=" + consent.url());
        awaitTrue(() -> router.health().notReady().isEmpty());
        assertThat(Http.put(router.url().resolve("/v1/campaigns/spring"), lupa.keys.marketer(), SPRING)
                        .status())
                .isEqualTo(200);
    }

    @AfterEach
    void stop() {
        lupa.close();
    }

    @Test
    void aScannerThatOpensEveryLinkChangesNothingAndOnePostStopsTheNextMessage() throws Exception {
        submit("newsletter", "email=aino%40example.com&email_consent=yes");
        awaitTrue(() -> decision("aino@example.com").at("/cleared").asBoolean());
        MessageCleared message = cleared("m-1", "aino@example.com");
        assertThat(message.getListUnsubscribe()).isEqualTo("<" + message.getUnsubscribeUrl() + ">");
        assertThat(message.getListUnsubscribePost()).isEqualTo("List-Unsubscribe=One-Click");
        int said = lupa.values(Topics.CONSENT_CHANGES).size();

        for (String link : List.of(message.getUnsubscribeUrl(), message.getPreferencesUrl())) {
            for (String method : List.of("HEAD", "GET", "OPTIONS", "GET")) {
                assertThat(scan(method, link)).isIn(200, 405);
            }
        }
        assertThat(lupa.values(Topics.CONSENT_CHANGES)).hasSize(said);
        cleared("m-2", "aino@example.com");

        Http.Answer stopped = Http.post(
                URI.create(message.getUnsubscribeUrl()),
                null,
                "application/x-www-form-urlencoded",
                message.getListUnsubscribePost());
        assertThat(stopped.status()).isEqualTo(200);
        assertThat(stopped.body().at("/scope").asText()).isEqualTo("EMAIL");
        assertThat(stopped.response().previousResponse()).as("no redirect").isEmpty();

        awaitTrue(() -> !decision("aino@example.com").at("/cleared").asBoolean());
        send("m-3", "aino@example.com");
        awaitTrue(() -> !lupa.values(Topics.CAMPAIGN_SUPPRESSED).isEmpty());
        MessageSuppressed suppressed = lupa.values(Topics.CAMPAIGN_SUPPRESSED).get(0);
        assertThat(suppressed.getMessageId()).isEqualTo("m-3");
        assertThat(suppressed.getReasons()).startsWith(Reason.CONSENT_WITHDRAWN);
    }

    @Test
    void thePagesAreForEverybody() throws Exception {
        submit("registration", "name=Aino+Virtanen&email=aino%40example.com&phone=0401234567&email_consent=yes");
        submit("newsletter-confirmed", "email=eero%40example.com&email_consent=yes&_language=en");
        awaitTrue(() -> decision("aino@example.com").at("/cleared").asBoolean());
        MessageCleared message = cleared("m-1", "aino@example.com");
        awaitTrue(() -> confirmUrl() != null);
        Map<String, String> pages = Map.of(
                "preferences", message.getPreferencesUrl(),
                "unsubscribe", message.getUnsubscribeUrl(),
                "confirm", confirmUrl(),
                "no-link", consent.url() + "/preferences/x");

        for (boolean phone : List.of(false, true)) {
            ChromeDriver browser = Browser.open();
            try {
                if (phone) {
                    Browser.narrow(browser);
                }
                String size = phone ? "-phone" : "";
                for (String language : LANGUAGES) {
                    for (Map.Entry<String, String> page : pages.entrySet()) {
                        browser.get(page.getValue() + "?lang=" + language);
                        assertThat(browser.findElement(By.tagName("html")).getDomAttribute("lang"))
                                .isEqualTo(language);
                        assertForEverybody(browser, page.getKey() + "-" + language + size);
                    }
                }
            } finally {
                browser.quit();
            }
        }
    }

    @Test
    void aChoiceIsMadeByKeyboardAloneAndWithoutScripts() throws Exception {
        submit("newsletter", "email=aino%40example.com&email_consent=yes");
        awaitTrue(() -> decision("aino@example.com").at("/cleared").asBoolean());
        MessageCleared message = cleared("m-1", "aino@example.com");
        ChromeDriver browser = Browser.withoutScripts();
        try {
            browser.get(message.getPreferencesUrl() + "?lang=en");
            assertThat(browser.findElement(By.cssSelector("[name=EMAIL][value=on]"))
                            .isSelected())
                    .isTrue();
            Browser.tabTo(browser, focused -> "EMAIL".equals(focused.getDomAttribute("name")));
            browser.switchTo().activeElement().sendKeys(Keys.ARROW_DOWN);
            Browser.tabTo(browser, focused -> focused.getTagName().equals("button"));
            browser.switchTo().activeElement().sendKeys(Keys.ENTER);
            String saved = Browser.main(browser, "Your choices have been recorded");
            assertThat(saved)
                    .contains(
                            "Marketing by email", "You gave your consent on", "A prohibition has been in force since");
            Browser.picture(browser, "saved-en");
            awaitTrue(
                    () -> decision("aino@example.com").at("/reasons/0").asText().equals("CHANNEL_PROHIBITED"));

            Browser.tabTo(browser, focused -> "?lang=en".equals(focused.getDomAttribute("href")));
            browser.switchTo().activeElement().sendKeys(Keys.ENTER);
            Browser.main(browser, "Your choices");
            browser.findElement(By.name("everything")).click();
            assertThat(Browser.main(browser, "Your choices have been recorded"))
                    .contains("you get only the notices that are needed");
            Browser.picture(browser, "everything-off-en");

            browser.get(message.getUnsubscribeUrl() + "?lang=en");
            browser.findElement(By.tagName("button")).click();
            assertThat(Browser.main(browser, "Marketing by email is stopped")).contains("It was off already");
            Browser.picture(browser, "unsubscribed-en");
        } finally {
            browser.quit();
        }
    }

    @Test
    void whatAPressAnswersIsForEverybody() throws Exception {
        submit("newsletter", "email=aino%40example.com&email_consent=yes");
        awaitTrue(() -> decision("aino@example.com").at("/cleared").asBoolean());
        MessageCleared message = cleared("m-1", "aino@example.com");
        ChromeDriver browser = Browser.open();
        try {
            browser.get(message.getPreferencesUrl() + "?lang=sv");
            browser.findElement(By.cssSelector("[name=POST][value=off]")).click();
            browser.findElement(By.cssSelector("form button")).click();
            Browser.main(browser, "Dina val har antecknats");
            assertForEverybody(browser, "saved-sv");
            browser.get(message.getPreferencesUrl() + "?lang=sv");
            writesALetter();
            browser.findElement(By.cssSelector("[name=PHONE][value=off]")).click();
            browser.findElement(By.cssSelector("form button")).click();
            // The page has the title of the one before it.
            browser.findElement(By.cssSelector("[role=alert]"));
            assertThat(Browser.main(browser, "Dina val")).contains("Ingenting sparades");
            assertForEverybody(browser, "outdated-sv");
            browser.get(message.getUnsubscribeUrl() + "?lang=fi");
            browser.findElement(By.tagName("button")).click();
            Browser.main(browser, "Sähköpostimarkkinointi on lopetettu");
            assertForEverybody(browser, "unsubscribed-fi");
        } finally {
            browser.quit();
        }
    }

    /** While the page is open. */
    private void writesALetter() {
        assertThat(Http.postJson(consent.url().resolve("/v1/consents"), lupa.keys.operator(), """
                        {"email": "aino@example.com", "scope": "EMAIL", "will": "PROHIBIT", "door": "LETTER",
                         "evidence": "archive/1"}""")
                        .status())
                .isEqualTo(202);
        awaitTrue(() -> !decision("aino@example.com").at("/cleared").asBoolean());
    }

    private static void assertForEverybody(ChromeDriver browser, String name) throws IOException {
        Browser.assertForEverybody(browser, name);
        Browser.assertLoadsNothing(browser, name);
        assertThat(Objects.requireNonNull(browser.getPageSource()).length())
                .as(name)
                .isLessThan(MOST_BYTES);
    }

    private void submit(String form, String body) {
        assertThat(Http.post(
                                consent.url().resolve("/v1/forms/" + form),
                                lupa.keys.site(),
                                "application/x-www-form-urlencoded",
                                body)
                        .status())
                .isEqualTo(202);
    }

    private JsonNode decision(String email) {
        return Http.postJson(router.url().resolve("/v1/decisions"), lupa.keys.campaign(), """
                        {"campaignId": "spring", "channel": "EMAIL", "recipients": [{"email": "%s"}]}""".formatted(email))
                .body()
                .at("/decisions/0");
    }

    private void send(String messageId, String email) {
        assertThat(Http.postJson(
                                router.url().resolve("/v1/campaigns/spring/messages"),
                                lupa.keys.campaign(),
                                """
                        {"messageId": "%s", "channel": "EMAIL", "recipient": {"email": "%s"}}""".formatted(messageId, email))
                        .status())
                .isEqualTo(202);
    }

    private MessageCleared cleared(String messageId, String email) {
        send(messageId, email);
        awaitTrue(() -> emails().anyMatch(message -> message.getMessageId().equals(messageId)));
        return emails().filter(message -> message.getMessageId().equals(messageId))
                .findFirst()
                .orElseThrow();
    }

    private String confirmUrl() {
        return emails().filter(message -> "confirm".equals(message.getTemplate()))
                .map(message -> message.getPersonal().getParameters().get("confirmUrl"))
                .findFirst()
                .orElse(null);
    }

    private Stream<MessageCleared> emails() {
        return lupa.values(Topics.cleared(Channel.EMAIL)).stream();
    }

    private static int scan(String method, String link) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(link))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }
}
