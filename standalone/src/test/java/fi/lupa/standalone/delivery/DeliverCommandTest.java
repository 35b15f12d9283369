package fi.lupa.standalone.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What the command refuses before it reads a message. */
class DeliverCommandTest {

    @Test
    void anotherMachineGetsNothingByHttpUnlessThatWasSaid() {
        StringWriter said = new StringWriter();
        int code = new CommandLine(new DeliverCommand())
                .setErr(new PrintWriter(said))
                .execute("--channel=mobile", "--to=http://192.0.2.1/in");
        assertThat(code).isEqualTo(2);
        assertThat(said.toString()).contains("name an https:// address, or give --without-tls");
    }

    /** Else the whole backlog would be dead letters before anybody looks. */
    @Test
    void aFolderWithoutTemplatesIsRefusedBeforeAMessageIsRead(@TempDir Path empty) {
        for (Path folder : List.of(empty, empty.resolve("none"))) {
            StringWriter said = new StringWriter();
            int code = new CommandLine(new DeliverCommand())
                    .setErr(new PrintWriter(said))
                    .execute(
                            "--channel=email",
                            "--to=smtp://127.0.0.1:25",
                            "--from=news@example.fi",
                            "--templates=" + folder);
            assertThat(code).isEqualTo(2);
            assertThat(said.toString()).contains("holds no template");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:9000/in, true",
        "http://localhost/in, true",
        "http://[::1]/in, true",
        "http://192.0.2.1/in, false",
        "http://127.0.0.1.nowhere.invalid/in, false"
    })
    void onlyLoopbackIsThisMachine(URI address, boolean here) {
        assertThat(DeliverCommand.isHere(address)).isEqualTo(here);
    }
}
