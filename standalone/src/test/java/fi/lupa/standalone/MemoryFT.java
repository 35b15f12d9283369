package fi.lupa.standalone;

import static fi.lupa.standalone.UnderFire.awaitTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Services whose memory does not suffice. */
class MemoryFT {

    private static final String TOO_LITTLE = "20m";
    private static final String ENOUGH = "410m";
    private static final List<String> ENDS = List.of("java.lang.OutOfMemoryError", "its memory does not suffice");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void withoutMemoryAServiceEndsAndIsStartedAnewInsteadOfGoingOnHalfDead() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("memory", folder)) {
            UnderFire.proveThrough(
                    all -> {
                        for (ServiceUnderFire service : all.services()) {
                            service.heap(TOO_LITTLE);
                            service.kill();
                            awaitTrue(() -> ENDS.stream().anyMatch(service.log()::contains));
                            service.heap(ENOUGH);
                            awaitTrue(service::isReady);
                            all.goesOn();
                        }
                    },
                    lupa,
                    folder);
        }
    }
}
