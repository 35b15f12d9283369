package fi.lupa.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.campaign.routing.Heard;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;

/** The verdict of the checker, a process of its own that reads the topics. */
final class Proof {

    /** Milliseconds from the answer to a no to the last message that may still be cleared against it, whatever has happened. */
    private static final long BOUND = Heard.AT_MOST.plusSeconds(2).toMillis();

    private static final int PATIENCE_SECONDS = 120;

    private Proof() {}

    /** Fails with the checker's words unless every promise of the journal was kept; else they go to the test's output. */
    static void of(TestInstallation lupa, Path journal, Path folder) throws IOException, InterruptedException {
        of(lupa, journal, folder, PATIENCE_SECONDS);
    }

    /** @param patienceSeconds until when what is under way may come to its end */
    static void of(TestInstallation lupa, Path journal, Path folder, int patienceSeconds)
            throws IOException, InterruptedException {
        Path verdict = folder.resolve("verdict.txt");
        int exitCode = new ProcessBuilder(
                        ServiceUnderFire.JAVA.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "fi.lupa.checker.Checker",
                        lupa.brokers(),
                        lupa.registry(),
                        lupa.prefix(),
                        journal.toString(),
                        Long.toString(BOUND),
                        Integer.toString(patienceSeconds))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(verdict.toFile()))
                .start()
                .waitFor();
        System.out.println(Files.readString(verdict));
        assertThat(exitCode).as(Files.readString(verdict)).isZero();
    }
}
