package fi.lupa.campaign.routing;

import fi.lupa.edge.health.Latencies;
import fi.lupa.event.FailedStage;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Reason;
import fi.lupa.schemas.topic.Topics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.TaskId;

/**
 * Counts every message once in and once out. The books balance when
 *
 * <pre>read + released = cleared + suppressed + dead-lettered + held + readdressed</pre>
 *
 * where each counter is {@code lupa_messages_total} with its {@code outcome}. What is held is released later and decided
 * again; {@code lupa_messages_waiting} tells how many wait now. A message whose recipient became another subject while it
 * waited is readdressed, and read once more where that one is. Of the cleared and suppressed, those counted as
 * {@code unwritten} were too large for their topic and lie in the dead letters instead. A message processed again after a
 * crash is counted again on both sides; the topics, read committed, hold it once.
 */
public final class Books {

    private static final String MESSAGES = "lupa.messages";
    private static final String OUTCOME = "outcome";

    private final Counter read;
    private final Counter released;
    private final Counter held;
    private final Counter readdressed;
    private final Counter deadLettered;
    private final Counter unwritten;
    private final Map<Channel, Counter> cleared = new EnumMap<>(Channel.class);
    private final Map<Reason, Counter> suppressed = new EnumMap<>(Reason.class);

    private final Timer delay;
    private final Map<TaskId, Supplier<Number>> waiting = new ConcurrentHashMap<>();

    public Books(MeterRegistry meters) {
        Gauge.builder("lupa.messages.waiting", this, Books::waiting)
                .description(
                        "Campaign messages that wait until their channel no longer rests, or everything said is heard")
                .register(meters);
        delay = Timer.builder("lupa.messages.delay")
                .description("From when a message was written to Kafka to when it was read for its decision")
                .serviceLevelObjectives(Latencies.bounds())
                .register(meters);
        read = counter(meters, "read", "");
        released = counter(meters, "released", "");
        held = counter(meters, "held", "");
        readdressed = counter(meters, "readdressed", "");
        deadLettered = counter(meters, "dead-lettered", "");
        unwritten = counter(meters, "unwritten", "");
        for (Channel channel : Channel.values()) {
            cleared.put(channel, counter(meters, "cleared", channel.name()));
        }
        for (Reason reason : Reason.values()) {
            suppressed.put(reason, counter(meters, "suppressed", reason.name()));
        }
    }

    private static Counter counter(MeterRegistry meters, String outcome, String detail) {
        return Counter.builder(MESSAGES)
                .description("Campaign messages, by what became of them")
                .tag(OUTCOME, outcome)
                .tag("detail", detail)
                .register(meters);
    }

    private double waiting() {
        return waiting.values().stream()
                .mapToDouble(some -> some.get().doubleValue())
                .sum();
    }

    /** @param some tells how many messages wait at a task; null where the task has gone elsewhere */
    void waiting(TaskId task, Supplier<Number> some) {
        if (some == null) {
            waiting.remove(task);
        } else {
            waiting.put(task, some);
        }
    }

    /** @param after it was written; less than nothing, where its writer's clock is ahead, is noted as nothing */
    void came(Duration after) {
        // By a clock that is behind the one that it was written by it came before it was.
        delay.record(after.isNegative() ? Duration.ZERO : after);
    }

    /** @param waited whether it was read, and counted so, before */
    void taken(boolean waited) {
        (waited ? released : read).increment();
    }

    void held() {
        held.increment();
    }

    /** What has waited is for another subject by now, where it is read again. */
    void waitedForAnother() {
        released.increment();
        readdressed.increment();
    }

    void cleared(Channel channel) {
        cleared.get(channel).increment();
    }

    /** @param decisive the first of the reasons */
    void suppressed(Reason decisive) {
        suppressed.get(decisive).increment();
    }

    /** Counts a record of any topic that was given up; one that is no message is not in these books. */
    public void deadLettered(String sourceTopic, FailedStage stage) {
        if (!isOfMessages(sourceTopic)) {
            return;
        }
        if (stage == FailedStage.WRITE) {
            // It was decided, and so counted, before.
            unwritten.increment();
        } else {
            read.increment();
            deadLettered.increment();
        }
    }

    /** Messages come under their own name, or on their way to their recipient's partition. */
    private static boolean isOfMessages(String topic) {
        return topic.endsWith(Topics.CAMPAIGN_MESSAGES.name()) || topic.endsWith(Topics.CAMPAIGN_READDRESSED.name());
    }
}
