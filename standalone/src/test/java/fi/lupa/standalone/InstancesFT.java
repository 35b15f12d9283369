package fi.lupa.standalone;

import static fi.lupa.standalone.UnderFire.awaitTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Instances of a service that come and go while everybody works. */
class InstancesFT {

    private static final int MOST = 4;
    private static final String SOMEBODY = "/v1/subjects?email=person.7%40example.com";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void fromOneInstanceToFourAndBackEverybodyIsFoundAndNothingIsLost() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("instances", folder)) {
            UnderFire.proveThrough(
                    all -> {
                        for (ServiceUnderFire first : all.services()) {
                            comeAndGo(all, first);
                        }
                    },
                    lupa,
                    folder);
        }
    }

    private static void comeAndGo(UnderFire all, ServiceUnderFire first) {
        List<ServiceUnderFire> instances = new ArrayList<>(List.of(first));
        try {
            while (instances.size() < MOST) {
                ServiceUnderFire another = first.another();
                instances.add(another);
                another.start();
                goesOn(all, instances);
            }
            // One is told to go, one is killed, and the first of all goes, too, and comes back.
            instances.remove(3).stop();
            goesOn(all, instances);
            instances.remove(2).close();
            goesOn(all, instances);
            first.kill();
            goesOn(all, instances);
        } finally {
            instances.stream().skip(1).forEach(ServiceUnderFire::stop);
        }
    }

    private static void goesOn(UnderFire all, List<ServiceUnderFire> instances) {
        awaitTrue(() -> instances.stream().allMatch(ServiceUnderFire::isReady));
        all.goesOn();
        if (instances.contains(all.consent())) {
            awaitTrue(() -> {
                Set<String> answers =
                        instances.stream().map(one -> found(all, one)).collect(Collectors.toSet());
                return answers.size() == 1 && !answers.contains("");
            });
        }
    }

    /** Who an instance says that somebody is; empty while it cannot say. */
    private static String found(UnderFire all, ServiceUnderFire instance) {
        Http.Answer answer =
                Http.get(instance.url().resolve(SOMEBODY), all.lupa().keys.operator());
        return answer.status() == 200 ? answer.body().toString() : "";
    }
}
