package fi.lupa.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What is given to whoever watches over Lupa: rules for alerts, a dashboard, and a page for each alert. */
final class Monitoring {

    static final Path DOCS = Path.of("..", "docs");

    private static final Pattern METRIC = Pattern.compile("\\b(lupa|jvm|process)_[a-z_]+\\b");

    private Monitoring() {}

    /** Every metric of the services that a rule or the dashboard asks for. */
    static String[] metrics() {
        return Stream.of("alerts.yml", "lupa-dashboard.json")
                .map(file -> text(DOCS.resolve("monitoring").resolve(file)))
                .flatMap(text -> METRIC.matcher(text).results())
                .map(MatchResult::group)
                .distinct()
                .toArray(String[]::new);
    }

    /** The rules. */
    static List<JsonNode> alerts() {
        try {
            JsonNode rules = new YAMLMapper().readTree(text(DOCS.resolve("monitoring/alerts.yml")));
            return StreamSupport.stream(rules.at("/groups/0/rules").spliterator(), false)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
