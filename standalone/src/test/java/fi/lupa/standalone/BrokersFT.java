package fi.lupa.standalone;

import static fi.lupa.standalone.UnderFire.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Three brokers, of which some go while everybody works. */
class BrokersFT {

    private static final int BROKERS = 3;

    /** Until what was under way when two brokers went has come to its end, one way or the other. */
    private static final int SETTLES_SECONDS = 10;

    private static final int AWAY_SECONDS = 5;
    private static final int DISK_MEGABYTES = 500;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void withoutOneBrokerAndThenWithoutTheControllerEverythingGoesOn() throws Exception {
        under((all, cluster) -> {
            for (int ahead = 1; ahead >= 0; ahead--) {
                int broker = (cluster.controller() + ahead) % BROKERS;
                cluster.kill(broker);
                all.goesOn();
                cluster.start(broker);
                cluster.awaitInSync();
            }
        });
    }

    @Test
    void withoutTwoBrokersNothingIsPromised() throws Exception {
        under((all, cluster) -> {
            cluster.kill(0);
            cluster.kill(1);
            TimeUnit.SECONDS.sleep(SETTLES_SECONDS);
            long answered = all.load().answered();
            long refused = all.load().refused();
            awaitTrue(() -> all.load().refused() > refused);
            TimeUnit.SECONDS.sleep(AWAY_SECONDS);
            assertThat(all.load().answered()).isEqualTo(answered);
            cluster.start(0);
            cluster.start(1);
            cluster.awaitInSync();
        });
    }

    @Test
    void everyBrokerCanBeStartedAnewInItsTurn() throws Exception {
        under((all, cluster) -> {
            for (int broker = 0; broker < BROKERS; broker++) {
                cluster.stop(broker);
                all.goesOn();
                cluster.start(broker);
                cluster.awaitInSync();
            }
        });
    }

    @Test
    void aBrokerWhoseDiskIsFullIsDoneWithoutUntilThereIsRoomAgain() throws Exception {
        try (SmallDisk disk = new SmallDisk(ClusterUnderFire.logDir(folder, 0), DISK_MEGABYTES)) {
            under(new ClusterUnderFire(folder, BROKERS, Map.of(0, disk)), (all, cluster) -> {
                disk.fill();
                TimeUnit.SECONDS.sleep(SETTLES_SECONDS);
                all.goesOn();
                disk.free();
                cluster.kill(0);
                cluster.start(0);
                cluster.awaitInSync();
            });
        }
    }

    private interface Trouble {
        void with(UnderFire all, ClusterUnderFire cluster) throws Exception;
    }

    private void under(Trouble trouble) throws Exception {
        under(new ClusterUnderFire(folder, BROKERS), trouble);
    }

    private void under(ClusterUnderFire three, Trouble trouble) throws Exception {
        try (ClusterUnderFire cluster = three) {
            cluster.startAll();
            try (TestInstallation lupa =
                    new TestInstallation(cluster.bootstrapServers(), Infrastructure.registryUrl(), "brokers", folder)) {
                UnderFire.proveThrough(all -> trouble.with(all, cluster), lupa, folder);
            }
        }
    }
}
