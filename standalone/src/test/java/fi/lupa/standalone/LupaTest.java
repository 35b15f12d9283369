package fi.lupa.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

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

    private int run(String... args) {
        return Lupa.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }
}
