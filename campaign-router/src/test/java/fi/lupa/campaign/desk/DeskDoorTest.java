package fi.lupa.campaign.desk;

import static fi.lupa.campaign.People.aino;
import static fi.lupa.campaign.People.spring;
import static fi.lupa.campaign.People.toAino;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.campaign.OpenDoor;
import fi.lupa.campaign.People;
import fi.lupa.campaign.routing.RouterDriver;
import fi.lupa.edge.http.Negotiation;
import fi.lupa.event.Channel;
import fi.lupa.permission.Reason;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The desk's pages over what the router counted: the figures, in three languages. */
class DeskDoorTest {

    private RouterDriver router;
    private OpenDoor door;

    @BeforeEach
    void open(@TempDir Path directory) {
        router = new RouterDriver(directory.resolve("state"));
        router.knows(spring().build());
        router.knows(aino().consentsToEmailAndMobile().state());
        door = new OpenDoor(
                directory,
                (access, writer) -> routes -> new DeskDoor(
                                access,
                                People.DECISIONS,
                                router.audienceSizes(),
                                () -> List.of(spring().build()),
                                router.peers(),
                                router.clock())
                        .mount(routes));
        router.routes(toAino(Channel.EMAIL).setMessageId("m-1").build());
        router.routes(toAino(Channel.EMAIL).setMessageId("m-1").build());
    }

    @AfterEach
    void close() {
        door.close();
        router.close();
    }

    @ParameterizedTest
    @CsvSource({"en, Who may not, sent before", "fi, Ketkä eivät, lähetetty jo", "sv, Vilka inte, skickat tidigare"})
    void theDeskTellsTheFiguresInTheReadersLanguage(String language, String audiences, String duplicate)
            throws Exception {
        HttpResponse<String> home = door.asMarketer("GET", "/desk?lang=" + language, "");
        assertThat(home.statusCode()).isEqualTo(200);
        assertThat(home.body())
                .contains("<html lang=\"" + language + "\">", audiences, "/desk/campaigns/" + People.SPRING);

        HttpResponse<String> campaign =
                door.asMarketer("GET", "/desk/campaigns/" + People.SPRING + "?lang=" + language, "");
        assertThat(campaign.statusCode()).isEqualTo(200);
        assertThat(campaign.body())
                .contains(duplicate, "data-series=\"[[1772452800], [1], [1]]\"")
                .doesNotContain("aino", "style=");
    }

    @ParameterizedTest
    @CsvSource({"en, Who was contacted", "fi, Keihin on oltu yhteydessä", "sv, Vilka som har kontaktats"})
    void theCampaignTellsWhoWasContacted(String language, String contacted) throws Exception {
        String campaign = "/desk/campaigns/" + People.SPRING;

        assertThat(door.asMarketer("GET", campaign + "?lang=" + language, "").body())
                .contains(contacted, "hx-get=\"" + campaign + "/contacts\"");
        assertThat(door.as("operator", "GET", campaign, "").body()).doesNotContain("/contacts");
        assertThat(door.asMarketer("GET", campaign + "/contacts?lang=" + language, "")
                        .body())
                .contains(contacted, "<code>m-1</code>", "<code>" + People.AINO + "</code>")
                .doesNotContain("aino");
    }

    @Test
    void aCampaignThatNobodyDefinedHasNoPage() throws Exception {
        for (String page : List.of("", "/contacts")) {
            assertThat(door.asMarketer("GET", "/desk/campaigns/summer" + page, "")
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void everyLanguageHasEveryWord() {
        for (Locale language : Negotiation.LANGUAGES) {
            DeskTexts texts = new DeskTexts(language);
            assertThat(texts.words().keySet())
                    .isEqualTo(new DeskTexts(Locale.ENGLISH).words().keySet());
            for (Reason reason : Reason.values()) {
                assertThat(texts.get("reason." + reason)).isNotBlank();
            }
        }
    }
}
