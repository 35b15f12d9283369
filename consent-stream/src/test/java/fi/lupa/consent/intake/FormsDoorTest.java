package fi.lupa.consent.intake;

import static fi.lupa.consent.People.AINO_EMAIL;
import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.NOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.consent.People;
import fi.lupa.consent.identity.FormIdentity;
import fi.lupa.consent.topology.FormStatements;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.http.RateLimit;
import fi.lupa.event.Collection;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topics;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The website's door over HTTP: what it takes, what it refuses, and that it answers 202 for what is on disk alone. */
class FormsDoorTest {

    private static final String NEWSLETTER = "/v1/forms/newsletter";
    private static final String JSON = "application/json";
    private static final String ENCODED = "application/x-www-form-urlencoded";
    private static final String SITE = "https://www.example.fi";
    private static final String AINO_TICKS = "sähköposti=" + encoded("aino@example.fi") + "&tilaan=on";

    /** Far more than the tests send, but for the one that sends too many. */
    private static final int PER_MINUTE = 1_000;

    private static final RateLimit LIMIT = new RateLimit(PER_MINUTE, OpenDoor.AT_NOON);

    private static OpenDoor door;

    @BeforeAll
    static void open(@TempDir Path directory) throws IOException {
        FormDeclarations forms = FormReaderTest.forms();
        door = new OpenDoor(
                directory,
                (access, writer) ->
                        routes -> new FormsDoor(forms, access, IDS, writer, People.RECEIPTS, LIMIT, OpenDoor.AT_NOON)
                                .mount(routes));
    }

    @AfterAll
    static void close() {
        door.close();
    }

    @BeforeEach
    void forget() {
        door.written.clear();
        door.outcome = CompletableFuture.completedFuture(null);
    }

    @Test
    void aFormIsAnsweredWithWhatWasUnderstoodOfIt() throws Exception {
        HttpResponse<String> answer = post(
                JSON, "{\"sähköposti\": \" Aino@EXAMPLE.fi \", \"tilaan\": true, \"_language\": \"en\", \"shoe\": 42}");

        assertThat(answer.statusCode()).isEqualTo(202);
        FormSubmitted form = written();
        JsonNode receipt = Json.MAPPER.readTree(answer.body());
        assertThat(receipt.path("eventId").asText()).isEqualTo(form.getEventId().toString());
        assertThat(receipt.path("formId").asText()).isEqualTo("newsletter");
        assertThat(receipt.path("occurredAt").asText()).isEqualTo(NOON.toString());
        assertThat(receipt.path("identifiers").toString()).isEqualTo("{\"email\":\"aino@example.fi\"}");
        assertThat(receipt.path("statements").toString())
                .isEqualTo(
                        "[{\"scope\":\"EMAIL\",\"topic\":null,\"will\":\"GRANT\",\"wording\":\"You may send me the newsletter\","
                                + "\"awaitsConfirmation\":false,\"receipt\":\""
                                + receiptOf(form) + "\"}]");
        assertThat(receipt.path("keptFields").toString()).isEqualTo("[\"shoe\"]");
        assertThat(header(answer, "Location")).isEqualTo("/v1/forms/submissions/" + form.getEventId());
        assertThat(door.written).singleElement().satisfies(written -> {
            assertThat(written.topic()).isEqualTo(Topics.FORMS_INBOX);
            assertThat(written.key()).isEqualTo(AINO_EMAIL);
        });
    }

    /** Where the first statement of a form is shown once it is folded. */
    private static String receiptOf(FormSubmitted form) {
        ConsentChanged said =
                FormStatements.of(form, FormIdentity.of(form, IDS)).get(0);
        return People.RECEIPTS.of(said).toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, ENCODED, "multipart/form-data; boundary=edge"})
    void aFormIsTakenWhicheverWayItIsPosted(String type) throws Exception {
        Map<String, String> fields =
                Map.of("sähköposti", "aino@example.fi", "tilaan", "yes", "comment", "Hyvää päivää!");
        String body =
                switch (type) {
                    case JSON -> Json.MAPPER.writeValueAsString(fields);
                    case ENCODED ->
                        fields.entrySet().stream()
                                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                                .collect(Collectors.joining("&"));
                    default ->
                        fields.entrySet().stream()
                                        .map(field -> part(field.getKey(), "", field.getValue()))
                                        .collect(Collectors.joining())
                                + "--edge--\r\n";
                };

        assertThat(post(type, body).statusCode()).isEqualTo(202);

        FormSubmitted form = written();
        assertThat(form.getPersonal().getEmail()).isEqualTo("aino@example.fi");
        assertThat(form.getPersonal().getFields()).containsExactly(Map.entry("comment", "Hyvää päivää!"));
        assertThat(form.getStatements()).singleElement().satisfies(said -> {
            assertThat(said.getScope()).isEqualTo(Scope.EMAIL);
            assertThat(said.getWill()).isEqualTo(Will.GRANT);
        });
        assertThat(form.getCollection()).isEqualTo(Collection.WEBSITE_SERVER);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true|1",
                "\"on\"|1",
                "[\"on\"]|1",
                "1|1", // ticked
                "false|0",
                "null|0",
                "[]|0" // not
            })
    void jsonTicksABoxInItsOwnWays(String value, int statements) throws Exception {
        assertThat(post(JSON, "{\"sähköposti\": \"aino@example.fi\", \"tilaan\": " + value + "}")
                        .statusCode())
                .isEqualTo(202);
        assertThat(written().getStatements()).hasSize(statements);
    }

    @Test
    void jsonOfManyLayersIsKeptAsItIs() throws Exception {
        post(JSON, "{\"sähköposti\": \"aino@example.fi\", \"cart\": {\"lines\": [1, 2]}, \"sizes\": [\"M\", [\"L\"]]}");

        assertThat(written().getPersonal().getFields())
                .containsOnly(Map.entry("cart", "{\"lines\":[1,2]}"), Map.entry("sizes", "M\n[\"L\"]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json|''|The body is empty.",
                "application/json|{}|The body is empty.",
                "application/json|[1]|The body is JSON, but not an object of fields.",
                "application/json|{\"sähköposti\":|The body cannot be read as JSON from line 1",
                "application/json|{\"tilaan\": true, \"tilaan\": false}|The body cannot be read as JSON from line 1",
                "application/x-www-form-urlencoded|''|The body is empty.",
                "multipart/form-data; boundary=edge|--edge--|The body is empty."
            })
    void aBodyThatIsNoFormIsRefused(String type, String body, String says) throws Exception {
        refused(post(type, body), 400, says);
    }

    @Test
    void everyFaultIsAnsweredAtOnce() throws Exception {
        HttpResponse<String> answer = post(ENCODED, "tilaan=maybe&_language=suomi&_occurredAt=now&_eventId=1");

        assertThat(Json.MAPPER.readTree(answer.body()).path("faults").findValuesAsText("field"))
                .containsExactlyInAnyOrder("sähköposti", "tilaan", "_language", "_occurredAt", "_eventId");
        refused(answer, 400, "faults; correct them");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/jsonx"})
    void aBodyOfAnotherKindIsRefused(String type) throws Exception {
        refused(post(type, AINO_TICKS), 415, "A form is posted as application/json");
    }

    @Test
    void aBodyOfNoKindIsRefused() throws Exception {
        refused(door.send("POST", NEWSLETTER, AINO_TICKS, "Authorization", "Bearer site-key"), 415, "posted as");
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, ENCODED, "multipart/form-data; boundary=edge"})
    void aBodyOfTenMegabytesIsRefused(String type) throws Exception {
        String ten = "x".repeat(10 * 1024 * 1024);
        String body = type.startsWith("multipart") ? part("x", "", ten) + "--edge--" : ten;

        refused(post(type, body), 413, "longer than");
    }

    @Test
    void aFormOfMoreFieldsThanAnybodyFillsInIsRefused() throws Exception {
        String fields = IntStream.range(0, 498).mapToObj(i -> "&f" + i + "=x").collect(Collectors.joining());

        assertThat(post(ENCODED, AINO_TICKS + fields).statusCode()).isEqualTo(202);
        forget();
        refused(post(ENCODED, AINO_TICKS + fields + "&one=more"), 400, "more than 500 fields");
    }

    @Test
    void aFileIsRefusedAndAnEmptyOneIsNone() throws Exception {
        String type = "multipart/form-data; boundary=edge";
        String email = part("sähköposti", "", "aino@example.fi");

        refused(
                post(type, email + part("cv", "; filename=\"aino.pdf\"", "%PDF") + "--edge--\r\n"),
                400,
                "forms carry text only");
        assertThat(post(type, email + part("cv", "; filename=\"\"", "") + "--edge--\r\n")
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void anUnknownFormIsNotThere() throws Exception {
        refused(
                door.send("POST", "/v1/forms/survey", AINO_TICKS, "Authorization", "Bearer site-key"),
                404,
                "No form of this id is declared.");
    }

    @ParameterizedTest
    @CsvSource({
        ", 401",
        "Bearer nobodys-key, 401",
        "Basic site-key, 401",
        "Bearer operator-key, 403",
        "Bearer campaign-key, 403",
        "Bearer shop-key, 403"
    })
    void onlyAKeyToTheFormPublishesIt(String authorization, int status) throws Exception {
        HttpResponse<String> answer = authorization == null
                ? door.send("POST", NEWSLETTER, AINO_TICKS, "Content-Type", ENCODED)
                : door.send("POST", NEWSLETTER, AINO_TICKS, "Content-Type", ENCODED, "Authorization", authorization);

        refused(answer, status, status == 401 ? "A valid key or token is needed" : "may not");
        assertThat(answer.headers().firstValue("WWW-Authenticate").isPresent()).isEqualTo(status == 401);
    }

    @ParameterizedTest
    @CsvSource({"site-key, 202", "nobodys-key, 401", "shop-key, 403", "operator-key, 403"})
    void aPlainHtmlFormBringsItsKeyInAField(String key, int status) throws Exception {
        HttpResponse<String> answer =
                door.send("POST", NEWSLETTER, AINO_TICKS + "&_key=" + key, "Content-Type", ENCODED, "Origin", SITE);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(door.written).hasSize(status == 202 ? 1 : 0);
    }

    @Test
    void aDeclaredSitesPageMayPostAndReadTheAnswer() throws Exception {
        HttpResponse<String> answer = postFrom(SITE, AINO_TICKS);

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo(SITE);
        assertThat(header(answer, "Vary")).isEqualTo("Origin");
        assertThat(header(answer, "Access-Control-Expose-Headers")).contains("Location", "Retry-After");
        assertThat(written().getCollection()).isEqualTo(Collection.WEB_FORM);
        assertThat(header(postFrom(SITE, "tilaan=on"), "Access-Control-Allow-Origin"))
                .as("a page must be able to show what is wrong, too")
                .isEqualTo(SITE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://www.example.fi.evil.example",
                "http://www.example.fi",
                "https://www.example.fi:8443",
                "https://example.fi",
                "null"
            })
    void anotherSitesPageMayNot(String origin) throws Exception {
        HttpResponse<String> answer = postFrom(origin, AINO_TICKS);

        refused(answer, 403, "not published on this site");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertThat(preflight(origin).statusCode()).isEqualTo(403);
    }

    @Test
    void aPreflightIsAnsweredForADeclaredSite() throws Exception {
        HttpResponse<String> answer = preflight(SITE);

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo(SITE);
        assertThat(header(answer, "Access-Control-Allow-Methods")).isEqualTo("POST");
        assertThat(header(answer, "Access-Control-Allow-Headers"))
                .contains("Authorization", "Content-Type", "Idempotency-Key");
    }

    @Test
    void theCallersKeyMakesASecondTryTheSameSubmission() throws Exception {
        String id = "7b1d6a52-2f0b-4c56-8a10-5f2f4a1d9e00";

        HttpResponse<String> answer = door.send(
                "POST",
                NEWSLETTER,
                AINO_TICKS,
                "Content-Type",
                ENCODED,
                "Authorization",
                "Bearer site-key",
                "Idempotency-Key",
                id);

        assertThat(header(answer, "Location")).isEqualTo("/v1/forms/submissions/" + id);
        assertThat(written().getEventId()).hasToString(id);
    }

    @Test
    void aWriteThatFailsIsNeverAccepted() throws Exception {
        door.outcome = CompletableFuture.failedFuture(
                ProblemException.unavailable("It could not be recorded now.", Duration.ofSeconds(5)));

        HttpResponse<String> answer = post(ENCODED, AINO_TICKS);

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(header(answer, "Retry-After")).isEqualTo("5");
        assertThat(header(answer, "Content-Type")).startsWith("application/problem+json");
        assertThat(answer.headers().firstValue("Location")).isEmpty();
        assertThat(answer.body()).contains("It could not be recorded now.").doesNotContain("aino");
    }

    @Test
    void aWriteThatFailsIsAPageOfItsOwnForABrowser() throws Exception {
        door.outcome = CompletableFuture.failedFuture(
                ProblemException.unavailable("It could not be recorded now.", Duration.ofSeconds(5)));

        HttpResponse<String> page = browse(AINO_TICKS);

        assertThat(page.statusCode()).isEqualTo(503);
        assertThat(page.body()).contains("It could not be recorded now.").doesNotContain("Thank you", "Kiitos");
    }

    @Test
    void noAnswerComesBeforeTheWrite() throws Exception {
        door.outcome = new CompletableFuture<>();

        CompletableFuture<HttpResponse<String>> answer = door.sendAsync(
                "POST",
                NEWSLETTER,
                AINO_TICKS.getBytes(UTF_8),
                "Content-Type",
                ENCODED,
                "Authorization",
                "Bearer site-key");
        while (door.written.isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        TimeUnit.MILLISECONDS.sleep(100);

        assertThat(answer).isNotDone();
        door.outcome.complete(null);
        assertThat(answer.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
    }

    @ParameterizedTest
    @CsvSource({
        "fi, Kiitos, Minulle &lt;b&gt;saa&lt;/b&gt; lähettää \"uutiskirjeen\" &amp; muuta",
        "en, Thank you, You may send me the newsletter",
        "sv, Tack, Minulle &lt;b&gt;saa&lt;/b&gt; lähettää \"uutiskirjeen\" &amp; muuta"
    })
    void aBrowserReadsAPageInTheFormsLanguage(String language, String thanks, String wording) throws Exception {
        HttpResponse<String> page =
                browse(AINO_TICKS + "&_language=" + language + "&comment=" + encoded("<script>alert(1)</script>"));

        assertThat(page.statusCode()).isEqualTo(202);
        assertThat(header(page, "Content-Type")).isEqualToIgnoringCase("text/html;charset=utf-8");
        assertThat(header(page, "Content-Security-Policy")).startsWith("default-src 'none'");
        assertThat(header(page, "Location")).endsWith(written().getEventId().toString());
        assertThat(page.body())
                .contains("<html lang=\"" + language + "\">", thanks, wording)
                .contains(written().getEventId().toString())
                .doesNotContain("<b>", "<script>", "aino");
    }

    @Test
    void aBrowserReadsThatNothingWasSaidOrThatItWaits() throws Exception {
        assertThat(browse("sähköposti=" + encoded("aino@example.fi")).body())
                .contains("Nothing was said about marketing, and nothing was changed.");
        assertThat(door.send(
                                "POST",
                                "/v1/forms/club",
                                "email=" + encoded("aino@example.fi") + "&email_ok=true&_language=fi",
                                "Content-Type",
                                ENCODED,
                                "Authorization",
                                "Bearer site-key",
                                "Accept",
                                "text/html")
                        .body())
                .contains("Sähköpostia saa lähettää (voimassa, kun olet vahvistanut sen)");
    }

    @Test
    void aBrowserReadsItsFaultsEscaped() throws Exception {
        HttpResponse<String> page = browse("tilaan=" + encoded("<script>") + "&_language=" + encoded("\"><script>"));

        assertThat(page.statusCode()).isEqualTo(400);
        assertThat(page.body()).contains("sähköposti", "tilaan").doesNotContain("<script>");
    }

    /** What a person may get wrong is told in their language, whichever fault it is. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name=Aino",
                "email=aino",
                "email=ai no@example.fi",
                "email=aino@example",
                "email=LONG@example.fi",
                "email=aino@example.fi&phone=call me",
                "email=aino@example.fi&phone=+358 1",
                "email=aino@example.fi&phone=04012345x6",
                "email=aino@example.fi&number=LONG",
                "phone=0401234567&email_ok=true",
                "email=aino@example.fi&mobile_ok=true"
            })
    void aPersonReadsTheirFaultsInTheirLanguage(String written) throws Exception {
        String body = written.replace(" ", "%20").replace("+", "%2B").replace("LONG", "x".repeat(130));
        JsonNode faults =
                Json.MAPPER.readTree(registration(body, "Accept", JSON).body()).path("faults");
        assertThat(faults).isNotEmpty();
        String english = registration(body, "Accept", "text/html").body();
        for (String language : List.of("fi", "sv")) {
            String page = registration(body, "Accept", "text/html", "Accept-Language", language)
                    .body();
            assertThat(page).contains("<html lang=\"" + language + "\">");
            faults.forEach(fault -> {
                String told = fault.path("detail").asText();
                assertThat(english).contains(told);
                assertThat(page).doesNotContain(told);
            });
        }
        assertThat(door.written).isEmpty();
    }

    private static HttpResponse<String> registration(String body, String... headers) throws Exception {
        List<String> all = new ArrayList<>(List.of("Content-Type", ENCODED, "Authorization", "Bearer site-key"));
        all.addAll(List.of(headers));
        return door.send("POST", "/v1/forms/registration", body, all.toArray(String[]::new));
    }

    /** Else a name would be kept with holes where its letters were, for good. */
    @ParameterizedTest
    @ValueSource(strings = {"sähköposti=aino%40example.fi&name=J%E4rvinen", "sähköposti=aino%40example.fi&n%E4me=x"})
    void aFormInAnotherCharacterSetThanItSaysIsRefused(String body) throws Exception {
        refused(post(ENCODED, body), 400, "Post it as UTF-8.");
    }

    /** Pasted from a letter that was misread elsewhere, it is text like any other. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/x-www-form-urlencoded|sähköposti=aino%40example.fi&wish=caf%EF%BF%BD",
                "application/json|{\"sähköposti\": \"aino@example.fi\", \"wish\": \"caf\\ufffd\"}"
            })
    void theSignOfWhatWasMisreadElsewhereIsTaken(String type, String body) throws Exception {
        assertThat(post(type, body).statusCode()).isEqualTo(202);
        assertThat(written().getPersonal().getFields()).containsEntry("wish", "caf\uFFFD");
    }

    @Test
    void jsonMayBeginWithAByteOrderMark() throws Exception {
        assertThat(post(JSON, "\uFEFF{\"sähköposti\": \"aino@example.fi\"}").statusCode())
                .isEqualTo(202);
    }

    @Test
    void whoSendsTooManyIsToldWhenToComeAgain(@TempDir Path directory) throws Exception {
        FormDeclarations forms = FormReaderTest.forms();
        RateLimit one = new RateLimit(1, OpenDoor.AT_NOON);
        try (OpenDoor narrow = new OpenDoor(
                directory,
                (access, writer) ->
                        routes -> new FormsDoor(forms, access, IDS, writer, People.RECEIPTS, one, OpenDoor.AT_NOON)
                                .mount(routes))) {
            String[] headers = {"Content-Type", ENCODED, "Authorization", "Bearer site-key"};
            assertThat(narrow.send("POST", NEWSLETTER, AINO_TICKS, headers).statusCode())
                    .isEqualTo(202);
            HttpResponse<String> refused = narrow.send("POST", NEWSLETTER, AINO_TICKS, headers);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).contains("60");
            assertThat(narrow.written).hasSize(1);
        }
    }

    private static HttpResponse<String> post(String type, String body) throws Exception {
        return door.send("POST", NEWSLETTER, body, "Content-Type", type, "Authorization", "Bearer site-key");
    }

    private static HttpResponse<String> postFrom(String origin, String body) throws Exception {
        return door.send(
                "POST",
                NEWSLETTER,
                body,
                "Content-Type",
                ENCODED,
                "Authorization",
                "Bearer site-key",
                "Origin",
                origin);
    }

    private static HttpResponse<String> browse(String body) throws Exception {
        return door.send(
                "POST",
                NEWSLETTER,
                body + "&_key=site-key",
                "Content-Type",
                ENCODED,
                "Origin",
                SITE,
                "Accept",
                "text/html,application/xhtml+xml,*/*;q=0.8");
    }

    private static HttpResponse<String> preflight(String origin) throws Exception {
        return door.send(
                "OPTIONS",
                NEWSLETTER,
                "",
                "Origin",
                origin,
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "authorization");
    }

    private static void refused(HttpResponse<String> answer, int status, String says) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(header(answer, "Content-Type")).startsWith("application/problem+json");
        assertThat(answer.body()).contains(says);
        assertThat(door.written).isEmpty();
    }

    private static FormSubmitted written() {
        assertThat(door.written).hasSize(1);
        return (FormSubmitted) door.written.get(0).event();
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse(null);
    }

    private static String part(String name, String more, String value) {
        return "--edge\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n\r\n%s\r\n".formatted(name, more, value);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }
}
