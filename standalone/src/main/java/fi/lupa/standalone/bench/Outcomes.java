package fi.lupa.standalone.bench;

import fi.lupa.event.MessageCleared;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.Reason;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.mapping.Words;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads back what became of every message, and holds it against the policy's own answer. The books balance when
 *
 * <pre>messages = cleared + suppressed</pre>
 *
 * with each message in one place, once, and that the place, or those the reasons, that the policy names; and each that was
 * cleared is told of as a contact.
 */
final class Outcomes {

    private final Site site;
    private final Workload workload;
    private final BitSet seen = new BitSet();
    private final BitSet sent = new BitSet();
    private final BitSet told = new BitSet();
    private long cleared;
    private long suppressed;
    private long twice;
    private long otherwise;

    private Outcomes(Site site) {
        this.site = site;
        this.workload = site.workload();
    }

    static Outcomes read(Site site) {
        Outcomes outcomes = new Outcomes(site);
        for (Channel channel : Channel.values()) {
            outcomes.each(Topics.cleared(channel), message -> outcomes.cleared(channel, message));
        }
        outcomes.each(Topics.CAMPAIGN_SUPPRESSED, outcomes::suppressed);
        outcomes.each(
                Topics.CAMPAIGN_CONTACTS, made -> outcomes.told.set(outcomes.workload.messageOf(made.getMessageId())));
        return outcomes;
    }

    private <V extends SpecificRecord> void each(Topic<V> topic, Consumer<V> reader) {
        try (Deserializer<V> deserializer = site.serdes().of(topic).deserializer()) {
            site.cluster()
                    .read(
                            site.partitions(topic),
                            record -> reader.accept(deserializer.deserialize(record.topic(), record.value())));
        }
    }

    private void cleared(Channel channel, MessageCleared message) {
        cleared++;
        int number = once(message.getMessageId());
        sent.set(number);
        boolean expected = workload.verdict(number) instanceof Verdict.Cleared
                && Words.same(message.getChannel(), Channel.class) == channel;
        otherwise += expected ? 0 : 1;
    }

    private void suppressed(MessageSuppressed message) {
        suppressed++;
        int number = once(message.getMessageId());
        boolean expected = workload.verdict(number) instanceof Verdict.Suppressed verdict
                && verdict.reasons().stream()
                        .map(reason -> Words.same(reason, Reason.class))
                        .toList()
                        .equals(message.getReasons());
        otherwise += expected ? 0 : 1;
    }

    private int once(String messageId) {
        int number = workload.messageOf(messageId);
        twice += seen.get(number) ? 1 : 0;
        seen.set(number);
        return number;
    }

    /** Adds what does not balance. */
    void check(List<String> faults) {
        int missing = workload.messages() - seen.cardinality();
        if (missing > 0 || twice > 0) {
            faults.add("Of %,d messages %,d have no outcome, and %,d outcomes are of a message that has one."
                    .formatted(workload.messages(), missing, twice));
        }
        if (!told.equals(sent)) {
            faults.add("%,d messages were cleared, and %,d told of as contacts."
                    .formatted(sent.cardinality(), told.cardinality()));
        }
        if (otherwise > 0) {
            faults.add("%,d messages came out otherwise than the policy says.".formatted(otherwise));
        }
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%,d messages = %,d cleared + %,d suppressed", workload.messages(), cleared, suppressed);
    }
}
