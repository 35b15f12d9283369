package fi.lupa.standalone;

import static fi.lupa.standalone.UnderFire.awaitTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The clock of a machine that is set while people speak to a service there. */
class ClockFT {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final int WRONG_SECONDS = 15;
    private static final int RIGHT_SECONDS = 5;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void byAnHourEitherWayNothingIsSaidEarlierOrLaterThanItWas() throws Exception {
        prove("clocks", consent -> {
            for (Duration ahead : List.of(HOUR, HOUR.negated())) {
                consent.clockIsOffBy(ahead);
                TimeUnit.SECONDS.sleep(WRONG_SECONDS);
                consent.clockIsOffBy(Duration.ZERO);
                TimeUnit.SECONDS.sleep(RIGHT_SECONDS);
            }
        });
    }

    @Test
    void aServiceThatStartsWithAWrongClockSoonGoesByKafkas() throws Exception {
        prove("wrong", consent -> {
            consent.clockIsOffBy(HOUR);
            consent.kill();
            awaitTrue(consent::isReady);
            TimeUnit.SECONDS.sleep(WRONG_SECONDS);
            consent.clockIsOffBy(Duration.ZERO);
        });
    }

    private interface Trouble {
        void with(ServiceUnderFire consent) throws Exception;
    }

    private void prove(String name, Trouble trouble) throws Exception {
        try (TestInstallation lupa = TestInstallation.named(name, folder)) {
            UnderFire.proveThrough(all -> trouble.with(all.consent()), lupa, folder);
        }
    }
}
