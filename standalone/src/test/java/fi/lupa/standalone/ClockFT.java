package fi.lupa.standalone;

import static fi.lupa.standalone.UnderFire.awaitTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Clocks of machines that are set while services run there. */
class ClockFT {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final int WRONG_SECONDS = 15;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void byAnHourEitherWayNothingIsSaidEarlierOrLaterThanItWas() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("clocks", folder)) {
            UnderFire.proveThrough(
                    all -> {
                        for (ServiceUnderFire service : all.services()) {
                            for (Duration ahead : List.of(HOUR, HOUR.negated())) {
                                service.clockIsOffBy(ahead);
                                TimeUnit.SECONDS.sleep(WRONG_SECONDS);
                                all.goesOn();
                                service.clockIsOffBy(Duration.ZERO);
                                all.goesOn();
                            }
                        }
                    },
                    lupa,
                    folder);
        }
    }

    @Test
    void aServiceThatStartsWithAWrongClockSoonGoesByKafkas() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("wrong", folder)) {
            UnderFire.proveThrough(
                    all -> {
                        for (ServiceUnderFire service : all.services()) {
                            service.clockIsOffBy(HOUR);
                            service.kill();
                            awaitTrue(service::isReady);
                            all.goesOn();
                            service.clockIsOffBy(Duration.ZERO);
                        }
                    },
                    lupa,
                    folder);
        }
    }
}
