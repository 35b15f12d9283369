package fi.lupa.standalone.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** What was measured takes its place in the page that tells of it, and in a chart. */
class PageTest {

    @TempDir
    private Path folder;

    @Test
    void whatWasMeasuredReplacesWhatWasMeasuredBefore() throws Exception {
        Path page = folder.resolve("performance.md");
        Files.writeString(page, "Before.\n<!-- written by ./lupa bench -->\nold\n<!-- until here -->\nAfter.\n");

        Page.in(folder).write("new\n", "<svg/>");
        Page.in(folder).write("newer\n", "<svg/>");

        assertThat(page).content().contains("Before.", "\nnewer\n", "After.").doesNotContain("old", "new\n```");
        assertThat(folder.resolve("performance.svg")).hasContent("<svg/>");
    }

    @Test
    void aPageWithoutAPlaceForItIsRefused() throws Exception {
        Files.writeString(folder.resolve("performance.md"), "Words.\n");
        assertThatIOException()
                .isThrownBy(() -> Page.in(folder))
                .withMessageContaining("has no lines '<!-- written by ./lupa bench -->' and '<!-- until here -->'");
    }

    @Test
    void theRepositorysPageHasAPlaceForIt() throws Exception {
        assertThat(Page.in(Path.of("..", "docs"))).isNotNull();
    }

    @Test
    void everyWayToRouteHasARowAndABar() throws Exception {
        Map<Phase, Measured> measured = new EnumMap<>(Phase.class);
        measured.put(Phase.MESSAGE_COPY, measured(100));
        measured.put(Phase.ROUTING, measured(200));
        Measured asking = measured(400).with(Duration.ZERO, Duration.ofMillis(1));
        Report report = new Report(List.of(new Round(measured, Map.of("a < b & c", asking), List.of(), List.of())));

        assertThat(report.toString())
                .contains("client + broker + server")
                .containsPattern("a < b & c .* 1\\.0 \\+ 1\\.0 \\+ 1\\.0 = 3\\.0 +0\\.25, 1\\.5");
        assertThat(report.shares())
                .containsExactly(Map.entry("Lupa: " + Phase.ROUTING.title(), 0.5), Map.entry("a < b & c", 0.25));
        NodeList bars = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(Chart.of(report.shares()))))
                .getElementsByTagName("rect");
        assertThat(bars.getLength()).isEqualTo(3);
        assertThat(bars.item(1).getAttributes().getNamedItem("width").getTextContent())
                .isEqualTo("210");
    }

    private static Measured measured(long millis) {
        return new Measured(1_000, Duration.ofMillis(millis), Duration.ofMillis(1), Duration.ofMillis(1));
    }
}
