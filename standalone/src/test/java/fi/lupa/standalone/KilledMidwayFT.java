package fi.lupa.standalone;

import fi.lupa.standalone.PeopleAndCampaigns.Deed;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Services that are killed while they do what takes more than one record: release what waited, launch, erase. */
class KilledMidwayFT {

    /** Milliseconds from the beginning. */
    private static final long[] AFTER = {0, 20, 100, 500};

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void whatWasBegunIsDoneAndOnce() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("midway", folder)) {
            UnderFire.proveThrough(
                    all -> {
                        killIn(Deed.RELEASE, AFTER[2], all, all.router());
                        for (long after : AFTER) {
                            killIn(Deed.LAUNCH, after, all, all.router());
                        }
                        for (long after : AFTER) {
                            killIn(Deed.ERASURE, after, all, all.consent());
                        }
                    },
                    lupa,
                    folder);
        }
    }

    private static void killIn(Deed deed, long after, UnderFire all, ServiceUnderFire service)
            throws InterruptedException {
        all.load().await(deed);
        TimeUnit.MILLISECONDS.sleep(after);
        service.kill();
        UnderFire.awaitTrue(all::isReady);
    }
}
