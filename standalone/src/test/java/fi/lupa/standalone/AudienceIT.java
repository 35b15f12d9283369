package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.edge.keys.GeneratedKeys;
import fi.lupa.edge.service.RunningService;
import fi.lupa.event.AudienceMember;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.MessageCleared;
import fi.lupa.permission.Channel;
import fi.lupa.schemas.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;

/** Who may be contacted: on the topic, in an export and asked again, in a campaign's segment and its launch. */
class AudienceIT {

    private static final int PEOPLE = 12;

    @TempDir
    private Path folder;

    private TestInstallation lupa;
    private RunningService consent;
    private RunningService router;

    @Test
    void anAudienceFollowsThePermissionFromFormToLaunch() throws Exception {
        try (TestInstallation installation = TestInstallation.named("audience", folder)) {
            lupa = installation;
            consent = lupa.consentStream();
            router = lupa.campaignRouter();
            for (int i = 0; i < PEOPLE; i++) {
                submits(i);
            }
            awaitTrue(() -> held().size() == PEOPLE);
            assertThat(held().values())
                    .extracting(member -> member.getPersonal().getContactPoint())
                    .contains("person0@example.com");
            awaitTrue(() -> sizes().at("/channels/0/members").asInt() == PEOPLE);
            assertThat(sizes().path("counted").asBoolean()).isTrue();

            Http.Answer export = Http.get(at("/v1/audiences/email"), lupa.keys.campaign());
            assertThat(export.status()).isEqualTo(200);
            assertThat(export.response().body().lines()).hasSize(1 + PEOPLE);
            String recheck = "/v1/audiences/exports/"
                    + export.response().headers().firstValue("Lupa-Export-Id").orElseThrow() + "/recheck";
            assertThat(Http.postJson(at(recheck), lupa.keys.campaign(), "")
                            .body()
                            .path("mayStill")
                            .asInt())
                    .isEqualTo(PEOPLE);

            withdraws(0);
            awaitTrue(() -> held().size() == PEOPLE - 1);
            JsonNode asked =
                    Http.postJson(at(recheck), lupa.keys.campaign(), "").body();
            assertThat(asked.path("mayStill").asInt()).isEqualTo(PEOPLE - 1);
            assertThat(asked.at("/noLonger/0/reasons/0").asText()).isEqualTo("CONSENT_WITHDRAWN");

            launches();
        }
    }

    /** Whoever has sent the newsletter's form; the one who withdrew is addressed, and refused at the gate. */
    private void launches() throws Exception {
        URI spring = at("/v1/campaigns/spring");
        assertThat(Http.put(spring, lupa.keys.marketer(), """
                                {"name": "Spring", "purpose": "DIRECT_MARKETING", "channels": ["EMAIL"],
                                 "processor": {"name": "Postittaja Oy", "country": "FI"},
                                 "segment": {"forms": ["newsletter"], "formsWithin": "P30D"},
                                 "template": "spring-letter", "parameters": {"code": "KEVAT"}}""")
                        .body()
                        .at("/segment/formsWithin")
                        .asText())
                .isEqualTo("PT720H");
        JsonNode preview = Http.get(at("/v1/campaigns/spring/preview"), lupa.keys.marketer())
                .body();
        assertThat(preview.path("matched").asInt()).isEqualTo(PEOPLE);
        assertThat(preview.at("/cleared/EMAIL").asInt()).isEqualTo(PEOPLE - 1);
        assertThat(preview.at("/suppressed/CONSENT_WITHDRAWN").asInt()).isOne();
        assertThat(lupa.values(Topics.CAMPAIGN_MESSAGES)).isEmpty();

        URI launch = at("/v1/campaigns/spring/launch");
        assertThat(Http.postJson(launch, lupa.keys.marketer(), "").status()).isEqualTo(202);
        assertThat(Http.postJson(launch, lupa.keys.marketer(), "").status()).isEqualTo(409);
        awaitTrue(
                () -> Http.get(launch, lupa.keys.marketer()).body().path("done").asBoolean());
        awaitTrue(() -> lupa.values(Topics.cleared(Channel.EMAIL)).size() == PEOPLE - 1
                && lupa.values(Topics.CAMPAIGN_SUPPRESSED).size() == 1);
        assertThat(lupa.values(Topics.cleared(Channel.EMAIL)))
                .extracting(MessageCleared::getTemplate)
                .containsOnly("spring-letter");

        lupa.stop(router);
        router = lupa.campaignRouter();
        awaitTrue(() -> sizes().path("counted").asBoolean());
        assertThat(sizes().at("/channels/0/members").asInt()).isEqualTo(PEOPLE - 1);
        assertThat(Http.get(at("/v1/campaigns/spring/launch"), lupa.keys.marketer())
                        .body()
                        .path("messages")
                        .asInt())
                .isEqualTo(PEOPLE);
        assertThat(lupa.values(Topics.CAMPAIGN_MESSAGES))
                .extracting(CampaignMessage::getSubjectId)
                .doesNotHaveDuplicates()
                .hasSize(PEOPLE);
        desk();
    }

    /** What was counted before the restart is on the desk, and what is decided meanwhile appears there by itself. */
    private void desk() throws Exception {
        JsonNode figures = Http.get(at("/v1/campaigns/spring/figures"), lupa.keys.marketer())
                .body();
        assertThat(figures.path("addressed").asInt()).isEqualTo(PEOPLE);
        assertThat(figures.path("cleared").asInt()).isEqualTo(PEOPLE - 1);
        assertThat(figures.at("/channels/0/suppressed/CONSENT_WITHDRAWN").asInt())
                .isOne();
        ChromeDriver browser = Browser.open();
        try {
            browser.get(at("/desk").toString());
            browser.findElement(By.name("name")).sendKeys(GeneratedKeys.STAFF);
            browser.findElement(By.name("password")).sendKeys(lupa.keys.staffPassword());
            browser.findElement(By.tagName("button")).click();
            Browser.main(browser, "Desk");
            everywhere(browser);
            browser.get(at("/desk/campaigns/spring?lang=en").toString());
            browser.executeScript("window.wasHere = true");
            assertThat(browser.findElements(By.tagName("canvas"))).hasSize(1);
            pointsAtTheLastHour(browser);
            assertThat(legend(browser)).contains(Integer.toString(PEOPLE - 1)).doesNotContain("–", "--");
            assertThat(Http.postJson(at("/v1/campaigns/spring/messages"), lupa.keys.campaign(), """
                                    {"messageId": "late", "channel": "EMAIL",
                                     "recipient": {"email": "person0@example.com"}}""")
                            .status())
                    .isEqualTo(202);
            Browser.awaitWords(browser, "Recipient (pseudonym)");
            Browser.awaitWords(browser, Integer.toString(PEOPLE + 1), "the consent was withdrawn");
            assertThat(browser.executeScript("return window.wasHere"))
                    .as("no page was loaded anew")
                    .isEqualTo(true);
            assertThat(legend(browser))
                    .as("what the cursor shows, when the figures are newer")
                    .doesNotContain("–", "--");
            Browser.narrow(browser);
            assertThat(browser.executeScript(
                            "return getComputedStyle(document.querySelector('.u-legend td'), '::before').content"))
                    .as("what a table says before its cells on a phone, in the plot's legend")
                    .isEqualTo("none");
        } finally {
            browser.quit();
        }
    }

    /** A plot of one hour is a day wide, and that hour its last. */
    private static void pointsAtTheLastHour(ChromeDriver browser) {
        browser.executeScript("""
                const over = document.querySelector('.u-over');
                const box = over.getBoundingClientRect();
                for (const type of ['mouseenter', 'mousemove']) {
                  over.dispatchEvent(new MouseEvent(type,
                    {clientX: box.left + box.width * 0.98, clientY: box.top + 50, bubbles: true}));
                }""");
    }

    private static String legend(ChromeDriver browser) {
        return browser.findElement(By.className("u-legend")).getText();
    }

    private void everywhere(ChromeDriver browser) throws IOException {
        for (String language : List.of("fi", "sv", "en")) {
            for (boolean phone : List.of(true, false)) {
                if (phone) {
                    Browser.narrow(browser);
                } else {
                    Browser.wide(browser);
                }
                for (String page : List.of("/desk", "/desk/campaigns/spring", "/desk/campaigns/spring/contacts")) {
                    browser.get(at(page + "?lang=" + language).toString());
                    Browser.assertForEverybody(
                            browser, page.substring(1).replace('/', '-') + "-" + language + (phone ? "-phone" : ""));
                }
            }
        }
    }

    private void submits(int person) {
        assertThat(Http.post(
                                consent.url().resolve("/v1/forms/newsletter"),
                                lupa.keys.site(),
                                "application/x-www-form-urlencoded",
                                "email=person" + person + "%40example.com&email_consent=yes")
                        .status())
                .isEqualTo(202);
    }

    private void withdraws(int person) {
        assertThat(Http.postJson(consent.url().resolve("/v1/consents"), lupa.keys.operator(), """
                                {"email": "person%d@example.com", "scope": "EMAIL", "will": "WITHDRAW",
                                 "door": "LETTER", "evidence": "archive/2026/17"}""".formatted(person))
                        .status())
                .isEqualTo(202);
    }

    private JsonNode sizes() {
        return Http.get(at("/v1/audiences"), lupa.keys.marketer()).body();
    }

    private URI at(String path) {
        return router.url().resolve(path);
    }

    /** What a consumer of the topic holds. */
    private Map<String, AudienceMember> held() {
        Map<String, AudienceMember> members = new HashMap<>();
        for (var record : lupa.read(Topics.audience(Channel.EMAIL))) {
            if (record.value() == null) {
                members.remove(record.key());
            } else {
                members.put(record.key(), record.value());
            }
        }
        return members;
    }
}
