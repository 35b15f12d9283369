package fi.lupa.standalone.bench;

import fi.lupa.edge.health.Health;
import fi.lupa.edge.streams.StreamsRuntime;
import fi.lupa.schemas.EventSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.Topology;

/** A topology as its service runs it, which can be held still while its input is laid out. */
final class HeldTopology implements AutoCloseable {

    private static final Duration READY_WITHIN = Duration.ofSeconds(60);

    private final StreamsRuntime runtime;
    private final String group;

    private HeldTopology(StreamsRuntime runtime, String group) {
        this.runtime = runtime;
        this.group = group;
    }

    /** Starts it, and waits until it takes records. */
    static HeldTopology start(StreamsRuntime.Service service, Topology topology, EventSerdes serdes)
            throws InterruptedException {
        Health health = new Health();
        StreamsRuntime runtime = StreamsRuntime.start(
                service, topology, serdes, Clock.systemUTC(), (topic, stage) -> {}, health, new SimpleMeterRegistry());
        HeldTopology started = new HeldTopology(runtime, service.prefix() + service.name());
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (!health.notReady().isEmpty()) {
            if (System.nanoTime() > deadline) {
                started.close();
                throw new KafkaException("The " + service.name() + " did not start within " + READY_WITHIN.toSeconds()
                        + " s. The log above may say why.");
            }
            Thread.sleep(20);
        }
        return started;
    }

    /** The consumer group that it reads as. */
    String group() {
        return group;
    }

    /** Lets it take no more records; what its consumer fetches meanwhile is a few thousand. */
    void hold() {
        runtime.streams().pause();
    }

    void release() {
        runtime.streams().resume();
    }

    @Override
    public void close() {
        runtime.close();
    }
}
