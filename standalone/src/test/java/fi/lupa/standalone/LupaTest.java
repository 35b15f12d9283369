package fi.lupa.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command's exit codes and what it says when it was not understood. */
class LupaTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpListsTheCommands() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).startsWith("Usage: lupa").contains("Commands:");
    }

    @Test
    void theVersionIsTold() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).startsWith("lupa ");
    }

    @Test
    void aMisspeltCommandIsAnsweredWithWhatWasMeant() {
        assertThat(run("halp")).isEqualTo(2);
        assertThat(err.toString()).contains("'halp'").contains("Did you mean: lupa help?");
    }

    @Test
    void aMisspeltFlagIsAnsweredWithWhatWasMeant() {
        assertThat(run("--versoin")).isEqualTo(2);
        assertThat(err.toString()).contains("Unknown option: '--versoin'").contains("--version");
    }

    @Test
    void noCommandIsAnsweredWithTheList() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).startsWith("Say what to do.").contains("Commands:");
    }

    @Test
    void whereNoBrokerAnswersItIsSaidInASentence() {
        assertThat(run("tail", "consent.state", "--bootstrap-servers=127.0.0.1:1", "--wait=1s"))
                .isEqualTo(1);
        assertThat(err.toString())
                .startsWith("No Kafka broker answers at 127.0.0.1:1.")
                .doesNotContain("\tat ");
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamed(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(run("keys", "--data=" + file.resolve("keys"))).isEqualTo(1);
        assertThat(err.toString()).startsWith("lupa: " + file).doesNotContain("\tat ");
    }

    private int run(String... args) {
        return Lupa.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }
}
