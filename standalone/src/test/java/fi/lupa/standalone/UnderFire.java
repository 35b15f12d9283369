package fi.lupa.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Both services, each in a process of its own, and people and a campaign system who work with them while something goes wrong.
 * Whatever it was, the checker then says what was lost, and what went out that should not have.
 */
record UnderFire(TestInstallation lupa, ServiceUnderFire consent, ServiceUnderFire router, PeopleAndCampaigns load) {

    private static final int PEOPLE_AT_ONCE = 4;
    private static final int GOES_ON = 20;

    /** Until what is mended goes on: longer than a group misses who left it and a service starts, on a machine that has all to do. */
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    /** What goes wrong, and is right again when this returns. */
    interface Trouble {
        void with(UnderFire all) throws Exception;
    }

    /**
     * Starts everything, lets the trouble happen in the middle of work, and has the checker prove that every promise was kept.
     *
     * @param services more of both services' settings
     */
    static void proveThrough(Trouble trouble, TestInstallation lupa, Path folder, String... services) throws Exception {
        Path journal = folder.resolve("journal.ndjson");
        try (ServiceUnderFire consent =
                        new ServiceUnderFire(lupa, "consent-stream", folder, with(forms(folder), services));
                ServiceUnderFire router = new ServiceUnderFire(lupa, "campaign-router", folder, services)) {
            // One after the other: of two that make the topics at once, the registry refuses one.
            consent.start();
            awaitTrue(consent::isReady);
            router.start();
            awaitTrue(router::isReady);
            try (PeopleAndCampaigns load = new PeopleAndCampaigns(lupa, journal, consent::url, router::url)) {
                load.begin(PEOPLE_AT_ONCE);
                UnderFire all = new UnderFire(lupa, consent, router, load);
                all.goesOn();
                trouble.with(all);
                long mended = System.nanoTime();
                awaitTrue(all::isReady);
                all.goesOn();
                System.out.printf("goes on %.0f s after the last of it%n", (System.nanoTime() - mended) / 1e9);
                assertThat(load.otherwise()).isEmpty();
                all.services().forEach(UnderFire::tellsOfNobody);
            }
            Proof.of(lupa, journal, folder);
        }
    }

    /** Waits until it is so. */
    static void awaitTrue(Callable<Boolean> condition) {
        TestInstallation.awaitTrue(PATIENCE, condition);
    }

    /** Waits until more forms are answered with 202. */
    void goesOn() {
        long answered = load.answered();
        awaitTrue(() -> load.answered() > answered + GOES_ON);
    }

    boolean isReady() {
        return consent.isReady() && router.isReady();
    }

    List<ServiceUnderFire> services() {
        return List.of(consent, router);
    }

    /** Nobody who was put in is in a log or a metric. */
    private static void tellsOfNobody(ServiceUnderFire service) {
        String metrics =
                Http.get(service.url().resolve("/metrics"), null).response().body();
        for (String personal : PeopleAndCampaigns.PERSONAL) {
            assertThat(service.log().contains(personal))
                    .as("%s in a log", personal)
                    .isFalse();
            assertThat(metrics.contains(personal))
                    .as("%s in a metric", personal)
                    .isFalse();
        }
    }

    private static String forms(Path folder) throws IOException {
        return "--forms=" + Files.writeString(folder.resolve("faults.yaml"), PeopleAndCampaigns.FORMS);
    }

    private static String[] with(String one, String... more) {
        String[] all = new String[more.length + 1];
        all[0] = one;
        System.arraycopy(more, 0, all, 1, more.length);
        return all;
    }
}
