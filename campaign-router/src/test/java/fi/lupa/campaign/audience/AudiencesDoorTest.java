package fi.lupa.campaign.audience;

import static fi.lupa.campaign.People.AINO;
import static fi.lupa.campaign.People.AINO_EMAIL;
import static fi.lupa.campaign.People.NOON;
import static fi.lupa.campaign.People.aino;
import static fi.lupa.campaign.People.eero;
import static fi.lupa.campaign.People.spring;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.campaign.OpenDoor;
import fi.lupa.campaign.People;
import fi.lupa.campaign.routing.RouterDriver;
import fi.lupa.edge.HandClock;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.event.AudienceExported;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.ConsentState;
import fi.lupa.event.DatedText;
import fi.lupa.event.KnownContactPoint;
import fi.lupa.event.Scope;
import fi.lupa.event.Segment;
import fi.lupa.event.StatePersonalData;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topics;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The audiences over HTTP: sizes, rows, and who of an export may no longer be contacted. */
class AudiencesDoorTest {

    private static final String EERO = eero().state().getSubjectId();

    private final List<CampaignDefined> campaigns = new ArrayList<>(List.of(spring().build()));
    private RouterDriver router;
    private OpenDoor door;

    @BeforeEach
    void open(@TempDir Path directory) {
        router = new RouterDriver(directory.resolve("state"));
        door = new OpenDoor(
                directory,
                (access, writer) -> routes -> new AudiencesDoor(
                                access,
                                People.DECISIONS,
                                router.audienceSizes(),
                                () -> campaigns,
                                router.peers(),
                                writer,
                                OpenDoor.holding(() -> door.written.stream()),
                                router.clock())
                        .mount(routes));
    }

    @AfterEach
    void close() {
        door.close();
        router.close();
    }

    @Test
    void aRowHasWhatTheChannelNeedsAndNothingElse() throws Exception {
        router.knows(aino().consentsToEmailAndMobile().state());
        router.knows(eero().state());

        HttpResponse<String> answer = door.asCampaignSystem("GET", "/v1/audiences/email", "");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String exportId = answer.headers().firstValue("Lupa-Export-Id").orElseThrow();
        assertThat(answer.headers().firstValue("Lupa-Not-After")).contains("2026-03-03T12:00:00Z");
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/csv; charset=utf-8");
        assertThat(answer.headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"audience-email-" + exportId + ".csv\"");
        assertThat(answer.body())
                .isEqualTo("subjectId,email,language,exportId,notAfter\r\n" + AINO + ",aino@example.fi,," + exportId
                        + ",2026-03-03T12:00:00Z\r\n");
        assertThat(door.audited).hasSize(1);
    }

    @Test
    void aLetterNeedsTheNameAndTheAddress() throws Exception {
        ConsentState state = aino().state();
        router.knows(ConsentState.newBuilder(state)
                .setPersonal(StatePersonalData.newBuilder(state.getPersonal())
                        .setName(new DatedText("=cmd|'/c calc'!A1\nVirtanen", NOON))
                        .build())
                .build());

        assertThat(door.asCampaignSystem("GET", "/v1/audiences/post", "").body().split("\r\n")[1])
                .startsWith(AINO + ",'=cmd|'/c calc'!A1 Virtanen,MANNERHEIMINTIE 1,00100,HELSINKI,FI,,");
        JsonNode row = Json.MAPPER.readTree(get("/v1/audiences/post", "application/x-ndjson"));
        assertThat(row.path("name").asText()).isEqualTo("=cmd|'/c calc'!A1 Virtanen");
        assertThat(row.path("city").asText()).isEqualTo("HELSINKI");
        assertThat(row.has("language")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/audiences/email?tag=golf, 1",
        "/v1/audiences/email?tag=golf&tag=sauna, 1",
        "/v1/audiences/email?tag=golf&tag=chess, 0",
        "/v1/audiences/email?language=fi&language=sv, 1",
        "/v1/audiences/email?language=sv, 0",
        "/v1/audiences/email?registeredFrom=2026-03-01T00:00:00Z, 1",
        "/v1/audiences/email?registeredUntil=2026-03-01T00:00:00Z, 0",
        "/v1/audiences/email?purpose=MARKET_RESEARCH, 1",
        "/v1/audiences/email?campaign=spring, 1",
        "/v1/audiences/phone?campaign=spring, 1",
        "/v1/audiences/email?campaign=to-golfers, 1",
        "/v1/audiences/email?campaign=to-golfers&tag=chess, 0",
    })
    void anAudienceIsNarrowedByWhatIsAsked(String asked, int rows) throws Exception {
        campaigns.add(spring().setCampaignId("to-golfers")
                .setSegment(Segment.newBuilder().setTags(List.of("golf")).build())
                .build());
        router.knows(ConsentState.newBuilder(aino().consentsToEmailAndMobile().state())
                .setTags(List.of("golf", "sauna"))
                .setLanguage(new DatedText("fi", NOON))
                .setRegisteredAt(NOON)
                .build());
        assertThat(door.asCampaignSystem("GET", asked, "").body().lines()).hasSize(1 + rows);
    }

    @Test
    void whoProhibitedMarketingUseIsNotPickedByWhatIsKnownOfThem() throws Exception {
        router.knows(ConsentState.newBuilder(
                        aino().says(Scope.MARKETING_USE, Will.PROHIBIT).state())
                .setTags(List.of("golf"))
                .build());
        String everybody = "/v1/audiences/email?purpose=SERVICE_NOTICE";
        assertThat(door.asCampaignSystem("GET", everybody, "").body()).contains(AINO);
        assertThat(door.asCampaignSystem("GET", everybody + "&tag=golf", "").body())
                .doesNotContain(AINO);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/audiences/email?tags=golf, 400",
        "/v1/audiences/email?purpose=SPAM, 400",
        "/v1/audiences/email?purpose=BENEFIT&campaign=spring, 400",
        "/v1/audiences/email?registeredFrom=yesterday, 400",
        "/v1/audiences/fax, 404",
        "/v1/audiences/email?campaign=unheard-of, 404",
    })
    void whatCannotBeAskedIsRefused(String asked, int status) throws Exception {
        HttpResponse<String> answer = door.asCampaignSystem("GET", asked, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(door.written).isEmpty();
    }

    @Test
    void aKeyToOneCampaignExportsForNoOther() throws Exception {
        assertThat(door.as("spring", "GET", "/v1/audiences/email?campaign=spring", "")
                        .statusCode())
                .isEqualTo(200);
        assertThat(door.as("spring", "GET", "/v1/audiences/email", "").statusCode())
                .isEqualTo(403);
    }

    @Test
    void anExportIsAskedAboutLater() throws Exception {
        router.knows(aino().consentsToEmailAndMobile().state());
        router.knows(eero().consentsToEmailAndMobile().state());
        String exportId = export();
        JsonNode before = recheck(exportId);
        assertThat(before.path("members").asInt()).isEqualTo(2);
        assertThat(before.path("mayStill").asInt()).isEqualTo(2);
        assertThat(before.path("noLonger")).isEmpty();

        router.knows(eero().says(Scope.EMAIL, Will.WITHDRAW, AINO_EMAIL).state());
        router.put(Topics.CONSENT_STATE, AINO, (byte[]) null);

        JsonNode after = recheck(exportId);
        assertThat(after.path("mayStill").asInt()).isZero();
        assertThat(after.path("stale").asBoolean()).isFalse();
        assertThat(after.path("noLonger").findValuesAsText("subjectId")).containsExactlyInAnyOrder(AINO, EERO);
        assertThat(after.path("noLonger").toString()).contains("CONSENT_WITHDRAWN", "UNKNOWN_SUBJECT");

        router.at(NOON.plus(Duration.ofDays(2)));
        assertThat(recheck(exportId).path("stale").asBoolean()).isTrue();
    }

    @Test
    void anExportIsAskedAboutByTheAddressThatWasGivenOut() throws Exception {
        router.knows(aino().consentsToEmailAndMobile().state());
        String exportId = export();

        ConsentState moved = aino().consentsToEmailAndMobile().state();
        router.knows(ConsentState.newBuilder(moved)
                .setContactPoints(moved.getContactPoints().stream()
                        .map(point -> !point.getId().equals(AINO_EMAIL)
                                ? point
                                : KnownContactPoint.newBuilder(point)
                                        .setId("another")
                                        .build())
                        .toList())
                .build());

        assertThat(recheck(exportId).path("noLonger").toString()).contains("NO_CONTACT_POINT");
    }

    @Test
    void whoWasChosenByWhatIsKnownOfThemAndForbidsThatIsToldOf() throws Exception {
        ConsentState golfer =
                ConsentState.newBuilder(aino().state()).setTags(List.of("golf")).build();
        router.knows(golfer);
        String chosen = export("/v1/audiences/email?purpose=SERVICE_NOTICE&tag=golf");
        String everybody = export("/v1/audiences/email?purpose=SERVICE_NOTICE");
        assertThat(recheck(chosen).path("mayStill").asInt()).isEqualTo(1);

        router.knows(aino().says(Scope.MARKETING_USE, Will.PROHIBIT).state());

        assertThat(recheck(everybody).path("mayStill").asInt()).isEqualTo(1);
        assertThat(recheck(chosen).path("noLonger").toString()).contains("MARKETING_USE_PROHIBITED");
    }

    /** While partitions change hands each instance may take somebody for the other's. */
    @Test
    void whereNobodyLookedAtSomebodyItIsNotSaidThatTheyMayStill() throws Exception {
        router.knows(aino().consentsToEmailAndMobile().state());
        router.knows(eero().consentsToEmailAndMobile().state());
        String exportId = export();
        router.moves(EERO);

        assertThat(door.asCampaignSystem("POST", "/v1/audiences/exports/" + exportId + "/recheck", "")
                        .statusCode())
                .isEqualTo(503);
    }

    @Test
    void anExportThatIsNotWholeIsNone() throws Exception {
        router.knows(aino().consentsToEmailAndMobile().state());
        String exportId = export();
        door.written.removeIf(one -> ((AudienceExported) one.event()).getMembers() != null);
        for (String id : List.of(exportId, "0193558a-0000-7000-8000-000000000000", "x", NOON.toString())) {
            assertThat(door.asCampaignSystem("POST", "/v1/audiences/exports/" + id + "/recheck", "")
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    /** What cannot be asked about later is not given out. */
    @Test
    void rowsThatCannotBeWrittenDownAreNotGivenOut() throws Exception {
        router.knows(aino().consentsToEmailAndMobile().state());
        door.failsWith(ProblemException.unavailable("not now", Duration.ofSeconds(5)));
        assertThat(door.asCampaignSystem("GET", "/v1/audiences/email", "").statusCode())
                .isEqualTo(503);
    }

    /** Nobody takes a part for the whole: the connection breaks. */
    @Test
    void whoWithdrawsWhileAnExportIsUnderWayIsNotInIt(@TempDir Path directory) throws Exception {
        for (int i = 0; i < 1_200; i++) {
            router.knows(member(i, Will.GRANT));
        }
        AtomicInteger asked = new AtomicInteger();
        HandClock withdrawing = new HandClock() {
            @Override
            public Instant instant() {
                if (asked.incrementAndGet() == 100) {
                    router.knows(member(1_199, Will.WITHDRAW));
                }
                return super.instant();
            }
        };
        try (OpenDoor other = new OpenDoor(
                directory,
                (access, writer) -> routes -> new AudiencesDoor(
                                access,
                                People.DECISIONS,
                                router.audienceSizes(),
                                () -> campaigns,
                                router.peers(),
                                writer,
                                OpenDoor.holding(() -> door.written.stream()),
                                withdrawing)
                        .mount(routes))) {
            String rows =
                    other.asCampaignSystem("GET", "/v1/audiences/email", "").body();
            assertThat(rows.lines()).hasSize(1 + 1_199);
            assertThat(rows).doesNotContain("%022d".formatted(1_199));
        }
    }

    @Test
    void anExportThatFailsOnItsWayIsCutOff() {
        for (int i = 0; i < 12_000; i++) {
            router.knows(member(i, Will.GRANT));
        }
        door.failsWith(ProblemException.unavailable("not now", Duration.ofSeconds(5)));
        assertThatThrownBy(() -> door.asCampaignSystem("GET", "/v1/audiences/email", ""))
                .isInstanceOf(IOException.class);
    }

    @Test
    void theSizesAreThoseOfEverybody() throws Exception {
        router.knows(aino().consentsToEmailAndMobile().state());
        router.knows(eero().state());
        router.at(NOON.plusSeconds(1));

        JsonNode sizes = Json.MAPPER.readTree(
                door.as("marketer", "GET", "/v1/audiences", "").body());

        assertThat(sizes.path("subjects").asInt()).isEqualTo(2);
        assertThat(sizes.path("counted").asBoolean()).isTrue();
        assertThat(sizes.path("channels").get(0).toString())
                .isEqualTo("{\"channel\":\"EMAIL\",\"members\":1,\"notIn\":{\"NO_CONSENT\":1}}");
    }

    private static ConsentState member(int number, Will will) {
        return ConsentState.newBuilder(
                        aino().says(Scope.EMAIL, will, AINO_EMAIL).state())
                .setSubjectId("%022d".formatted(number))
                .build();
    }

    /** @return its id */
    private String export() throws Exception {
        return export("/v1/audiences/email");
    }

    private String export(String asked) throws Exception {
        return door.asCampaignSystem("GET", asked, "")
                .headers()
                .firstValue("Lupa-Export-Id")
                .orElseThrow();
    }

    private JsonNode recheck(String exportId) throws Exception {
        HttpResponse<String> answer =
                door.asCampaignSystem("POST", "/v1/audiences/exports/" + exportId + "/recheck", "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.MAPPER.readTree(answer.body());
    }

    private String get(String path, String accept) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(door.url().resolve(path))
                                .header("Authorization", "Bearer campaign-key")
                                .header("Accept", accept)
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }
}
