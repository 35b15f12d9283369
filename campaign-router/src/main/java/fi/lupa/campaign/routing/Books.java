package fi.lupa.campaign.routing;

import fi.lupa.event.FailedStage;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Reason;
import fi.lupa.schemas.topic.Topics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;

/**
 * Counts every message once in and once out. The books balance when
 *
 * <pre>read = cleared + suppressed + dead-lettered</pre>
 *
 * where each counter is {@code lupa_messages_total} with its {@code outcome}. Of the cleared and suppressed, those counted as
 * {@code unwritten} were too large for their topic and lie in the dead letters instead. A message processed again after a
 * crash is counted again on both sides; the topics, read committed, hold it once.
 */
public final class Books {

    private static final String MESSAGES = "lupa.messages";
    private static final String OUTCOME = "outcome";

    private final Counter read;
    private final Counter deadLettered;
    private final Counter unwritten;
    private final Map<Channel, Counter> cleared = new EnumMap<>(Channel.class);
    private final Map<Reason, Counter> suppressed = new EnumMap<>(Reason.class);

    public Books(MeterRegistry meters) {
        read = counter(meters, "read", "");
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

    void cleared(Channel channel) {
        read.increment();
        cleared.get(channel).increment();
    }

    /** @param decisive the first of the reasons */
    void suppressed(Reason decisive) {
        read.increment();
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
