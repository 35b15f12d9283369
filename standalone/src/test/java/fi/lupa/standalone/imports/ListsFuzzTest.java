package fi.lupa.standalone.imports;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import fi.lupa.edge.settings.InvalidSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a list holds, every row says something, says nothing or is refused, or the file is. */
class ListsFuzzTest {

    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private static Path folder;

    @FuzzTest(maxDuration = "1h")
    void aListIsReadOrRefused(FuzzedDataProvider data) throws IOException {
        String mapping = data.pickValue(MappingYaml.SHIPPED);
        Path file = Files.write(folder.resolve("list.csv"), data.consumeRemainingAsBytes());
        try {
            assertThat(Lists.read(MappingYaml.load(mapping), file, true, THEN)).doesNotContainValue(null);
        } catch (InvalidSettings e) {
            assertThat(e.faults()).isNotEmpty();
        }
    }
}
