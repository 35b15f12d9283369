package fi.lupa.standalone.bench;

import fi.lupa.event.ContactMade;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.Reason;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.mapping.Words;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
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
 * with each message in the place, or with the reasons, that the policy names, as often as it was sent; cleared once, and
 * suppressed as a duplicate when it came again; and told of once as a contact if it was cleared.
 */
final class Outcomes {

    private final Site site;
    private final Workload workload;
    private final byte[] clearedTimes;
    private final byte[] suppressedTimes;
    private final byte[] toldTimes;
    private long cleared;
    private long suppressed;
    private long otherwise;

    private Outcomes(Site site) {
        this.site = site;
        this.workload = site.workload();
        this.clearedTimes = new byte[workload.messages()];
        this.suppressedTimes = new byte[workload.messages()];
        this.toldTimes = new byte[workload.messages()];
    }

    static Outcomes read(Site site) {
        Outcomes outcomes = new Outcomes(site);
        for (Channel channel : Channel.values()) {
            outcomes.each(Topics.cleared(channel), message -> outcomes.cleared(channel, message));
        }
        outcomes.each(Topics.CAMPAIGN_SUPPRESSED, outcomes::suppressed);
        outcomes.each(Topics.CAMPAIGN_CONTACTS, outcomes::told);
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
        int number = workload.messageOf(message.getMessageId());
        clearedTimes[number]++;
        boolean expected = Words.same(message.getChannel(), Channel.class) == channel;
        otherwise += expected ? 0 : 1;
    }

    private void suppressed(MessageSuppressed message) {
        suppressed++;
        int number = workload.messageOf(message.getMessageId());
        suppressedTimes[number]++;
        boolean expected = workload.verdict(number) instanceof Verdict.Suppressed verdict
                ? message.getReasons()
                        .equals(verdict.reasons().stream()
                                .map(reason -> Words.same(reason, Reason.class))
                                .toList())
                : message.getReasons().equals(List.of(Reason.DUPLICATE));
        otherwise += expected ? 0 : 1;
    }

    private void told(ContactMade made) {
        int number = workload.messageOf(made.getMessageId());
        toldTimes[number]++;
        boolean expected = made.getSubjectId().equals(workload.subjectId(workload.recipient(number)))
                && made.getChannel() == workload.channel(number);
        otherwise += expected ? 0 : 1;
    }

    /** Adds what does not balance. */
    void check(List<String> faults) {
        int outcomes = 0;
        int untold = 0;
        for (int message = 0; message < workload.messages(); message++) {
            int times = workload.times(message);
            int once = times > 0 && workload.verdict(message) instanceof Verdict.Cleared ? 1 : 0;
            outcomes += clearedTimes[message] != once || suppressedTimes[message] != times - once ? 1 : 0;
            untold += toldTimes[message] != clearedTimes[message] ? 1 : 0;
        }
        if (outcomes > 0) {
            faults.add(
                    "%,d messages have no outcome for each time that they were sent, or were not cleared once as the policy says."
                            .formatted(outcomes));
        }
        if (untold > 0) {
            faults.add("%,d messages were not told of as contacts as often as they were cleared.".formatted(untold));
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
