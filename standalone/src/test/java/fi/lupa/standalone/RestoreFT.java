package fi.lupa.standalone;

import fi.lupa.edge.kafka.TopicSetup;
import fi.lupa.schemas.topic.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What is made of the history can be lost, and is made again as {@code docs/operations.md} says. */
class RestoreFT {

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void theConsentStatesAreMadeAgainFromTheHistory() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("restore", folder)) {
            UnderFire.proveThrough(
                    all -> {
                        all.services().forEach(ServiceUnderFire::stop);
                        lose(lupa);
                        Utils.delete(all.consent().stateDir().toFile());
                        all.services().forEach(ServiceUnderFire::start);
                    },
                    lupa,
                    folder);
        }
    }

    private static void lose(TestInstallation lupa) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", lupa.brokers()))) {
            Set<String> lost = Stream.concat(
                            admin.listTopics().names().get().stream()
                                    .filter(name -> name.startsWith(lupa.prefix() + "consent-stream-")),
                            Stream.of(Topics.CONSENT_STATE.in(lupa.prefix()), Topics.CONSENT_STOPS.in(lupa.prefix())))
                    .collect(Collectors.toSet());
            admin.deleteTopics(lost).all().get();
            admin.deleteConsumerGroups(List.of(lupa.prefix() + "consent-stream"))
                    .all()
                    .get();
            TestInstallation.awaitTrue(
                    () -> new TopicSetup(admin, lupa.prefix()).missing().size() == 2);
            new TopicSetup(admin, lupa.prefix()).create(Topics.DEFAULT_SPREAD, (short) 1);
        }
    }
}
