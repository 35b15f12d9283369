package fi.lupa.standalone;

import static fi.lupa.standalone.UnderFire.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Disks that hold something else than was written to them, and disks that are full. */
class DisksFT {

    private static final int AWAY_SECONDS = 10;
    private static final String GARBAGE = "this is not what was written here\n";
    private static final String BUILT_AGAIN = "is built again from Kafka";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void storesWhoseRecordsAreDamagedAreBuiltAgainFromKafka() throws Exception {
        prove("records", all -> damaged(all, file -> file.endsWith(".sst")));
    }

    @Test
    void storesThatCannotBeOpenedAreBuiltAgainFromKafka() throws Exception {
        prove("openings", all -> damaged(all, file -> file.equals("CURRENT") || file.startsWith("MANIFEST")));
    }

    @Test
    void whileTheDiskOfAServiceIsFullItWaitsAndThenGoesOn() throws Exception {
        prove("full", all -> {
            for (ServiceUnderFire service : all.services()) {
                service.stop();
                try (SmallDisk disk = new SmallDisk(service.stateDir(), 1_000)) {
                    service.on(disk);
                    service.start();
                    awaitTrue(service::isReady);
                    disk.fill();
                    TimeUnit.SECONDS.sleep(AWAY_SECONDS);
                    disk.free();
                    awaitTrue(service::isReady);
                    all.goesOn();
                    service.stop();
                }
                service.on(null);
                service.start();
            }
        });
    }

    private static void damaged(UnderFire all, Predicate<String> files) {
        for (ServiceUnderFire service : all.services()) {
            service.stop();
            assertThat(damage(service.stateDir(), files)).isPositive();
            service.start();
            awaitTrue(() -> service.log().contains(BUILT_AGAIN));
            awaitTrue(service::isReady);
            all.goesOn();
        }
    }

    /** Writes over the beginning and the middle of each file; tells how many they were. */
    private static int damage(Path stateDir, Predicate<String> which) {
        try (Stream<Path> files = Files.walk(stateDir)) {
            List<Path> found = files.filter(Files::isRegularFile)
                    .filter(file -> which.test(file.getFileName().toString()))
                    .toList();
            for (Path file : found) {
                byte[] bytes = Files.readAllBytes(file);
                byte[] garbage = GARBAGE.getBytes(StandardCharsets.UTF_8);
                for (int at : new int[] {0, bytes.length / 2}) {
                    System.arraycopy(garbage, 0, bytes, at, Math.min(garbage.length, bytes.length - at));
                }
                Files.write(file, bytes);
            }
            return found.size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void prove(String name, UnderFire.Trouble trouble) throws Exception {
        try (TestInstallation lupa = TestInstallation.named("disks-" + name, folder)) {
            UnderFire.proveThrough(trouble, lupa, folder);
        }
    }
}
