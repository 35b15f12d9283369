package fi.lupa.consent.preferences;

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
import static org.assertj.core.api.Assertions.tuple;

import fi.lupa.consent.People;
import fi.lupa.consent.intake.OpenDoor;
import fi.lupa.consent.query.Files;
import fi.lupa.consent.query.FilesDoor;
import fi.lupa.consent.query.HeldFiles;
import fi.lupa.consent.topology.ConsentDriver;
import fi.lupa.edge.HandClock;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.http.RateLimit;
import fi.lupa.edge.links.Link;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Door;
import fi.lupa.event.LinkGround;
import fi.lupa.event.Scope;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.SubjectLinked;
import fi.lupa.event.Will;
import fi.lupa.permission.Campaign;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Consents;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Purpose;
import fi.lupa.permission.TransferBasis;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.mapping.Statements;
import fi.lupa.schemas.mapping.Subjects;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The preference page over what the topology really keeps: what it says is what the policy decides, before and after. */
class PreferencesDoorTest {

    /** An hour before the records' own time: nothing is said after it was heard. */
    private static final Instant MORNING = NOON.minusSeconds(3_600);

    private static final Pattern SHOWN = Pattern.compile("name=\"was\\.([A-Z_]+)\" value=\"(on|off)\"");

    private final HandClock clock = new HandClock();
    private ConsentDriver stream;
    private HeldFiles here;
    private OpenDoor door;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        clock.at = MORNING.plusSeconds(60);
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
            new PreferencesDoor(
                            TOKENS,
                            files,
                            POLICY,
                            writer,
                            People.RECEIPTS,
                            "2026-01",
                            new RateLimit(perMinute, clock),
                            clock)
                    .mount(routes);
            new FilesDoor(files, peers, TOKENS, clock).mount(routes);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS"})
    void openingThePageChangesNothing(String method) throws Exception {
        stream.sends(aino().says(Scope.EMAIL, Will.GRANT).at(MORNING).form());

        assertThat(door.send(method, link(AINO), "").statusCode()).isIn(200, 405);

        assertThat(door.written).isEmpty();
    }

    @Test
    void thePageTellsWhatIsInForceAndNotForWhom() throws Exception {
        stream.sends(aino().says(Scope.EMAIL, Will.GRANT).at(MORNING).form());

        HttpResponse<String> page = door.send("GET", link(AINO) + "?lang=en", "");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains(
                        "You gave your consent on 2 March 2026 (form).",
                        "Marketing by email comes to you.",
                        "You may be called with marketing.")
                .doesNotContain("aino", "Virtanen", "40123", "Mannerheim", AINO, "<script", "http:", "https:")
                .hasSizeLessThan(100_000);
        assertThat(shown(page)).containsEntry(Scope.EMAIL, "on").containsEntry(Scope.MOBILE, "off");
        assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @ParameterizedTest
    @CsvSource({
        "'', de, fi, Omat valintasi, 2. maaliskuuta 2026",
        "'?lang=sv', fi, sv, Dina val, den 2 mars 2026",
        "'?lang=en', fi, en, Your choices, 2 March 2026",
        "'?lang=de', sv, fi, Omat valintasi, 2. maaliskuuta 2026"
    })
    void thePageSpeaksThePersonsLanguageUnlessTheySwitch(
            String query, String browser, String lang, String title, String date) throws Exception {
        stream.sends(aino().says(Scope.EMAIL, Will.GRANT).at(MORNING).form());

        assertThat(door.send("GET", link(AINO) + query, "", "Accept-Language", browser)
                        .body())
                .contains("<html lang=\"" + lang + "\">", "<h1>" + title + "</h1>", date);
    }

    @Test
    void aConsentThatNothingComesOfIsToldSo() throws Exception {
        stream.sends(aino().says(Scope.EMAIL, Will.GRANT)
                .says(Scope.MARKETING_USE, Will.PROHIBIT)
                .at(MORNING)
                .form());

        assertThat(door.send("GET", link(AINO) + "?lang=en", "").body())
                .contains("You gave your consent on 2 March 2026 (form).")
                .contains(
                        "Nothing is sent all the same, because you have forbidden the use of your data for marketing.")
                .doesNotContain("Marketing by email comes to you.");
    }

    @Test
    void aTopicIsRefusedAndChosenAgain() throws Exception {
        stream.sends(aino().says(Scope.EMAIL, Will.GRANT).at(MORNING).form());
        assertThat(door.send("GET", link(AINO) + "?lang=en", "").body())
                .contains("<legend>Topic: Newsletter</legend>", "<legend>Topic: Events</legend>")
                .contains("It comes on the channels that you have allowed.");

        HttpResponse<String> saved = post(
                link(AINO) + "?lang=en",
                "was.MARKETING_USE.newsletter=on&MARKETING_USE.newsletter=off&was.MARKETING_USE.events=on&MARKETING_USE.events=on");

        assertThat(saved.statusCode()).isEqualTo(200);
        assertThat(saved.body()).contains("<h3>Topic: Newsletter</h3>", "It does not come on any channel.");
        assertThat(said()).singleElement().satisfies(said -> {
            assertThat(said.getScope()).isEqualTo(Scope.MARKETING_USE);
            assertThat(said.getTopic()).isEqualTo("newsletter");
            assertThat(said.getWill()).isEqualTo(Will.PROHIBIT);
            assertThat(said.getWording()).isEqualTo("Newsletter: no, not on any channel.");
        });
        fold();
        assertThat(comes(AINO, "newsletter", Channel.EMAIL)).isFalse();
        assertThat(comes(AINO, "events", Channel.EMAIL)).isTrue();
        assertThat(comes(AINO, Channel.EMAIL)).isTrue();

        post(link(AINO), "was.MARKETING_USE.newsletter=off&MARKETING_USE.newsletter=on");
        assertThat(said()).singleElement().satisfies(said -> assertThat(said.getWill())
                .isEqualTo(Will.LIFT));
        fold();
        assertThat(comes(AINO, "newsletter", Channel.EMAIL)).isTrue();
    }

    @Test
    void aTopicOpensNoChannel() throws Exception {
        stream.sends(aino().says(Scope.PHONE, Will.PROHIBIT)
                .says(Scope.POST, Will.PROHIBIT)
                .at(MORNING)
                .form());

        assertThat(door.send("GET", link(AINO) + "?lang=en", "").body())
                .contains("Nothing is sent all the same, because no channel is allowed above.");
        assertThat(post(link(AINO), "was.MARKETING_USE.horoscopes=on&MARKETING_USE.horoscopes=off")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aStopOfTheAddressByAnotherCustomerIsTold() throws Exception {
        stream.sends(aino().says(Scope.EMAIL, Will.GRANT).at(MORNING).form());
        stream.says(ainoWrites(Scope.EMAIL, Will.WITHDRAW)
                .setSubjectId("another-customer-of-it")
                .setContactPointId(AINO_EMAIL)
                .setOccurredAt(MORNING.plusSeconds(10))
                .build());

        HttpResponse<String> page = door.send("GET", link(AINO) + "?lang=en", "");
        assertThat(page.body()).contains("was stopped on 2 March 2026", "No marketing comes to you by email.");
        assertThat(shown(page)).containsEntry(Scope.EMAIL, "off");

        turn(page, Scope.EMAIL, "on");
        fold();

        assertThat(comes(AINO, Channel.EMAIL))
                .as("her own newer consent lifts it")
                .isTrue();
    }

    /** Every scope, off and on again, for a person and for an organisation: what the page says is what the router does. */
    @ParameterizedTest
    @EnumSource(Scope.class)
    void aSwitchDoesWhatItSays(Scope scope) throws Exception {
        for (SubjectKind kind : SubjectKind.values()) {
            String subject = kind == SubjectKind.PERSON ? AINO : id("info@example.fi");
            stream.sends((kind == SubjectKind.PERSON ? aino() : visitor(null, "info@example.fi", "+358501234567"))
                    .as(kind)
                    .at(MORNING)
                    .form());
            for (String to : List.of("off", "on", "off", "on")) {
                clock.at = clock.at.plusSeconds(1);
                HttpResponse<String> page = door.send("GET", link(subject) + "?lang=en", "");
                boolean was = shown(page).get(scope).equals("on");

                HttpResponse<String> saved = turn(subject, page, scope, to);

                assertThat(saved.statusCode()).isEqualTo(200);
                assertThat(door.written).hasSize(was == to.equals("on") ? 0 : 1);
                fold();
                assertThat(shown(door.send("GET", link(subject), "")))
                        .as("%s of %s", scope, kind)
                        .containsEntry(scope, to);
                Channel channel = Choices.channel(fi.lupa.permission.Scope.valueOf(scope.name()));
                if (channel != null && kind == SubjectKind.PERSON) {
                    assertThat(comes(subject, channel)).isEqualTo(to.equals("on"));
                }
            }
        }
    }

    @Test
    void aChangeIsRecordedInTheWordsBesideTheSwitchAndAnsweredWithBothStates() throws Exception {
        stream.sends(aino().says(Scope.EMAIL, Will.GRANT).at(MORNING).form());
        HttpResponse<String> page = door.send("GET", link(AINO) + "?lang=en", "");

        HttpResponse<String> saved =
                post(link(AINO) + "?lang=en", form(page, Map.of(Scope.EMAIL, "off", Scope.MOBILE, "on")));

        assertThat(saved.statusCode()).isEqualTo(200);
        assertThat(saved.body())
                .contains("Your choices have been recorded", "Before", "Now", "Not changed", "Marketing by post")
                .contains(
                        "A prohibition has been in force since 2 March 2026 (this page). No marketing comes to you by email.");
        assertThat(said())
                .extracting(
                        ConsentChanged::getScope,
                        ConsentChanged::getWill,
                        ConsentChanged::getContactPointId,
                        ConsentChanged::getWording,
                        ConsentChanged::getDoor)
                .containsExactly(
                        tuple(Scope.EMAIL, Will.PROHIBIT, null, "No marketing by email.", Door.PREFERENCE_PAGE),
                        tuple(
                                Scope.MOBILE,
                                Will.GRANT,
                                AINO_PHONE,
                                "Yes, you may send me marketing to my mobile phone, by text message for example.",
                                Door.PREFERENCE_PAGE));
        assertThat(said()).allSatisfy(said -> {
            assertThat(said.getLanguage()).isEqualTo("en");
            assertThat(said.getNoticeVersion()).isEqualTo("2026-01");
            assertThat(saved.body()).contains(People.RECEIPTS.of(said).toString());
        });
        List<UUID> ids = said().stream().map(ConsentChanged::getEventId).toList();
        post(link(AINO), form(page, Map.of(Scope.EMAIL, "off", Scope.MOBILE, "on")));
        assertThat(said().stream().map(ConsentChanged::getEventId).distinct())
                .as("pressed twice, the same")
                .containsExactlyElementsOf(ids);
    }

    /** R3: a no to calls stops the mobile phone as well, unless that is allowed anew. */
    @Test
    void aNoToCallsIsAnsweredWithAllThatItStops() throws Exception {
        stream.sends(aino().says(Scope.MOBILE, Will.GRANT).at(MORNING).form());
        HttpResponse<String> page = door.send("GET", link(AINO) + "?lang=en", "");

        HttpResponse<String> saved = turn(page, Scope.PHONE, "off");
        assertThat(said()).extracting(ConsentChanged::getScope).containsExactly(Scope.PHONE);
        assertThat(saved.body()).contains("because marketing calls are forbidden, which stops this as well");
        fold();

        turn(door.send("GET", link(AINO), ""), Scope.MOBILE, "on");
        fold();
        assertThat(comes(AINO, Channel.MOBILE)).isTrue();
    }

    @Test
    void callsForbiddenAndTheMobilePhoneAllowedInOnePressIsWhatComesOfIt() throws Exception {
        stream.sends(aino().at(MORNING).form());

        post(link(AINO), form(door.send("GET", link(AINO), ""), Map.of(Scope.PHONE, "off", Scope.MOBILE, "on")));
        fold();

        assertThat(comes(AINO, Channel.MOBILE)).isTrue();
        assertThat(comes(AINO, Channel.PHONE)).isFalse();
    }

    @Test
    void onePressForbidsEverythingAndLeavesTheEssentialOnly() throws Exception {
        stream.sends(aino().says(Scope.EMAIL, Will.GRANT)
                .says(Scope.WEB_ANALYTICS, Will.GRANT)
                .at(MORNING)
                .form());

        HttpResponse<String> saved = post(link(AINO) + "?lang=en", "everything=off");

        assertThat(saved.body()).contains("you get only the notices that are needed for services you use");
        assertThat(said())
                .extracting(ConsentChanged::getScope, ConsentChanged::getWill)
                .containsExactlyInAnyOrder(
                        tuple(Scope.EMAIL, Will.PROHIBIT),
                        tuple(Scope.MOBILE, Will.PROHIBIT),
                        tuple(Scope.PHONE, Will.PROHIBIT),
                        tuple(Scope.POST, Will.PROHIBIT),
                        tuple(Scope.MARKET_RESEARCH, Will.PROHIBIT),
                        tuple(Scope.MARKETING_USE, Will.PROHIBIT),
                        tuple(Scope.WEB_ANALYTICS, Will.WITHDRAW));
        fold();
        assertThat(POLICY.essentialOnly(Subjects.of(stream.state(AINO)), clock.at))
                .isTrue();
        assertThat(post(link(AINO) + "?lang=en", "everything=off").statusCode()).isEqualTo(200);
        assertThat(door.written)
                .as("something newer may be on its way still")
                .isNotEmpty()
                .allSatisfy(written ->
                        assertThat(((ConsentChanged) written.event()).getWill()).isEqualTo(Will.PROHIBIT));
    }

    @Test
    void whatIsInForceIsNotWrittenAgain() throws Exception {
        stream.sends(aino().at(MORNING).form());
        HttpResponse<String> page = door.send("GET", link(AINO) + "?lang=en", "");

        assertThat(post(link(AINO) + "?lang=en", form(page, Map.of())).body()).contains("Nothing was changed");
        assertThat(post(link(AINO) + "?lang=en", "").body()).contains("Nothing was changed");

        assertThat(door.written).isEmpty();
    }

    @Test
    void aPageThatIsNoLongerTrueIsShownAnewInsteadOfOverwritingWhatIsNewer() throws Exception {
        stream.sends(aino().says(Scope.EMAIL, Will.GRANT).at(MORNING).form());
        HttpResponse<String> old = door.send("GET", link(AINO) + "?lang=en", "");
        stream.says(ainoWrites(Scope.POST, Will.PROHIBIT)
                .setOccurredAt(MORNING.plusSeconds(30))
                .build());

        HttpResponse<String> anew = turn(old, Scope.EMAIL, "off");

        assertThat(anew.statusCode()).isEqualTo(409);
        assertThat(anew.body()).contains("Nothing was recorded: your choices have changed", "role=\"alert\"");
        assertThat(shown(anew)).containsEntry(Scope.POST, "off").containsEntry(Scope.EMAIL, "on");
        assertThat(door.written).isEmpty();
        assertThat(turn(anew, Scope.EMAIL, "off").statusCode()).isEqualTo(200);
    }

    @Test
    void aConsentNeedsAnAddressOrNumberAndOneThatWaitsIsConfirmedByItsLink() throws Exception {
        stream.sends(visitor(null, "eero@example.fi", null)
                .asksToBeConfirmed(Scope.EMAIL)
                .at(MORNING)
                .form());
        String eero = id("eero@example.fi");

        HttpResponse<String> page = door.send("GET", link(eero) + "?lang=en", "");

        assertThat(page.body())
                .contains("we know no address or number of yours", "confirm it by the link that was sent to you")
                .contains("name=\"EMAIL\" value=\"on\" disabled", "name=\"MOBILE\" value=\"on\" disabled");
        for (Scope scope : List.of(Scope.EMAIL, Scope.MOBILE)) {
            assertThat(post(link(eero) + "?lang=en", form(page, Map.of(scope, "on")))
                            .statusCode())
                    .isEqualTo(409);
        }
        assertThat(door.written).isEmpty();
    }

    @Test
    void whatCouldNotBeRecordedIsNamedAndNoThankYou() throws Exception {
        stream.sends(aino().says(Scope.EMAIL, Will.GRANT).at(MORNING).form());
        HttpResponse<String> page = door.send("GET", link(AINO) + "?lang=en", "");
        door.outcome = CompletableFuture.failedFuture(
                ProblemException.unavailable("It could not be recorded now.", Duration.ofSeconds(5)));

        HttpResponse<String> failed = turn(page, Scope.EMAIL, "off");

        assertThat(failed.statusCode()).isEqualTo(503);
        assertThat(failed.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(failed.body())
                .contains("Not everything could be recorded", "<li>Marketing by email</li>", "role=\"alert\"")
                .doesNotContain("have been recorded", "<h2>Changed</h2>");
    }

    @ParameterizedTest
    @CsvSource({
        "EMAIL=off, was.EMAIL",
        "EMAIL=maybe&was.EMAIL=on, EMAIL",
        "EMAIL=off&EMAIL=on&was.EMAIL=on, EMAIL",
        "was.EMAIL=yes, was.EMAIL",
        "FAX=off, FAX",
        "was.FAX=off, was.FAX",
        "subjectId=x, subjectId",
        "everything=on, everything"
    })
    void aFormThatIsNotThePagesIsRefusedWithEveryFault(String body, String field) throws Exception {
        stream.sends(aino().at(MORNING).form());

        HttpResponse<String> refused = post(link(AINO), body + "&nonsense=1");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("\"" + field + "\"", "\"nonsense\"");
        assertThat(door.written).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/plain", "multipart/form-data; boundary=x"})
    void choicesComeAsTheFormSendsThem(String type) throws Exception {
        stream.sends(aino().at(MORNING).form());

        assertThat(door.send("POST", link(AINO), "everything=off", "Content-Type", type)
                        .statusCode())
                .isEqualTo(415);
        assertThat(door.written).isEmpty();
    }

    @Test
    void whoeverStandsForTheSubjectNowIsShownAndAnswersForIt() throws Exception {
        stream.sends(visitor(null, "aino@example.fi", null).at(MORNING).form());
        stream.sends(visitor("C-1", null, "+358401234567")
                .says(Scope.MOBILE, Will.GRANT)
                .at(MORNING)
                .form());
        String customer = People.id(People.IDS.contactPoints().customerId("C-1"));
        stream.links(SubjectLinked.newBuilder()
                .setEventId(UUID.randomUUID())
                .setSubjectId(AINO)
                .setSameAs(customer)
                .setGround(LinkGround.OPERATOR)
                .setOccurredAt(NOON)
                .setRecordedAt(NOON)
                .build());

        HttpResponse<String> page = door.send("GET", link(AINO) + "?lang=en", "");
        assertThat(shown(page)).containsEntry(Scope.MOBILE, "on");
        turn(page, Scope.EMAIL, "on");

        assertThat(said()).extracting(ConsentChanged::getSubjectId).containsExactly(customer);
        assertThat(said()).extracting(ConsentChanged::getContactPointId).containsExactly(AINO_EMAIL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void whatIsNoLinkOrLateOrOfNobodySaysSo(String method) throws Exception {
        stream.sends(aino().at(MORNING).form());
        String late = "/preferences/" + TOKENS.sign(new Link.Preferences(AINO, clock.at));
        String unsubscribe = "/preferences/"
                + TOKENS.sign(new Link.Unsubscribe(AINO, AINO_EMAIL, fi.lupa.permission.Scope.EMAIL, NOON));

        assertAnswer(method, late, 410, "This link is too old");
        assertAnswer(method, unsubscribe, 404, "This link is not known");
        assertAnswer(method, "/preferences/x", 404, "This link is not known");
        assertAnswer(method, link(id("nobody@example.fi")), 410, "Nothing is stored");
        assertThat(door.written).isEmpty();
    }

    private void assertAnswer(String method, String path, int status, String title) throws Exception {
        HttpResponse<String> answer = door.send(
                method, path + "?lang=en", "everything=off", "Content-Type", "application/x-www-form-urlencoded");
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains("<h1>" + title + "</h1>");
    }

    @Test
    void whatOthersHoldIsAskedFor(@TempDir Path directory) throws Exception {
        stream.sends(aino().says(Scope.EMAIL, Will.GRANT).at(MORNING).form());
        HostInfo holder = new HostInfo(door.url().getHost(), door.url().getPort());
        try (ConsentDriver empty = new ConsentDriver(directory.resolve("empty"))) {
            HeldFiles there = new HeldFiles(empty);
            there.heldElsewhere.putAll(Map.of(AINO, holder, AINO_PHONE, holder));
            try (OpenDoor other = open(directory, there, 0)) {
                HttpResponse<String> page = other.send("GET", link(AINO), "");
                assertThat(shown(page)).containsEntry(Scope.EMAIL, "on");

                assertThat(other.send(
                                        "POST",
                                        link(AINO),
                                        form(page, Map.of(Scope.EMAIL, "off")),
                                        "Content-Type",
                                        "application/x-www-form-urlencoded")
                                .statusCode())
                        .isEqualTo(200);
                assertThat(other.written).hasSize(1);
                assertThat(door.written).isEmpty();
            }
        }
    }

    @Test
    void whoComesTooOftenIsToldWhenToComeAgain(@TempDir Path directory) throws Exception {
        try (OpenDoor narrow = open(directory, here, 1)) {
            assertThat(narrow.send("GET", "/preferences/x", "").statusCode()).isEqualTo(404);
            assertThat(narrow.send("GET", "/preferences/x", "").statusCode()).isEqualTo(429);
        }
    }

    private HttpResponse<String> turn(HttpResponse<String> page, Scope scope, String to) throws Exception {
        return turn(AINO, page, scope, to);
    }

    private HttpResponse<String> turn(String subject, HttpResponse<String> page, Scope scope, String to)
            throws Exception {
        return post(link(subject) + "?lang=en", form(page, Map.of(scope, to)));
    }

    private HttpResponse<String> post(String link, String body) throws Exception {
        return door.send("POST", link, body, "Content-Type", "application/x-www-form-urlencoded");
    }

    /** What a browser posts of the page after these switches were moved. */
    private static String form(HttpResponse<String> page, Map<Scope, String> moved) {
        return shown(page).entrySet().stream()
                .map(one -> "was." + one.getKey() + "=" + one.getValue() + "&" + one.getKey() + "="
                        + moved.getOrDefault(one.getKey(), one.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static Map<Scope, String> shown(HttpResponse<String> page) {
        Map<Scope, String> shown = new LinkedHashMap<>();
        Matcher each = SHOWN.matcher(page.body());
        while (each.find()) {
            shown.put(Scope.valueOf(each.group(1)), each.group(2));
        }
        assertThat(shown).as("the switches of the page").hasSize(Scope.values().length);
        return shown;
    }

    private List<ConsentChanged> said() {
        return door.written.stream()
                .map(written -> (ConsentChanged) written.event())
                .toList();
    }

    /** Lets the stream take what the door wrote. */
    private void fold() {
        said().forEach(stream::says);
        door.written.clear();
    }

    private static String id(String email) {
        return People.id(People.IDS.contactPoints().email(email));
    }

    private static String link(String subjectId) {
        return "/preferences/" + TOKENS.sign(new Link.Preferences(subjectId, NOON.plus(Duration.ofDays(90))));
    }

    /** As the router decides. */
    private boolean comes(String subjectId, Channel channel) {
        return comes(subjectId, null, channel);
    }

    private boolean comes(String subjectId, String topic, Channel channel) {
        Campaign spring = new Campaign(
                "spring",
                Purpose.DIRECT_MARKETING,
                topic,
                EnumSet.allOf(Channel.class),
                "FI",
                TransferBasis.NONE,
                Instant.EPOCH,
                null,
                List.of(),
                List.of());
        return POLICY.decide(
                        new Enquiry(channel, null, null),
                        spring,
                        Subjects.of(stream.state(subjectId)),
                        point -> Consents.of(
                                stream.stops(point).stream().map(Statements::of).toList()),
                        clock.at)
                instanceof Verdict.Cleared;
    }
}
