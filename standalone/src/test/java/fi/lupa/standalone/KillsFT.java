package fi.lupa.standalone;

import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Services that are killed in the middle of their work. */
class KillsFT {

    /** {@code -Dlupa.faults.kills=} */
    private static final int KILLS = Integer.getInteger("lupa.faults.kills", 20);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void whoeverIsKilledAtWhateverMomentNothingIsLostAndNothingSentThatShouldNotBe() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("kills", folder)) {
            UnderFire.proveThrough(KillsFT::kill, lupa, folder);
        }
    }

    private static void kill(UnderFire all) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(8);
        for (int kill = 0; kill < KILLS; kill++) {
            // Also while they start, restore and rebalance: they need not be ready.
            TimeUnit.MILLISECONDS.sleep(random.nextLong(500, 12_000));
            List<ServiceUnderFire> killed =
                    kill % 3 == 2 ? all.services() : all.services().subList(kill % 3, kill % 3 + 1);
            killed.forEach(ServiceUnderFire::kill);
        }
    }
}
