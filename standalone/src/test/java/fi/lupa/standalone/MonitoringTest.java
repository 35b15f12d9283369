package fi.lupa.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever is woken by an alert finds a page for it, and every page is of an alert. */
class MonitoringTest {

    @Test
    void everyAlertHasAPageAndEveryPageAnAlert() throws IOException {
        List<String> alerts = Monitoring.alerts().stream()
                .map(alert -> alert.path("alert").asText())
                .toList();
        try (Stream<Path> pages = Files.list(Monitoring.DOCS.resolve("runbook"))) {
            assertThat(pages.map(page -> page.getFileName().toString().replace(".md", "")))
                    .containsExactlyInAnyOrderElementsOf(alerts);
        }
        assertThat(Monitoring.alerts())
                .allSatisfy(alert -> assertThat(alert.at("/annotations/runbook").asText())
                        .isEqualTo("docs/runbook/" + alert.path("alert").asText() + ".md"));
        assertThat(Monitoring.text(Monitoring.DOCS.resolve("operations.md"))).contains(alerts);
    }
}
