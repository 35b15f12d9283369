package fi.lupa.campaign.routing;

import fi.lupa.permission.Channel;
import fi.lupa.permission.Reason;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.streams.processor.TaskId;

/**
 * How many may be contacted on each channel, of the subjects that this instance holds, and why the others may not. On every
 * channel
 *
 * <pre>subjects = members + those who are not in, by their decisive reason</pre>
 *
 * <p>It also hands the stops that have changed to each of the instance's tasks: a stop binds whoever is reached at the
 * address or number, wherever their state lies.
 */
public final class AudienceSizes {

    private final Map<TaskId, Tally> tallies = new ConcurrentHashMap<>();

    public AudienceSizes(MeterRegistry meters) {
        for (Channel channel : Channel.values()) {
            Gauge.builder("lupa.audience.members", this, sizes -> sizes.now().members(channel))
                    .description("Subjects held by this instance who may be contacted for direct marketing")
                    .tag("channel", channel.name())
                    .register(meters);
        }
    }

    /**
     * One moment's sizes.
     *
     * @param subjects who were counted
     * @param parts how many partitions' subjects this instance holds
     * @param counted whether that is everybody whom this instance holds; after a start it takes a while
     * @param members by channel
     * @param notIn by channel and decisive reason; no reason that keeps nobody out
     */
    public record Sizes(
            long subjects,
            int parts,
            boolean counted,
            Map<Channel, Long> members,
            Map<Channel, Map<Reason, Long>> notIn) {

        long members(Channel channel) {
            return members.get(channel);
        }
    }

    /** Of everybody whom this instance holds. */
    public Sizes now() {
        long subjects = 0;
        boolean counted = !tallies.isEmpty();
        Map<Channel, Long> members = new EnumMap<>(Channel.class);
        Map<Channel, Map<Reason, Long>> notIn = new EnumMap<>(Channel.class);
        for (Channel channel : Channel.values()) {
            members.put(channel, 0L);
            notIn.put(channel, new EnumMap<>(Reason.class));
        }
        for (Tally tally : tallies.values()) {
            synchronized (tally) {
                subjects += tally.subjects;
                counted &= tally.counted;
                for (Channel channel : Channel.values()) {
                    long[] counts = tally.counts[channel.ordinal()];
                    members.merge(channel, counts[0], Long::sum);
                    for (Reason reason : Reason.values()) {
                        if (counts[1 + reason.ordinal()] > 0) {
                            notIn.get(channel).merge(reason, counts[1 + reason.ordinal()], Long::sum);
                        }
                    }
                }
            }
        }
        return new Sizes(
                subjects,
                tallies.size(),
                counted,
                Collections.unmodifiableMap(members),
                Collections.unmodifiableMap(notIn));
    }

    Tally open(TaskId task) {
        Tally tally = new Tally();
        tallies.put(task, tally);
        return tally;
    }

    void close(TaskId task) {
        tallies.remove(task);
    }

    /** What is said of an address or number is another from now on. */
    void stopChanged(String contactPointId) {
        tallies.values().forEach(tally -> tally.stopsChanged.add(contactPointId));
    }

    /** One task's subjects. */
    static final class Tally {

        private final long[][] counts = new long[Channel.values().length][1 + Reason.values().length];
        private final Queue<String> stopsChanged = new ConcurrentLinkedQueue<>();
        private long subjects;
        private boolean counted;

        /** @param notIn for every channel in its order, why somebody is not in its audience; null where they are */
        synchronized void count(List<Reason> notIn, int sign) {
            subjects += sign;
            for (int channel = 0; channel < notIn.size(); channel++) {
                Reason reason = notIn.get(channel);
                counts[channel][reason == null ? 0 : 1 + reason.ordinal()] += sign;
            }
        }

        synchronized void everybodyIsCounted() {
            counted = true;
        }

        /** The addresses and numbers of which something else is said since the last look. */
        List<String> stopsChanged(int most) {
            List<String> changed = new ArrayList<>();
            for (int i = 0; i < most; i++) {
                String contactPointId = stopsChanged.poll();
                if (contactPointId == null) {
                    break;
                }
                changed.add(contactPointId);
            }
            return changed;
        }
    }
}
