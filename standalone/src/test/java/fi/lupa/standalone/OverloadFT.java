package fi.lupa.standalone;

import static fi.lupa.standalone.UnderFire.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * More forms than the door can take, since Kafka takes no more or the door has no time: some are sent away at once, the others are
 * answered in time, and then all is as before.
 */
class OverloadFT {

    private static final int AT_ONCE = 16;
    private static final int TIMES = 4;
    private static final long TO_KAFKA_MILLIS = 100;

    /** Of a flood; each has a connection of its own, and a process may have only so many. */
    private static final int UNDER_WAY = 2_000;

    private static final Duration WARMS = Duration.ofSeconds(10);
    private static final Duration LASTS = Duration.ofSeconds(15);
    private static final Duration AFTERWARDS = Duration.ofSeconds(5);

    /** Two ways to Kafka and back, and the longest wait for a turn. */
    private static final Duration IN_TIME = Duration.ofMillis(4 * TO_KAFKA_MILLIS + 1_000);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    /** What became of one form; status 0 where nobody answered. */
    private record Sent(int status, long tookNanos, boolean toldWhen) {}

    /** What makes the door slow, until it is closed. */
    private interface Scarcity {
        AutoCloseable of(ClusterUnderFire cluster, ServiceUnderFire consent) throws Exception;
    }

    @Test
    void fourTimesWhatKafkaTakes() throws Exception {
        overload((cluster, consent) -> {
            Cable cable = cluster.cables().get(0);
            cable.slow(TO_KAFKA_MILLIS);
            return cable::mend;
        });
    }

    @Test
    void fourTimesWhatTheDoorHasTimeFor() throws Exception {
        overload((cluster, consent) -> new ScarceTime(consent.process()));
    }

    private void overload(Scarcity scarcity) throws Exception {
        Path journal = folder.resolve("journal.ndjson");
        Path forms = Files.writeString(folder.resolve("faults.yaml"), PeopleAndCampaigns.FORMS);
        try (ClusterUnderFire cluster = new ClusterUnderFire(folder, 1)) {
            cluster.startAll();
            try (TestInstallation lupa = new TestInstallation(
                            cluster.bootstrapServers(), Infrastructure.registryUrl(), "overload", folder);
                    PrintWriter promises = new PrintWriter(Files.newBufferedWriter(journal), true);
                    ServiceUnderFire consent = new ServiceUnderFire(
                            lupa,
                            "consent-stream",
                            folder,
                            "--bootstrap-servers=" + cluster.atCables(),
                            "--forms=" + forms,
                            "--forms-per-minute=0",
                            "--requests-per-minute=0",
                            "--http-max-requests=" + AT_ONCE)) {
                consent.start();
                awaitTrue(consent::isReady);
                try (AutoCloseable scarce = scarcity.of(cluster, consent)) {
                    flood(new Door(lupa, consent.url(), promises));
                }
                Proof.of(lupa, journal, folder);
            }
        }
    }

    private void flood(Door door) throws InterruptedException {
        atOnce(door, WARMS);
        List<Sent> calm = atOnce(door, WARMS);
        double capacity = taken(calm).size() / (double) WARMS.toSeconds();
        List<Sent> flood = paced(door, TIMES * capacity, LASTS);
        List<Sent> after = paced(door, capacity / 4, AFTERWARDS);

        System.out.printf(
                "calm %.0f forms/s; at %d times that %d sent, %d taken (p99 %d ms), %d sent away, %d unanswered;"
                        + " afterwards %d of %d taken%n",
                capacity,
                TIMES,
                flood.size(),
                taken(flood).size(),
                p99(flood).toMillis(),
                flood.stream().filter(sent -> sent.status() == 503).count(),
                flood.stream().filter(sent -> sent.status() == 0).count(),
                taken(after).size(),
                after.size());
        assertThat(flood).allSatisfy(sent -> assertThat(sent.status()).isIn(202, 503));
        assertThat(flood).filteredOn(sent -> sent.status() == 503).isNotEmpty().allMatch(Sent::toldWhen);
        assertThat(taken(flood)).as("goes on taking").hasSizeGreaterThan((int) (capacity * LASTS.toSeconds() / 4));
        assertThat(p99(flood)).isLessThan(IN_TIME);
        assertThat(after).allMatch(sent -> sent.status() == 202);
    }

    private record Door(TestInstallation lupa, URI url, PrintWriter promises) {

        HttpRequest form(String eventId) {
            return HttpRequest.newBuilder(url.resolve("/v1/forms/faults"))
                    .timeout(Duration.ofSeconds(30))
                    .header("Authorization", "Bearer " + lupa.keys.site())
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .header("Idempotency-Key", eventId)
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "email=p" + eventId.hashCode() + "%40example.com&yes=yes"))
                    .build();
        }
    }

    /** As many as are answered when so many are under way all the time. */
    private List<Sent> atOnce(Door door, Duration lasts) throws InterruptedException {
        Semaphore free = new Semaphore(AT_ONCE);
        List<CompletableFuture<Sent>> all = new ArrayList<>();
        long end = System.nanoTime() + lasts.toNanos();
        while (System.nanoTime() < end) {
            free.acquire();
            all.add(send(door).whenComplete((sent, failure) -> free.release()));
        }
        return join(all);
    }

    /** So many a second, whether or not those before are answered, as long as connections last. */
    private List<Sent> paced(Door door, double perSecond, Duration lasts) throws InterruptedException {
        Semaphore free = new Semaphore(UNDER_WAY);
        List<CompletableFuture<Sent>> all = new ArrayList<>();
        long begin = System.nanoTime();
        for (int i = 0; i < perSecond * lasts.toSeconds(); i++) {
            LockSupport.parkNanos(begin + (long) (i / perSecond * 1e9) - System.nanoTime());
            free.acquire();
            all.add(send(door).whenComplete((sent, failure) -> free.release()));
        }
        return join(all);
    }

    private CompletableFuture<Sent> send(Door door) {
        String eventId = UUID.randomUUID().toString();
        long sent = System.nanoTime();
        return client.sendAsync(door.form(eventId), BodyHandlers.discarding()).handle((answer, failure) -> {
            if (failure == null && answer.statusCode() == 202) {
                door.promises().printf("{\"form\": \"%s\", \"at\": %d}%n", eventId, System.currentTimeMillis());
            }
            return new Sent(
                    failure == null ? answer.statusCode() : 0,
                    System.nanoTime() - sent,
                    failure == null && isTold(answer));
        });
    }

    private static boolean isTold(HttpResponse<Void> answer) {
        return answer.headers().firstValue("Retry-After").isPresent();
    }

    private static List<Sent> join(List<CompletableFuture<Sent>> all) {
        return all.stream().map(CompletableFuture::join).toList();
    }

    private static List<Sent> taken(List<Sent> all) {
        return all.stream().filter(sent -> sent.status() == 202).toList();
    }

    private static Duration p99(List<Sent> all) {
        List<Long> took =
                new ArrayList<>(taken(all).stream().map(Sent::tookNanos).toList());
        Collections.sort(took);
        return Duration.ofNanos(took.get(took.size() * 99 / 100));
    }
}
