package fi.lupa.standalone.bench;

import fi.lupa.event.CampaignMessage;
import fi.lupa.schemas.topic.Topics;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Routes at a steady rate for a while. What a service keeps in memory is to depend on how much it knows, and not on how long
 * it has run: of the second half of the time the memory is held against that of the first.
 */
final class Soaking {

    private static final int SAMPLES = 20;
    private static final Duration TICK = Duration.ofMillis(50);

    /** What the second half may have more than the first: caches still fill, and the JVM returns memory when it likes. */
    private static final double TOLERANCE = 1.15;

    private static final long TOLERATED_BYTES = 64L << 20;

    /** The rate is not held where more is waiting than comes in this time. */
    private static final Duration MOST_BEHIND = Duration.ofSeconds(5);

    private final Site site;
    private final Duration time;
    private final int rate;
    private final PrintWriter out;
    private final List<Memory> memory = new ArrayList<>();

    /**
     * Memory at one moment.
     *
     * @param heap used after a garbage collection
     * @param resident of the whole process; 0 where the system does not tell
     */
    private record Memory(long heap, long resident) {

        static Memory now() {
            System.gc();
            return new Memory(
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                    ResidentMemory.of(ProcessHandle.current().pid()));
        }
    }

    /** @param rate messages a second */
    Soaking(Site site, Duration time, int rate, PrintWriter out) {
        this.site = site;
        this.time = time;
        this.rate = rate;
        this.out = out;
    }

    /** Adds what is not as it should be. */
    void run(List<String> faults) throws InterruptedException {
        try (HeldTopology router = Routing.start(site)) {
            long behind = route(router);
            if (behind > rate * MOST_BEHIND.toSeconds()) {
                faults.add(text(
                        "The router did not keep up with %,d messages a second: %,d waited at the end.", rate, behind));
            }
        }
        check("heap after garbage collection", Memory::heap, faults);
        check("resident memory", Memory::resident, faults);
    }

    /** Returns how many messages wait at the end. */
    @SuppressWarnings("FutureReturnValueIgnored") // what arrived is counted
    private long route(HeldTopology router) throws InterruptedException {
        Workload workload = site.workload();
        List<TopicPartition> partitions = site.partitions(Topics.CAMPAIGN_MESSAGES);
        String topic = site.topic(Topics.CAMPAIGN_MESSAGES);
        long began = System.nanoTime();
        int sent = 0;
        long behind = 0;
        try (Serializer<CampaignMessage> serializer =
                        site.serdes().of(Topics.CAMPAIGN_MESSAGES).serializer();
                KafkaProducer<String, byte[]> producer = site.producer()) {
            for (int sample = 1; sample <= SAMPLES; sample++) {
                long until = System.nanoTime() + time.toNanos() / SAMPLES; // nothing is sent while memory is looked at
                while (System.nanoTime() < until) {
                    long due = (long) (rate * ((System.nanoTime() - began) / 1e9));
                    for (; sent < due; sent++) {
                        String key = workload.subjectId(workload.recipient(sent));
                        producer.send(
                                new ProducerRecord<>(topic, key, serializer.serialize(topic, workload.message(sent))));
                    }
                    Thread.sleep(TICK.toMillis());
                }
                behind = sent - site.cluster().committed(router.group(), partitions);
                tell(Duration.ofNanos(System.nanoTime() - began), sent, behind);
            }
        }
        return behind;
    }

    private void tell(Duration gone, int sent, long behind) {
        Memory now = Memory.now();
        memory.add(now);
        out.println(text(
                "%4d s  %,12d messages, %,8d of them waiting; heap %,5d MB, process %,5d MB",
                gone.toSeconds(), sent, behind, now.heap >> 20, now.resident >> 20));
        out.flush();
    }

    private void check(String what, ToLongFunction<Memory> of, List<String> faults) {
        long first = median(memory.subList(0, SAMPLES / 2), of);
        long second = median(memory.subList(SAMPLES / 2, SAMPLES), of);
        if (second > first * TOLERANCE + TOLERATED_BYTES) {
            faults.add(text(
                    "The %s grows: %,d MB in the first half, %,d MB in the second.", what, first >> 20, second >> 20));
        }
    }

    private static long median(List<Memory> half, ToLongFunction<Memory> of) {
        return half.stream().mapToLong(of).sorted().toArray()[half.size() / 2];
    }

    private static String text(String format, Object... figures) {
        return String.format(Locale.ROOT, format, figures);
    }
}
