package fi.lupa.edge.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes of their own, told to stop. */
class ProcessEndTest {

    /** What runs often ends by its own choice as soon as it is closed, before the closing itself is over. */
    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void whoIsToldToStopEndsAsItChoseAndNotByTheSignal(int exitCode) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Told.class.getName(),
                        String.valueOf(exitCode))
                .start();
        try {
            assertThat(process.getInputStream().read()).isEqualTo('r');
            process.destroy();

            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(exitCode);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Runs until it is closed, and then ends with the exit code given. */
    static final class Told {

        public static void main(String[] args) throws InterruptedException {
            CountDownLatch closed = new CountDownLatch(1);
            ProcessEnd.closes("told", () -> {
                closed.countDown();
                try {
                    TimeUnit.MILLISECONDS.sleep(500);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            System.out.print("ready");
            System.out.flush();
            closed.await();
            ProcessEnd.with(Integer.parseInt(args[0]));
        }
    }
}
