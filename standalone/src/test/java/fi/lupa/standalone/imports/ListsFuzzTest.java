package fi.lupa.standalone.imports;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.InRange;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import fi.lupa.edge.settings.InvalidSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a list holds, every row says something, says nothing or is refused, or the file is. */
class ListsFuzzTest {

    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private static Path folder;

    static Stream<Arguments> lists() {
        String mailchimp = """
                Email Address,First Name,CONFIRM_TIME
                a@example.com,"Aino ""A"" Ö",2024-01-02 10:00:00
                """;
        return IntStream.range(0, MappingYaml.SHIPPED.size())
                .mapToObj(mapping -> Arguments.of(mapping, mailchimp.getBytes(StandardCharsets.UTF_8)));
    }

    @MethodSource("lists")
    @FuzzTest(maxDuration = "1h")
    void aListIsReadOrRefused(@InRange(min = 0, max = 100) int mapping, byte @NotNull [] list) throws IOException {
        Path file = Files.write(folder.resolve("list.csv"), list);
        String shipped = MappingYaml.SHIPPED.get(mapping % MappingYaml.SHIPPED.size());
        try {
            assertThat(Lists.read(MappingYaml.load(shipped), file, true, THEN)).doesNotContainValue(null);
        } catch (InvalidSettings e) {
            assertThat(e.faults()).isNotEmpty();
        }
    }
}
