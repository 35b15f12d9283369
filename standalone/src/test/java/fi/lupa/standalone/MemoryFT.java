package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services whose memory does not suffice. */
class MemoryFT {

    private static final String TOO_LITTLE = "40m";
    private static final String ENOUGH = "410m";

    @TempDir
    private Path folder;

    @Test
    void withoutMemoryAServiceEndsAndIsStartedAnewInsteadOfGoingOnHalfDead() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("memory", folder)) {
            UnderFire.proveThrough(
                    all -> {
                        for (ServiceUnderFire service : all.services()) {
                            service.heap(TOO_LITTLE);
                            service.kill();
                            awaitTrue(() -> service.log().contains("java.lang.OutOfMemoryError"));
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
