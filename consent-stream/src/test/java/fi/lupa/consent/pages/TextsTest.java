package fi.lupa.consent.pages;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.edge.http.Negotiation;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TextsTest {

    private static final Path RESOURCES = Path.of("src/main/resources/fi/lupa/consent/pages");

    private static final Pattern PLACE = Pattern.compile("%(\\d\\$)?s");

    static List<String> kinds() throws IOException {
        try (Stream<Path> files = Files.list(RESOURCES)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("_en.properties"))
                    .map(name -> name.substring(0, name.indexOf('_')))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aPageSaysTheSameInEveryLanguage(String kind) throws IOException {
        Properties english = texts(kind, Locale.ENGLISH);
        for (Locale language : Negotiation.LANGUAGES) {
            Properties texts = texts(kind, language);
            assertThat(texts.stringPropertyNames())
                    .as("keys of %s_%s", kind, language)
                    .containsExactlyInAnyOrderElementsOf(english.stringPropertyNames());
            for (String key : texts.stringPropertyNames()) {
                assertThat(texts.getProperty(key)).as(key).isNotBlank();
                assertThat(places(texts.getProperty(key)))
                        .as("values in %s of %s_%s", key, kind, language)
                        .isEqualTo(places(english.getProperty(key)));
            }
        }
    }

    private static long places(String text) {
        return PLACE.matcher(text).results().count();
    }

    private static Properties texts(String kind, Locale language) throws IOException {
        Properties texts = new Properties();
        try (InputStream in = Files.newInputStream(RESOURCES.resolve(kind + "_" + language + ".properties"))) {
            texts.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        }
        return texts;
    }
}
