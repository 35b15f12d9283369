package fi.lupa.standalone;

import static fi.lupa.standalone.UnderFire.awaitTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clock of a machine that is set while services run there. */
class ClockFT {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final int WRONG_SECONDS = 15;
    private static final int RIGHT_SECONDS = 5;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void byAnHourEitherWayNothingIsSaidEarlierOrLaterThanItWas() throws Exception {
        prove("clocks", services -> {
            for (Duration ahead : List.of(HOUR, HOUR.negated())) {
                services.forEach(service -> service.clockIsOffBy(ahead));
                TimeUnit.SECONDS.sleep(WRONG_SECONDS);
                services.forEach(service -> service.clockIsOffBy(Duration.ZERO));
                TimeUnit.SECONDS.sleep(RIGHT_SECONDS);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1H", "PT-1H"})
    void servicesThatStartWithAWrongClockGoByKafkas(Duration ahead) throws Exception {
        prove(ahead.isNegative() ? "behind" : "ahead", services -> {
            for (ServiceUnderFire service : services) {
                service.clockIsOffBy(ahead);
                service.kill();
            }
            for (ServiceUnderFire service : services) {
                awaitTrue(service::isReady);
            }
            TimeUnit.SECONDS.sleep(WRONG_SECONDS);
            services.forEach(service -> service.clockIsOffBy(Duration.ZERO));
        });
    }

    private interface Trouble {
        void with(List<ServiceUnderFire> services) throws Exception;
    }

    private void prove(String name, Trouble trouble) throws Exception {
        try (TestInstallation lupa = TestInstallation.named(name, folder)) {
            UnderFire.proveThrough(all -> trouble.with(List.of(all.consent(), all.router())), lupa, folder);
        }
    }
}
