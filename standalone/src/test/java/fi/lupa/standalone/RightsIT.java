package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.DPO;
import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.consent.ConsentStream;
import fi.lupa.edge.service.RunningService;
import fi.lupa.permission.Channel;
import fi.lupa.schemas.topic.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;

/** A person asks what is stored, has it corrected, and is answered in time. */
class RightsIT {

    private static final String SPRING = """
            {"name": "Spring", "purpose": "DIRECT_MARKETING", "channels": ["EMAIL", "MOBILE", "PHONE", "POST"],
             "processor": {"name": "Postittaja Oy", "country": "FI"}}""";

    private static final String CHECK =
            "{\"identityCheck\": \"passport at the desk\", \"evidence\": \"letters/17\", \"requestId\": \"%s\"}";

    @TempDir
    private Path folder;

    @Test
    void aPersonSeesEverythingThatIsStoredAndHasItCorrected() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("rights", folder)) {
            Path controller = folder.resolve("controller.yaml");
            Files.copy(RightsIT.class.getResourceAsStream("/sample/controller.yaml"), controller);
            RunningService consent =
                    lupa.launch(new ConsentStream(), "--forms=" + lupa.forms(), "--controller=" + controller);
            awaitTrue(() -> consent.health().notReady().isEmpty());
            RunningService router = lupa.campaignRouter();
            Http.put(router.url().resolve("/v1/campaigns/spring"), lupa.keys.marketer(), SPRING);
            form(lupa, consent, "newsletter", "email=zoe.quercus%40example.com&email_consent=yes");
            form(
                    lupa,
                    consent,
                    "registration",
                    "customer_number=CUST-7788-Z&name=Zoe+Quercuss&email=zoe.quercus%40example.com&phone=0507654321"
                            + "&email_consent=yes&street=Tammenterhontie+1&hobby=bookbinding");
            awaitTrue(() -> !subject(lupa, consent).isEmpty());
            String customer = subject(lupa, consent);
            URI person = consent.url().resolve("/v1/subjects/" + customer + "/");
            awaitTrue(() -> points(lupa, person).contains("POSTAL")
                    || points(lupa, person).contains("PHONE"));
            awaitTrue(() -> wouldBeCleared(lupa, router));
            send(lupa, router, "m-1");
            awaitTrue(() -> !lupa.values(Topics.cleared(Channel.EMAIL)).isEmpty());
            assertThat(Http.postJson(consent.url().resolve("/v1/consents"), lupa.keys.operator(), """
                            {"customerId": "CUST-7788-Z", "scope": "EMAIL", "will": "PROHIBIT", "door": "LETTER",
                             "evidence": "letters/16"}""")
                            .status())
                    .isEqualTo(202);
            awaitTrue(() -> lupa.read(Topics.CONSENT_STATE).stream()
                    .anyMatch(state -> state.value() != null
                            && state.key().equals(customer)
                            && state.value().getStatements().toString().contains("LETTER")));
            awaitTrue(() -> !wouldBeCleared(lupa, router));
            send(lupa, router, "m-2");
            awaitTrue(() -> !lupa.values(Topics.CAMPAIGN_SUPPRESSED).isEmpty());

            // She asks.
            Http.Answer asked = Http.postJson(
                    person.resolve("requests"),
                    DPO,
                    "{\"right\": \"ACCESS\", \"receivedAt\": \"2026-01-31T09:30:00Z\", \"evidence\": \"letters/17\"}");
            assertThat(asked.status()).as(asked.response().body()).isEqualTo(202);
            assertThat(asked.body().at("/due").asText()).isEqualTo("2026-02-28T09:30:00Z");
            String request = asked.body().at("/requestId").asText();
            awaitTrue(() -> Http.get(consent.url().resolve("/v1/requests?open=true"), DPO)
                    .body()
                    .at("/requests/0/overdue")
                    .asBoolean());
            assertThat(Http.get(consent.url().resolve("/metrics"), null)
                            .response()
                            .body())
                    .contains("lupa_requests_overdue 1.0");

            // Nothing is shown before it is recorded how she was known to be herself.
            URI report = person.resolve("access-report");
            assertThat(Http.get(report, DPO).status()).isEqualTo(403);
            Http.Answer refused = Http.postJson(
                    report, DPO, "{\"refusedBecause\": \"no proof of identity\", \"evidence\": \"letters/17\"}");
            assertThat(refused.status()).isEqualTo(200);
            assertThat(refused.response().body()).doesNotContain("Quercus");

            // The name and the number are wrong.
            String number = pointId(lupa, person, "PHONE");
            Http.Answer rectified = Http.postJson(person.resolve("rectification"), DPO, """
                    {"name": "Zoë Quercus", "phone": "0507654322", "remove": ["%s"], "evidence": "letters/18",
                     "identityCheck": "passport at the desk"}""".formatted(number));
            assertThat(rectified.status()).as(rectified.response().body()).isEqualTo(202);
            awaitTrue(() -> !points(lupa, person).contains(number)
                    && points(lupa, person).contains("PHONE"));

            // She is shown everything.
            JsonNode shown = given(report, CHECK.formatted(request));
            assertThat(shown.at("/person/name/value").asText()).isEqualTo("Zoë Quercus");
            assertThat(shown.at("/person/customerId").asText()).isEqualTo("CUST-7788-Z");
            assertThat(shown.at("/person/contactPoints").findValuesAsText("value"))
                    .contains("zoe.quercus@example.com", "+358507654322")
                    .doesNotContain("+358507654321");
            assertThat(shown.at("/forms").findValuesAsText("formId"))
                    .containsExactly("newsletter", "registration", "lupa-rectification");
            assertThat(shown.at("/forms").toString())
                    .as("the history is kept, and every field with it")
                    .contains("Zoe Quercuss", "+358507654321", "bookbinding", "Tammenterhontie 1");
            assertThat(shown.at("/statements").findValuesAsText("door")).contains("FORM", "LETTER");
            assertThat(shown.at("/statements").findValuesAsText("evidence")).contains("letters/16");
            assertThat(shown.at("/messages/cleared").findValuesAsText("messageId"))
                    .contains("m-1");
            assertThat(shown.at("/messages/asked").findValuesAsText("messageId"))
                    .contains("m-1", "m-2");
            assertThat(shown.at("/messages/suppressed/0/reasons/0").asText()).isEqualTo("CHANNEL_PROHIBITED");
            assertThat(shown.at("/processors").findValuesAsText("name")).contains("Postittaja Oy");
            assertThat(shown.at("/retention")).isNotEmpty();
            assertThat(shown.at("/links").findValuesAsText("ground")).contains("CUSTOMER_NUMBER");
            assertThat(shown.at("/requests/0/requestId").asText()).isEqualTo(request);
            assertThat(shown.at("/rights").findValuesAsText("kind"))
                    .contains("REQUEST_OPENED", "ACCESS_REFUSED", "RECTIFIED", "ACCESS_GIVEN");

            // For an hour, to print it, in her language.
            awaitTrue(() -> Http.get(report, DPO).status() == 200);
            for (String language : List.of("fi", "sv", "en")) {
                print(page(report, language), language);
            }

            Http.Answer closed = Http.postJson(
                    person.resolve("requests/" + request + "/closing"),
                    DPO,
                    "{\"outcome\": \"DONE\", \"evidence\": \"letters/19\"}");
            assertThat(closed.status()).as(closed.response().body()).isEqualTo(202);
            awaitTrue(() -> Http.get(consent.url().resolve("/v1/requests?open=true"), DPO)
                    .body()
                    .at("/requests")
                    .isEmpty());

            // Another instance that restores what this one held says so, and shows no empty report.
            lupa.stop(consent);
            RunningService anew = lupa.launch(new ConsentStream(), "--forms=" + lupa.forms());
            URI again = anew.url().resolve("/v1/subjects/" + customer + "/access-report");
            boolean[] moved = {false};
            awaitTrue(() -> {
                int status = Http.postJson(again, DPO, CHECK.formatted(request)).status();
                assertThat(status).isIn(200, 503);
                moved[0] |= status == 503;
                return status == 200;
            });
            assertThat(moved[0]).isTrue();
        }
    }

    private static JsonNode given(URI report, String check) {
        Http.Answer given = Http.postJson(report, DPO, check);
        assertThat(given.status()).as(given.response().body()).isEqualTo(200);
        return given.body();
    }

    private static String page(URI report, String language) throws Exception {
        HttpResponse<String> page = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(report + "?lang=" + language))
                                .header("Authorization", "Bearer " + DPO)
                                .header("Accept", "text/html")
                                .method("GET", BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofString());
        assertThat(page.statusCode()).isEqualTo(200);
        return page.body();
    }

    /** The page as the browser of the member of staff shows it, and as paper. */
    private void print(String page, String language) throws Exception {
        Path file = folder.resolve("report-" + language + ".html");
        Files.writeString(file, page);
        ChromeDriver browser = Browser.open();
        try {
            browser.get(file.toUri().toString());
            assertThat(browser.findElement(By.tagName("html")).getDomAttribute("lang"))
                    .isEqualTo(language);
            assertThat(browser.findElement(By.tagName("main")).getText())
                    .contains("Zoë Quercus", "Postittaja Oy", "m-2", "bookbinding");
            Browser.assertForEverybody(browser, "report-" + language);
            Browser.assertLoadsNothing(browser, "report-" + language);
            Browser.print(browser, "report-" + language);
        } finally {
            browser.quit();
        }
    }

    private static void form(TestInstallation lupa, RunningService consent, String form, String fields) {
        Http.Answer taken = Http.post(
                consent.url().resolve("/v1/forms/" + form),
                lupa.keys.site(),
                "application/x-www-form-urlencoded",
                fields);
        assertThat(taken.status()).as(taken.response().body()).isEqualTo(202);
    }

    private static boolean wouldBeCleared(TestInstallation lupa, RunningService router) {
        return Http.postJson(router.url().resolve("/v1/decisions"), lupa.keys.campaign(), """
                        {"campaignId": "spring", "channel": "EMAIL", "recipients": [{"customerId": "CUST-7788-Z"}]}""")
                .body()
                .at("/decisions/0/cleared")
                .asBoolean();
    }

    private static void send(TestInstallation lupa, RunningService router, String id) {
        assertThat(Http.postJson(
                                router.url().resolve("/v1/campaigns/spring/messages"),
                                lupa.keys.campaign(),
                                """
                        {"messageId": "%s", "channel": "EMAIL", "recipient": {"customerId": "CUST-7788-Z"}}""".formatted(id))
                        .status())
                .isEqualTo(202);
    }

    private static String subject(TestInstallation lupa, RunningService consent) {
        Http.Answer found =
                Http.get(consent.url().resolve("/v1/subjects?customerId=CUST-7788-Z"), lupa.keys.operator());
        return found.status() == 200 ? found.body().at("/subjectId").asText() : "";
    }

    private static String points(TestInstallation lupa, URI person) {
        return Http.get(person.resolve("consents"), lupa.keys.operator())
                .body()
                .at("/contactPoints")
                .toString();
    }

    private static String pointId(TestInstallation lupa, URI person, String kind) {
        for (JsonNode point : Http.get(person.resolve("consents"), lupa.keys.operator())
                .body()
                .at("/contactPoints")) {
            if (point.at("/kind").asText().equals(kind)) {
                return point.at("/id").asText();
            }
        }
        throw new AssertionError("no " + kind);
    }
}
