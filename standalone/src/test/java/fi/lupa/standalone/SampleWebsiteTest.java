package fi.lupa.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages ask exactly what {@code sample/forms.yaml} declares, in the words that it says were shown. */
class SampleWebsiteTest {

    private final SampleWebsite website = SampleWebsite.start(0, URI.create("http://127.0.0.1:8080"), "key\"><script>");

    @AfterEach
    void close() {
        website.close();
    }

    @ParameterizedTest
    @CsvSource({
        "newsletter, fi, /fi/uutiskirje",
        "newsletter, en, /en/newsletter",
        "newsletter-confirmed, fi, /fi/uutiskirje-vahvistaen",
        "newsletter-confirmed, en, /en/newsletter-confirmed",
        "registration, fi, /fi/rekisteroidy",
        "registration, en, /en/register"
    })
    void aFormAsksWhatItsDeclarationSays(String form, String language, String path) throws Exception {
        var page = get(path).body();
        var declared = declaration(form);

        assertThat(page)
                .contains("<html lang=\"" + language + "\">")
                .contains("action=\"http://127.0.0.1:8080/v1/forms/" + form + "\"")
                .contains("name=\"_language\" value=\"" + language + "\"")
                .contains("name=\"_key\" value=\"key&quot;>&lt;script>\"")
                .doesNotContain("${", "checked");
        var asked = found("name=\"([a-z][a-z_]*)\"(?! content)", page);
        asked.remove("viewport");
        var expected = new TreeSet<String>();
        declared.get("fields").fieldNames().forEachRemaining(expected::add);
        declared.get("statements").fieldNames().forEachRemaining(expected::add);
        assertThat(asked).isEqualTo(expected);
        for (var statement : declared.get("statements").properties()) {
            assertThat(page)
                    .containsPattern(Pattern.quote("name=\"" + statement.getKey() + "\" value=\"yes\"") + "[^>]*> "
                            + Pattern.quote(statement
                                    .getValue()
                                    .at("/wording/" + language)
                                    .asText())
                            + "</label>");
        }
    }

    @Test
    void everyInputHasALabel() throws Exception {
        for (var path : Set.of(
                "/fi/uutiskirje",
                "/en/newsletter",
                "/fi/uutiskirje-vahvistaen",
                "/en/newsletter-confirmed",
                "/fi/rekisteroidy",
                "/en/register")) {
            var page = get(path).body();
            assertThat(found("<input id=\"([a-z_]+)\"", page))
                    .isNotEmpty()
                    .isEqualTo(found("<label for=\"([a-z_]+)\"", page));
        }
    }

    @ParameterizedTest
    @CsvSource({"'fi-FI,fi;q=0.9', /fi", "'en', /en", "'sv', /en"})
    void theFirstPageSpeaksTheBrowsersLanguage(String accepted, String path) throws Exception {
        assertThat(get("/", "Accept-Language", accepted).headers().firstValue("Location"))
                .hasValue(path);
    }

    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        assertThat(get("/../forms.yaml").statusCode()).isEqualTo(404);
    }

    private static JsonNode declaration(String form) throws Exception {
        var yaml = new ObjectMapper(new YAMLFactory())
                .readTree(SampleWebsite.class.getResourceAsStream("/sample/forms.yaml"));
        for (var declared : yaml.get("forms")) {
            if (declared.get("id").asText().equals(form)) {
                return declared;
            }
        }
        throw new AssertionError(form);
    }

    private static Set<String> found(String pattern, String page) {
        return Pattern.compile(pattern)
                .matcher(page)
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(website.url().resolve(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }
}
