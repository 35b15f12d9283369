package fi.lupa.campaign.desk;

import static fi.lupa.campaign.People.NOON;
import static fi.lupa.campaign.People.aino;
import static fi.lupa.campaign.People.spring;
import static fi.lupa.campaign.People.toAino;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.campaign.OpenDoor;
import fi.lupa.campaign.People;
import fi.lupa.campaign.routing.RouterDriver;
import fi.lupa.edge.http.Negotiation;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignLaunched;
import fi.lupa.event.Channel;
import fi.lupa.event.Segment;
import fi.lupa.permission.Reason;
import fi.lupa.schemas.topic.Topics;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
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

    private final List<CampaignDefined> campaigns = new ArrayList<>(List.of(spring().build()));
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
                                () -> campaigns,
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
                .contains("<link rel=\"icon\" href=\"data:,\">")
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

    @ParameterizedTest
    @CsvSource({
        "en, There is no such campaign, All campaigns",
        "fi, Kampanjaa ei ole, Kaikki kampanjat",
        "sv, Kampanjen finns inte, Alla kampanjer"
    })
    void aCampaignThatNobodyDefinedHasAPageThatSaysSoAndLeadsBack(String language, String said, String back)
            throws Exception {
        for (String page : List.of("", "/contacts")) {
            HttpResponse<String> answer =
                    door.asMarketer("GET", "/desk/campaigns/summer" + page + "?lang=" + language, "");
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).contains("<h1>" + said + "</h1>", "<a href=\"/desk\">" + back + "</a>");
        }
    }

    @Test
    void campaignsStandByNameAndSayWhetherTheyAreOpenAndWereLaunched() throws Exception {
        campaigns.add(0, named("1", "Äpplen").setValidUntil(NOON).build());
        campaigns.add(0, named("2", "autumn").setValidFrom(NOON.plusSeconds(60)).build());
        campaigns.add(0, named("3", "Zebra").setValidUntil(NOON.plusSeconds(60)).build());
        CampaignDefined launched = named("4", "Launched")
                .setSegment(Segment.newBuilder().build())
                .setTemplate("letter")
                .build();
        campaigns.add(launched);
        campaigns.add(
                named("5", "Next").setSegment(Segment.newBuilder().build()).build());
        router.put(Topics.CAMPAIGN_LAUNCHES, "4", new CampaignLaunched(launched, NOON, "marketing"));

        String home = door.asMarketer("GET", "/desk?lang=en", "").body();
        assertThat(home)
                .containsSubsequence(
                        ">Äpplen</a>",
                        "ended 2 Mar 2026",
                        ">autumn</a>",
                        "begins 2 Mar 2026",
                        ">Launched</a>",
                        "open · launched 2 Mar 2026",
                        ">Next</a>",
                        "open · not launched",
                        ">Spring</a>",
                        ">open<",
                        ">Zebra</a>",
                        "open until 2 Mar 2026");
        assertThat(door.asMarketer("GET", "/desk/campaigns/4?lang=fi", "").body())
                .contains("auki · käynnistetty 2.3.2026");
        assertThat(door.asMarketer("GET", "/desk?lang=sv", "").body())
                .as("Swedish has Ä behind Z")
                .containsSubsequence(">Zebra</a>", ">Äpplen</a>");
    }

    @ParameterizedTest
    @CsvSource({"en, Newsletter", "fi, Uutiskirje", "sv, Nyhetsbrev"})
    void aTopicGoesByItsName(String language, String name) throws Exception {
        campaigns.add(named("1", "Monthly").setTopic("newsletter").build());
        campaigns.add(named("2", "Stars").setTopic("horoscopes").build());
        for (String page : List.of("/desk", "/desk/campaigns/1")) {
            assertThat(door.asMarketer("GET", page + "?lang=" + language, "").body())
                    .contains(name);
        }
        assertThat(door.asMarketer("GET", "/desk/campaigns/2", "").body()).contains("horoscopes");
    }

    private static CampaignDefined.Builder named(String id, String name) {
        return spring().setCampaignId(id).setName(name);
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
