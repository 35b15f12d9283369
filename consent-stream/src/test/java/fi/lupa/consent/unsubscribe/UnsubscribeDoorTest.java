package fi.lupa.consent.unsubscribe;

import static fi.lupa.consent.People.AINO;
import static fi.lupa.consent.People.AINO_EMAIL;
import static fi.lupa.consent.People.AINO_PHONE;
import static fi.lupa.consent.People.NOON;
import static fi.lupa.consent.People.POLICY;
import static fi.lupa.consent.People.TOKENS;
import static fi.lupa.consent.People.aino;
import static fi.lupa.consent.People.ainoWrites;
import static fi.lupa.consent.People.visitor;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.consent.People;
import fi.lupa.consent.intake.OpenDoor;
import fi.lupa.consent.query.Files;
import fi.lupa.consent.query.FilesDoor;
import fi.lupa.consent.query.HeldFiles;
import fi.lupa.consent.topology.ConsentDriver;
import fi.lupa.edge.HandClock;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.http.RateLimit;
import fi.lupa.edge.links.Link;
import fi.lupa.edge.links.LinkTokens;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Door;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.LinkGround;
import fi.lupa.event.Scope;
import fi.lupa.event.StatementInForce;
import fi.lupa.event.SubjectLinked;
import fi.lupa.event.Will;
import fi.lupa.permission.Campaign;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Consents;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Purpose;
import fi.lupa.permission.Reason;
import fi.lupa.permission.Stops;
import fi.lupa.permission.TransferBasis;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.mapping.Statements;
import fi.lupa.schemas.mapping.Subjects;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The door behind the link that every marketing message carries, over what the topology really keeps. */
class UnsubscribeDoorTest {

    private static final String ONE_CLICK = "List-Unsubscribe=One-Click";

    /** An hour before the records' own time: nothing is said after it was heard. */
    private static final Instant MORNING = NOON.minusSeconds(3_600);

    private final HandClock clock = new HandClock();
    private ConsentDriver stream;
    private HeldFiles here;
    private OpenDoor door;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        stream = new ConsentDriver(directory.resolve("state"));
        here = new HeldFiles(stream);
        door = open(directory, here, 0);
    }

    @AfterEach
    void close() {
        door.close();
        stream.close();
    }

    private OpenDoor open(Path directory, Peers peers, int perMinute) throws IOException {
        Files files = new Files(peers, POLICY, TOKENS);
        return new OpenDoor(directory, (keys, writer) -> routes -> {
            new UnsubscribeDoor(
                            TOKENS, files, writer, People.RECEIPTS, "2026-01", new RateLimit(perMinute, clock), clock)
                    .mount(routes);
            new FilesDoor(files, peers, TOKENS, clock).mount(routes);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS"})
    void openingTheLinkChangesNothing(String method) throws Exception {
        consents();

        for (int i = 0; i < 3; i++) {
            assertThat(door.send(method, link(Scope.EMAIL, AINO_EMAIL), "").statusCode())
                    .isIn(200, 405);
        }

        assertThat(door.written).isEmpty();
        assertThat(refusals(Purpose.DIRECT_MARKETING, Channel.EMAIL)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "en, Stop marketing by email, is sent to the email address",
        "fi, Lopeta sähköpostimarkkinointi, ei enää lähetetä markkinointia",
        "sv, Stoppa marknadsföring per e-post, skickas ingen mer marknadsföring"
    })
    void thePageSaysWhatItWillStopAndNotForWhom(String lang, String title, String stops) throws Exception {
        consents();

        HttpResponse<String> page = door.send("GET", link(Scope.EMAIL, AINO_EMAIL) + "?lang=" + lang, "");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("<html lang=\"" + lang + "\">", "<h1>" + title + "</h1>", stops)
                .containsOnlyOnce("<button>")
                .doesNotContain("aino", AINO, "<script", "http:", "https:");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "form-action 'self'")
                .doesNotContain("unsafe");
        assertThat(page.headers().allValues("Set-Cookie")).isEmpty();
    }

    @Test
    void aMailProgramsPressTakesBackTheConsentInForce() throws Exception {
        consents();

        HttpResponse<String> pressed = press(link(Scope.EMAIL, AINO_EMAIL));

        assertThat(pressed.statusCode()).isEqualTo(200);
        assertThat(door.written).hasSize(1);
        assertThat(door.written.get(0).key()).isEqualTo(AINO);
        ConsentChanged said = said(0);
        JsonNode answer = Json.MAPPER.readTree(pressed.body());
        assertThat(answer.path("eventId").asText()).isEqualTo(said.getEventId().toString());
        assertThat(answer.path("wasOff").asBoolean()).isFalse();
        assertThat(answer.path("subjectKnown").asBoolean()).isTrue();
        assertThat(said.getSubjectId()).isEqualTo(AINO);
        assertThat(said.getScope()).isEqualTo(Scope.EMAIL);
        assertThat(said.getWill()).isEqualTo(Will.WITHDRAW);
        assertThat(said.getContactPointId()).isEqualTo(AINO_EMAIL);
        assertThat(said.getDoor()).isEqualTo(Door.UNSUBSCRIBE_LINK);
        assertThat(said.getOccurredAt()).isEqualTo(clock.at);
        assertThat(said.getWording()).as("a mail program showed none").isNull();
        assertThat(said.getNoticeVersion()).isNull();
        assertThat(answer.path("receipt").asText())
                .isEqualTo(People.RECEIPTS.of(said).toString());

        fold();

        assertThat(refusals(Purpose.DIRECT_MARKETING, Channel.EMAIL))
                .startsWith(Reason.CONSENT_WITHDRAWN)
                .contains(Reason.CONTACT_POINT_STOPPED);
        assertThat(stream.stops(AINO_EMAIL))
                .extracting(StatementInForce::getScope)
                .containsExactly(Scope.EMAIL);
    }

    @Test
    void thePagesButtonSaysSoWithItsWords() throws Exception {
        consents();

        HttpResponse<String> page = press(link(Scope.EMAIL, AINO_EMAIL) + "?lang=en", "Accept", "text/html");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("Marketing by email is stopped", "has been recorded", "continue to come", "may still arrive")
                .doesNotContain("<button", "off already", "aino");
        assertThat(said(0).getWording()).isEqualTo("Stop marketing by email");
        assertThat(said(0).getLanguage()).isEqualTo("en");
        assertThat(said(0).getNoticeVersion()).isEqualTo("2026-01");
        assertThat(page.body()).contains(People.RECEIPTS.of(said(0)).toString());
    }

    @ParameterizedTest
    @CsvSource({
        "MOBILE, DIRECT_MARKETING, MOBILE, CHANNEL_PROHIBITED",
        "PHONE, DIRECT_MARKETING, PHONE, CHANNEL_PROHIBITED",
        "MARKET_RESEARCH, MARKET_RESEARCH, PHONE, MARKET_RESEARCH_PROHIBITED",
        "MARKETING_USE, DIRECT_MARKETING, PHONE, MARKETING_USE_PROHIBITED"
    })
    void whoHasNotConsentedForbids(Scope scope, Purpose purpose, Channel channel, Reason reason) throws Exception {
        stream.sends(aino().form());

        press(link(scope, AINO_PHONE));
        assertThat(said(0).getWill()).isEqualTo(Will.PROHIBIT);
        fold();

        assertThat(refusals(purpose, channel)).contains(reason, Reason.CONTACT_POINT_STOPPED);
    }

    /** The state comes to the router before the stop does, so that it has to suppress by itself; and on every channel. */
    @Test
    void surveysStopOnEveryChannelAtOnce() throws Exception {
        stream.sends(aino().form());

        press(link(Scope.MARKET_RESEARCH, AINO_EMAIL));

        assertThat(door.written).hasSize(2);
        assertThat(said(0).getContactPointId()).isEqualTo(AINO_EMAIL);
        assertThat(said(1).getContactPointId()).isNull();
        fold();
        for (Channel channel : Channel.values()) {
            assertThat(decide(AINO, Purpose.MARKET_RESEARCH, channel, Stops.NONE))
                    .containsExactly(Reason.MARKET_RESEARCH_PROHIBITED);
        }
        assertThat(refusals(Purpose.DIRECT_MARKETING, Channel.POST)).isEmpty();
    }

    @Test
    void aSecondPressIsTheSameStop() throws Exception {
        consents();
        String link = link(Scope.EMAIL, AINO_EMAIL);

        HttpResponse<String> first = press(link);
        HttpResponse<String> beforeTheFold = press(link);
        assertThat(beforeTheFold.body()).isEqualTo(first.body());
        assertThat(said(1).getEventId()).isEqualTo(said(0).getEventId());

        fold();
        clock.at = clock.at.plusSeconds(30);
        assertThat(press(link).body()).isEqualTo(first.body());
        assertThat(door.written).as("it is on disk already").isEmpty();
        assertThat(door.send("GET", link + "?lang=en", "").body())
                .contains("Marketing by email is stopped")
                .doesNotContain("<button");
    }

    /** As after an outage: what the page knows is that all is off, and a newer consent lies on the inbox. */
    @Test
    void aLaterPressStopsWhatIsOnItsWayStill() throws Exception {
        consents();
        String link = link(Scope.EMAIL, AINO_EMAIL);
        press(link);
        fold();
        FormSubmitted onItsWay = aino().says(Scope.EMAIL, Will.GRANT)
                .at(clock.at.plusSeconds(60))
                .form();

        clock.at = clock.at.plusSeconds(120);
        press(link);
        stream.sends(onItsWay);
        fold();

        assertThat(refusals(Purpose.DIRECT_MARKETING, Channel.EMAIL)).startsWith(Reason.CONSENT_WITHDRAWN);
    }

    /** Of two instances the one may be behind the other, by as much as is borne. */
    @Test
    void aPressCountsOverAConsentThatWasRecordedByAClockAhead() throws Exception {
        stream.sends(aino().says(Scope.EMAIL, Will.GRANT)
                .at(clock.at.plusSeconds(50))
                .form());

        press(link(Scope.EMAIL, AINO_EMAIL));
        fold();

        assertThat(refusals(Purpose.DIRECT_MARKETING, Channel.EMAIL)).startsWith(Reason.CONSENT_WITHDRAWN);
    }

    @Test
    void aNewerConsentIsStoppedByTheSameLink() throws Exception {
        consents();
        String link = link(Scope.EMAIL, AINO_EMAIL);
        press(link);
        UUID first = said(0).getEventId();
        fold();
        clock.at = MORNING.plusSeconds(60);
        stream.sends(aino().says(Scope.EMAIL, Will.GRANT).at(clock.at).form());
        assertThat(refusals(Purpose.DIRECT_MARKETING, Channel.EMAIL)).isEmpty();

        clock.at = MORNING.plusSeconds(120);
        press(link);

        assertThat(said(0).getEventId()).isNotEqualTo(first);
        fold();
        assertThat(refusals(Purpose.DIRECT_MARKETING, Channel.EMAIL)).startsWith(Reason.CONSENT_WITHDRAWN);
    }

    /** A stop that was recorded by mistake, and is then really said, must not be taken for the mistake. */
    @Test
    void aStopSaidAfterOneWasCorrectedCounts() throws Exception {
        consents();
        String link = link(Scope.EMAIL, AINO_EMAIL);
        press(link);
        UUID mistake = said(0).getEventId();
        fold();
        stream.says(ainoWrites(Scope.EMAIL, Will.INVALIDATE)
                .setContactPointId(AINO_EMAIL)
                .setAbout(mistake)
                .build());
        assertThat(refusals(Purpose.DIRECT_MARKETING, Channel.EMAIL)).isEmpty();

        press(link);
        fold();

        assertThat(refusals(Purpose.DIRECT_MARKETING, Channel.EMAIL)).startsWith(Reason.CONSENT_WITHDRAWN);
    }

    @Test
    void whatWasOffAlreadyIsToldAndTheAddressIsStoppedAllTheSame() throws Exception {
        consents();
        clock.at = MORNING.plusSeconds(60);
        stream.says(
                ainoWrites(Scope.EMAIL, Will.PROHIBIT).setOccurredAt(clock.at).build());
        clock.at = MORNING.plusSeconds(120);
        String link = link(Scope.EMAIL, AINO_EMAIL) + "?lang=en";

        assertThat(door.send("GET", link, "").body()).contains("off already, since 2 March 2026", "<button>");
        assertThat(press(link, "Accept", "text/html").body()).contains("was off already, since 2 March 2026");

        fold();
        assertThat(stream.stops(AINO_EMAIL)).hasSize(1);
    }

    @Test
    void theLinkOfASubjectSinceMergedStopsForTheOther() throws Exception {
        stream.sends(visitor(null, "aino@example.fi", null).form());
        String customer = People.id(People.IDS.contactPoints().customerId("C-1"));
        stream.sends(visitor("C-1", "aino@example.fi", null)
                .says(Scope.EMAIL, Will.GRANT)
                .at(MORNING)
                .form());
        stream.links(SubjectLinked.newBuilder()
                .setEventId(UUID.randomUUID())
                .setSubjectId(AINO)
                .setSameAs(customer)
                .setGround(LinkGround.OPERATOR)
                .setOccurredAt(NOON)
                .setRecordedAt(NOON)
                .build());
        String link = link(Scope.EMAIL, AINO_EMAIL);
        assertThat(refusals(customer, Channel.EMAIL)).isEmpty();

        clock.at = MORNING.plusSeconds(60);
        press(link);
        assertThat(said(0).getSubjectId()).isEqualTo(AINO);
        fold();
        assertThat(refusals(customer, Channel.EMAIL)).contains(Reason.CONSENT_WITHDRAWN, Reason.CONTACT_POINT_STOPPED);

        clock.at = MORNING.plusSeconds(120);
        stream.sends(visitor("C-1", "aino@example.fi", null)
                .says(Scope.EMAIL, Will.GRANT)
                .at(clock.at)
                .form());
        assertThat(refusals(customer, Channel.EMAIL)).isEmpty();

        clock.at = MORNING.plusSeconds(180);
        press(link);
        fold();
        assertThat(refusals(customer, Channel.EMAIL)).contains(Reason.CONSENT_WITHDRAWN);
    }

    @Test
    void aStopIsRecordedForWhomNothingIsKnownOf() throws Exception {
        String link = link(Scope.EMAIL, AINO_EMAIL);

        assertThat(press(link + "?lang=en", "Accept", "text/html").body())
                .contains("Marketing by email is stopped", "Apart from this stop we store nothing");
        assertThat(Json.MAPPER.readTree(press(link).body()).path("subjectKnown").asBoolean(true))
                .isFalse();

        fold();
        assertThat(stream.stops(AINO_EMAIL)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void aLateLinkIsToldFromAForgedOne(String method) throws Exception {
        consents();
        Instant end = NOON.plusSeconds(10);
        String late = "/unsubscribe/" + TOKENS.sign(unsubscribe(Scope.EMAIL, AINO_EMAIL, end)) + "?lang=en";
        clock.at = end.minusMillis(1);
        assertThat(door.send(method, late, "").statusCode()).isEqualTo(200);
        door.written.clear();

        clock.at = end;
        HttpResponse<String> gone = door.send(method, late, "", "Accept", "text/html");
        assertThat(gone.statusCode()).isEqualTo(410);
        assertThat(gone.body()).contains("This link is too old", "nothing was changed", "newer message");

        LinkTokens others = new LinkTokens("the secret of another installation".getBytes(StandardCharsets.UTF_8));
        for (String token : List.of(
                "x",
                "%20",
                "%3Cscript%3E",
                "A".repeat(90),
                "A".repeat(2_000),
                others.sign(unsubscribe(Scope.EMAIL, AINO_EMAIL, NOON.plusSeconds(99))),
                TOKENS.sign(new Link.Preferences(AINO, NOON.plusSeconds(99))),
                TOKENS.sign(new Link.Receipt(AINO, new UUID(0, 1), NOON.plusSeconds(99))))) {
            HttpResponse<String> unknown =
                    door.send(method, "/unsubscribe/" + token + "?lang=en", "", "Accept", "text/html");
            assertThat(unknown.statusCode()).isEqualTo(404);
            assertThat(unknown.body()).contains("This link is not known", "nothing was changed");
        }
        assertThat(door.written).isEmpty();
    }

    @Test
    void aMailProgramReadsWhatIsWrong() throws Exception {
        HttpResponse<String> unknown = press("/unsubscribe/x");

        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(unknown.body()).contains("nothing was changed");
    }

    /** A stop must not fail for what a mail program says beside it. */
    @ParameterizedTest
    @CsvSource({
        "application/x-www-form-urlencoded, List-Unsubscribe=One-Click",
        "application/x-www-form-urlencoded, ''",
        "application/x-www-form-urlencoded;charset=x-unknown, %%%",
        "multipart/form-data, no parts",
        "application/json, {"
    })
    void whateverIsPostedTheLinkSaysWhatStops(String type, String body) throws Exception {
        consents();

        HttpResponse<String> pressed = door.send("POST", link(Scope.EMAIL, AINO_EMAIL), body, "Content-Type", type);

        assertThat(pressed.statusCode()).isEqualTo(200);
        assertThat(door.written).hasSize(1);
    }

    @Test
    void aStopThatCannotBeRecordedIsAnErrorThatThePersonSees() throws Exception {
        stream.sends(aino().form());
        door.outcome = CompletableFuture.failedFuture(
                ProblemException.unavailable("It could not be recorded now.", Duration.ofSeconds(5)));

        HttpResponse<String> page = press(link(Scope.MARKET_RESEARCH, AINO_EMAIL) + "?lang=en", "Accept", "text/html");
        assertThat(page.statusCode()).isEqualTo(503);
        assertThat(page.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(page.body()).contains("could not be recorded", "again").doesNotContain("are stopped");

        HttpResponse<String> problem = press(link(Scope.EMAIL, AINO_EMAIL));
        assertThat(problem.statusCode()).isEqualTo(503);
        assertThat(problem.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    }

    @Test
    void aSubjectHeldElsewhereIsAskedFor(@TempDir Path directory) throws Exception {
        consents();
        try (ConsentDriver empty = new ConsentDriver(directory.resolve("empty"))) {
            HeldFiles there = new HeldFiles(empty);
            there.heldElsewhere.put(
                    AINO, new HostInfo(door.url().getHost(), door.url().getPort()));
            try (OpenDoor other = open(directory, there, 0)) {
                String link = link(Scope.EMAIL, AINO_EMAIL);
                assertThat(other.send("GET", link, "").body()).contains("<html lang=\"fi\">", "<button>");

                assertThat(other.send("POST", link, ONE_CLICK).statusCode()).isEqualTo(200);

                assertThat(door.written).isEmpty();
                assertThat(((ConsentChanged) other.written.get(0).event()).getWill())
                        .isEqualTo(Will.WITHDRAW);

                there.heldElsewhere.put(
                        AINO, new HostInfo(other.url().getHost(), other.url().getPort()));
                assertThat(other.send("POST", link, ONE_CLICK).statusCode())
                        .as("each says the other holds it")
                        .isEqualTo(503);
            }
        }
    }

    @Test
    void anotherInstanceIsToldNothingOfWhoSomebodyIs() throws Exception {
        consents();

        HttpResponse<String> told =
                door.send("GET", "/internal/files/" + TOKENS.sign(new Link.Peer(AINO, NOON.plusSeconds(1))), "");

        assertThat(told.statusCode()).isEqualTo(200);
        assertThat(told.body()).doesNotContain("example.fi", "Virtanen", "358401234567", "Mannerheim");
        for (String token : List.of(
                "x",
                TOKENS.sign(new Link.Preferences(AINO, NOON.plusSeconds(1))),
                TOKENS.sign(new Link.Peer(AINO, MORNING)),
                TOKENS.sign(new Link.Peer("nobody", NOON.plusSeconds(1))))) {
            assertThat(door.send("GET", "/internal/files/" + token, "").statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void whoComesTooOftenIsToldWhenToComeAgain(@TempDir Path directory) throws Exception {
        try (OpenDoor narrow = open(directory, here, 1)) {
            assertThat(narrow.send("GET", "/unsubscribe/x", "").statusCode()).isEqualTo(404);
            assertThat(narrow.send("POST", "/unsubscribe/x", "").statusCode()).isEqualTo(429);
        }
    }

    private void consents() {
        stream.sends(aino().says(Scope.EMAIL, Will.GRANT).at(MORNING).form());
        clock.at = MORNING.plusSeconds(30);
    }

    private HttpResponse<String> press(String link, String... headers) throws Exception {
        return headers.length == 0 ? door.send("POST", link, ONE_CLICK) : door.send("POST", link, ONE_CLICK, headers);
    }

    /** Lets the stream take what the door wrote. */
    private void fold() {
        door.written.forEach(written -> stream.says((ConsentChanged) written.event()));
        door.written.clear();
    }

    private ConsentChanged said(int index) {
        return (ConsentChanged) door.written.get(index).event();
    }

    private static String link(Scope scope, String contactPointId) {
        return "/unsubscribe/" + TOKENS.sign(unsubscribe(scope, contactPointId, NOON.plus(Duration.ofDays(730))));
    }

    private static Link.Unsubscribe unsubscribe(Scope scope, String contactPointId, Instant end) {
        return new Link.Unsubscribe(AINO, contactPointId, fi.lupa.permission.Scope.valueOf(scope.name()), end);
    }

    private List<Reason> refusals(String subjectId, Channel channel) {
        return decide(subjectId, Purpose.DIRECT_MARKETING, channel, this::stops);
    }

    private List<Reason> refusals(Purpose purpose, Channel channel) {
        return decide(AINO, purpose, channel, this::stops);
    }

    private Consents stops(String point) {
        return Consents.of(stream.stops(point).stream().map(Statements::of).toList());
    }

    /** As the router decides. */
    private List<Reason> decide(String subjectId, Purpose purpose, Channel channel, Stops stops) {
        Campaign campaign = new Campaign(
                "spring", purpose, EnumSet.allOf(Channel.class), "FI", TransferBasis.NONE, Instant.EPOCH, null);
        Verdict verdict = POLICY.decide(
                new Enquiry(channel, null, null), campaign, Subjects.of(stream.state(subjectId)), stops, clock.at);
        return verdict instanceof Verdict.Suppressed suppressed ? suppressed.reasons() : List.of();
    }
}
