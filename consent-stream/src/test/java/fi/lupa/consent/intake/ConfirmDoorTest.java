package fi.lupa.consent.intake;

import static fi.lupa.consent.People.AINO;
import static fi.lupa.consent.People.AINO_EMAIL;
import static fi.lupa.consent.People.CONFIRMATIONS;
import static fi.lupa.consent.People.NOON;
import static fi.lupa.consent.People.aino;
import static fi.lupa.consent.People.ainoWrites;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.consent.People;
import fi.lupa.consent.topology.ConsentDriver;
import fi.lupa.edge.HandClock;
import fi.lupa.edge.access.Relays;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.http.RateLimit;
import fi.lupa.edge.streams.OnlyInstance;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.Door;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import fi.lupa.permission.ConsentStatus;
import fi.lupa.schemas.mapping.Subjects;
import fi.lupa.schemas.topic.Topics;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The door behind the link, over what the topology really keeps: opening it changes nothing, pressing the button confirms. */
class ConfirmDoorTest {

    private final HandClock clock = new HandClock();
    private final List<HostInfo> others = new ArrayList<>();
    private ConsentDriver stream;
    private OpenDoor door;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        stream = new ConsentDriver(directory.resolve("state"));
        door = open(directory, new Instance(), 0);
    }

    @AfterEach
    void close() {
        door.close();
        stream.close();
    }

    private OpenDoor open(Path directory, Peers peers, int perMinute) throws IOException {
        return new OpenDoor(
                directory,
                (access, writer) -> routes -> new ConfirmDoor(
                                CONFIRMATIONS,
                                peers,
                                this::state,
                                writer,
                                People.RECEIPTS,
                                new RateLimit(perMinute, clock),
                                clock)
                        .mount(routes));
    }

    private ConsentState state(String subjectId) {
        return stream.state(subjectId);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void openingTheLinkChangesNothing(String method) throws Exception {
        String link = asked(aino().asksToBeConfirmed(Scope.EMAIL).form());

        for (int i = 0; i < 3; i++) {
            assertThat(send(method, link).statusCode()).isEqualTo(200);
        }

        assertThat(door.written).isEmpty();
        assertThat(status()).isEqualTo(ConsentStatus.PENDING);
    }

    @Test
    void thePageSaysWhatIsConfirmedAndNotForWhom() throws Exception {
        HttpResponse<String> page =
                send("GET", asked(aino().asksToBeConfirmed(Scope.EMAIL).form()));

        assertThat(page.body())
                .contains("<html lang=\"fi\">", "sähköpostitse", "<p>Send me EMAIL</p>", "<form method=\"post\">")
                .containsOnlyOnce("<button>")
                .doesNotContain("aino", AINO, "<script", "http:", "https:");
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=utf-8");
        assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(page.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
        assertThat(page.headers().firstValue("X-Robots-Tag")).hasValue("noindex, nofollow");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "form-action 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
    }

    @Test
    void theButtonConfirmsOnce() throws Exception {
        FormSubmitted form = aino().asksToBeConfirmed(Scope.EMAIL).form();
        String link = asked(form);
        ConsentChanged pending = pending();
        clock.at = NOON.plusSeconds(60);

        HttpResponse<String> pressed = send("POST", link);
        HttpResponse<String> pressedTwice = send("POST", link);

        assertThat(pressed.statusCode()).isEqualTo(200);
        assertThat(pressed.body()).contains("vahvistettu", "Send me EMAIL").doesNotContain("aino", "<button");
        assertThat(pressedTwice.statusCode()).isEqualTo(200);
        assertThat(pressedTwice.body()).isEqualTo(pressed.body());
        assertThat(door.written)
                .allSatisfy(written -> {
                    assertThat(written.topic()).isEqualTo(Topics.CONSENT_CHANGES);
                    assertThat(written.key()).isEqualTo(AINO);
                })
                .extracting(written -> ((ConsentChanged) written.event()).getEventId())
                .hasSize(2)
                .containsOnly(confirmed().getEventId());
        ConsentChanged confirmed = confirmed();
        assertThat(confirmed.getSubjectId()).isEqualTo(AINO);
        assertThat(confirmed.getScope()).isEqualTo(Scope.EMAIL);
        assertThat(confirmed.getWill()).isEqualTo(Will.CONFIRM);
        assertThat(confirmed.getContactPointId()).isEqualTo(AINO_EMAIL);
        assertThat(confirmed.getDoor()).isEqualTo(Door.CONFIRMATION_LINK);
        assertThat(confirmed.getOccurredAt()).isEqualTo(clock.at);
        assertThat(confirmed.getRecordedAt()).isEqualTo(clock.at);
        assertThat(confirmed.getNoticeVersion()).isEqualTo("2023-07-01");
        assertThat(confirmed.getWording()).isEqualTo("Send me EMAIL");
        assertThat(confirmed.getCausedBy()).isEqualTo(pending.getEventId());

        stream.says(confirmed);

        assertThat(status()).isEqualTo(ConsentStatus.GRANTED);
        dead(link);
    }

    /** The link was sent before the second customer gave the address. */
    @Test
    void thePageSaysThatAConsentOfSeveralSendsNothing() throws Exception {
        String link = asked(People.visitor(null, "aino@example.fi", null)
                .asksToBeConfirmed(Scope.EMAIL)
                .form());
        assertThat(send("GET", link).body()).doesNotContain("usean asiakkaan");
        stream.sends(People.visitor("C-1", "aino@example.fi", null).form());
        stream.sends(People.visitor("C-2", "aino@example.fi", null).form());

        assertThat(send("GET", link).body()).contains("usean asiakkaan yhteinen");
        assertThat(send("POST", link).body()).contains("usean asiakkaan yhteinen");
    }

    @Test
    void aNewerFormsLinkEndsTheOlder() throws Exception {
        String older = asked(
                aino().asksToBeConfirmed(Scope.EMAIL).at(NOON.minusSeconds(1)).form());
        String newer = asked(aino().asksToBeConfirmed(Scope.EMAIL).form());

        dead(older);
        assertThat(send("POST", newer).statusCode()).isEqualTo(200);
    }

    @Test
    void aWithdrawalEndsTheLink() throws Exception {
        String link = asked(aino().asksToBeConfirmed(Scope.EMAIL).form());

        stream.says(ainoWrites(Scope.EMAIL, Will.WITHDRAW)
                .setOccurredAt(NOON.plusSeconds(1))
                .build());

        dead(link);
    }

    @Test
    void aLinkWorksForSeventyTwoHours() throws Exception {
        String link = asked(aino().asksToBeConfirmed(Scope.EMAIL).form());

        clock.at = NOON.plus(Duration.ofDays(3)).minusMillis(1);
        assertThat(send("GET", link).statusCode()).isEqualTo(200);
        assertThat(send("POST", link).statusCode()).isEqualTo(200);

        door.written.clear();
        clock.at = NOON.plus(Duration.ofDays(3));
        dead(link);
        clock.at = NOON.plus(Duration.ofDays(30));
        unknown(link);
    }

    @Test
    void whatIsNoTokenIsNotKnown() throws Exception {
        asked(aino().asksToBeConfirmed(Scope.EMAIL).form());

        for (String token :
                List.of("x", "asked", "%20", "%3Cscript%3E", "A".repeat(43), "A".repeat(44), "A".repeat(1_000))) {
            unknown("/confirm/" + token);
        }
        assertThat(send("GET", "/confirm/" + "A".repeat(10_000)).statusCode()).isIn(414, 431);
    }

    @Test
    void aPathThatLeadsElsewhereLeadsNowhere() throws Exception {
        for (String path : List.of("%2e%2e%2fmetrics", "..%2f..%2fforms.yaml", "..%5C..%5Cforms.yaml", "%00")) {
            assertThat(send("GET", "/confirm/" + path).statusCode()).isIn(400, 404);
        }
    }

    @Test
    void theStatementsOwnIdIsNoToken() throws Exception {
        asked(aino().asksToBeConfirmed(Scope.EMAIL).form());

        String path = "/confirm/asked%2F" + pending().getEventId();

        assertThat(send("POST", path).statusCode()).isIn(400, 404);
        assertThat(door.written).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "fi, en, fi, Vahvista suostumuksesi",
        "sv, en, sv, Bekräfta ditt samtycke",
        "en, fi, en, Confirm your consent",
        "de, 'sv-FI,sv;q=0.9', sv, Bekräfta ditt samtycke",
        ", fi, fi, Vahvista suostumuksesi",
        ", de, en, Confirm your consent"
    })
    void aPageSpeaksTheFormsLanguageOrElseTheBrowsers(String form, String browser, String lang, String title)
            throws Exception {
        FormSubmitted sent = FormSubmitted.newBuilder(
                        aino().asksToBeConfirmed(Scope.EMAIL).form())
                .setLanguage(form)
                .build();

        String page = send("GET", asked(sent), "Accept-Language", browser).body();

        assertThat(page).contains("<html lang=\"" + lang + "\">", "<h1>" + title + "</h1>");
    }

    @Test
    void aPageForAMobileConsentSaysSo() throws Exception {
        String link = asked(aino().asksToBeConfirmed(Scope.MOBILE).form());

        assertThat(send("GET", link).body()).contains("tekstiviestillä").doesNotContain("358401234567");
        assertThat(send("POST", link).body()).contains("tekstiviestillä");
        assertThat(confirmed().getContactPointId()).isEqualTo(People.AINO_PHONE);
    }

    @Test
    void whatTheFormSaidIsEscaped() throws Exception {
        FormSubmitted form = aino().asksToBeConfirmed(Scope.EMAIL).form();
        form.getStatements().get(0).put("wording", "<script>alert('&')</script>");

        assertThat(send("GET", asked(form)).body())
                .contains("&lt;script&gt;alert('&amp;')&lt;/script&gt;")
                .doesNotContain("<script");
    }

    @Test
    void aConfirmationThatCannotBeRecordedIsNoThankYou() throws Exception {
        String link = asked(aino().asksToBeConfirmed(Scope.EMAIL).form());
        door.outcome = CompletableFuture.failedFuture(
                ProblemException.unavailable("It could not be recorded now.", Duration.ofSeconds(5)));

        HttpResponse<String> page = send("POST", link, "Accept", "text/html");

        assertThat(page.statusCode()).isEqualTo(503);
        assertThat(page.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(page.body()).doesNotContain("vahvistettu", "confirmed");
    }

    @Test
    void anotherInstanceThanTheOneThatKeepsItLetsThatAnswer(@TempDir Path directory) throws Exception {
        String link = asked(aino().asksToBeConfirmed(Scope.EMAIL).form());
        try (ConsentDriver empty = new ConsentDriver(directory.resolve("empty"));
                OpenDoor other = open(directory, new Instance(empty), 0)) {
            others.add(new HostInfo(door.url().getHost(), door.url().getPort()));

            HttpResponse<String> shown = other.send("GET", link, "");
            assertThat(shown.statusCode()).isEqualTo(200);
            assertThat(shown.body()).contains("<button>");
            assertThat(shown.headers().firstValue("Content-Security-Policy")).isPresent();
            assertThat(shown.headers().firstValue("Content-Type")).hasValue("text/html;charset=utf-8");
            assertThat(door.written).isEmpty();

            assertThat(other.send("POST", link, "").statusCode()).isEqualTo(200);
            assertThat(door.written).hasSize(1);
            assertThat(other.written).isEmpty();

            stream.says(confirmed());
            assertThat(other.send("POST", link, "").statusCode()).isEqualTo(410);
            assertThat(other.send("GET", "/confirm/" + "A".repeat(43), "", "Accept-Language", "sv")
                            .body())
                    .contains("Länken är okänd");
        }
    }

    @Test
    void whoComesTooOftenIsToldWhenToComeAgain(@TempDir Path directory) throws Exception {
        try (OpenDoor narrow = open(directory, new Instance(), 1)) {
            assertThat(narrow.send("GET", "/confirm/x", "").statusCode()).isEqualTo(404);
            HttpResponse<String> refused = narrow.send("GET", "/confirm/x", "");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("60");
        }
    }

    /** The link is dead for reading and for pressing, and both say what to do. */
    private void dead(String link) throws Exception {
        int before = door.written.size();
        for (String method : List.of("GET", "POST")) {
            HttpResponse<String> page = send(method, link);
            assertThat(page.statusCode()).isEqualTo(410);
            assertThat(page.body()).contains("Linkki ei ole enää voimassa", "täytä lomake uudelleen");
        }
        assertThat(door.written).hasSize(before);
    }

    private void unknown(String link) throws Exception {
        for (String method : List.of("GET", "POST")) {
            HttpResponse<String> page = send(method, link, "Accept-Language", "en");
            assertThat(page.statusCode()).isEqualTo(404);
            assertThat(page.body()).contains("This link is not known", "fill in the form again");
        }
        assertThat(door.written).isEmpty();
    }

    /** Sends the form in, and gives the path of the link that goes out for it. */
    private String asked(FormSubmitted form) {
        stream.sends(form);
        List<CampaignMessage> messages = stream.values(Topics.CAMPAIGN_MESSAGES);
        assertThat(messages).hasSize(1);
        return URI.create(messages.get(0).getPersonal().getParameters().get("confirmUrl"))
                .getPath();
    }

    private ConsentChanged pending() {
        return stream.values(Topics.CONSENT_CHANGES).get(0);
    }

    private ConsentChanged confirmed() {
        return (ConsentChanged) door.written.get(0).event();
    }

    private ConsentStatus status() {
        return Subjects.consents(stream.state(AINO))
                .standing(fi.lupa.permission.Scope.EMAIL, AINO_EMAIL, clock.at)
                .status();
    }

    private HttpResponse<String> send(String method, String path, String... headers) throws Exception {
        return door.send(method, path, "", headers);
    }

    /** An instance that holds what a topology keeps. */
    private final class Instance extends OnlyInstance {

        private final HttpClient client = HttpClient.newHttpClient();
        private final ConsentDriver held;

        Instance() {
            this(stream);
        }

        Instance(ConsentDriver held) {
            this.held = held;
        }

        @Override
        public List<HostInfo> othersWith(String store) {
            return others;
        }

        @Override
        @SuppressWarnings("unchecked") // the door reads this one store
        public <S, R> R read(String store, QueryableStoreType<S> type, Function<S, R> reading) {
            return reading.apply((S) held.confirmations());
        }

        @Override
        public CompletableFuture<HttpResponse<byte[]>> ask(Context ctx, HostInfo holder, byte[] body) {
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create("http://" + holder.host() + ":" + holder.port() + ctx.path()))
                    .header(Relays.HEADER, OpenDoor.RELAYS.token(ctx))
                    .method(ctx.method().name(), BodyPublishers.ofByteArray(body));
            Optional.ofNullable(ctx.header(Header.ACCEPT_LANGUAGE))
                    .ifPresent(languages -> request.header(Header.ACCEPT_LANGUAGE, languages));
            return client.sendAsync(request.build(), BodyHandlers.ofByteArray());
        }
    }
}
