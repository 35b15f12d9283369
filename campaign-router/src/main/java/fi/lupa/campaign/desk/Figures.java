package fi.lupa.campaign.desk;

import fi.lupa.campaign.routing.RouterTopology;
import fi.lupa.campaign.routing.Tallies;
import fi.lupa.edge.streams.Peers;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * What became of a campaign's messages, each counted once: addressed = cleared + waiting + suppressed.
 *
 * @param addressed how many came to their decision
 * @param suppressed how many will not go out; their decisive reasons are told by channel
 * @param hours those in which something was decided, oldest first, of the last 31 days
 */
public record Figures(
        String campaignId,
        Instant at,
        long addressed,
        long cleared,
        long waiting,
        long suppressed,
        List<OfChannel> channels,
        List<Hour> hours) {

    /** @param suppressed by decisive reason */
    public record OfChannel(Channel channel, long cleared, long waiting, Map<Reason, Long> suppressed) {}

    /** @param from the full hour; it ends with the next */
    public record Hour(Instant from, long cleared, long suppressed) {}

    /** Those that this instance counted. */
    static Figures here(Peers peers, String campaignId, Instant at) {
        return here(
                peers,
                campaignId,
                at,
                (tallies, counting) -> Tallies.tellHours(tallies, campaignId, at.minus(Tallies.HOURS_KEPT), counting));
    }

    /** Those that this instance counted, without the hours. */
    static Figures sumsHere(Peers peers, String campaignId, Instant at) {
        return here(peers, campaignId, at, (tallies, counting) -> {});
    }

    private static Figures here(
            Peers peers,
            String campaignId,
            Instant at,
            BiConsumer<ReadOnlyKeyValueStore<String, Long>, Counting> besides) {
        return peers.read(RouterTopology.TALLIES, QueryableStoreTypes.<String, Long>keyValueStore(), tallies -> {
            Counting counting = new Counting();
            Tallies.tell(tallies, campaignId, counting);
            besides.accept(tallies, counting);
            return counting.figures(campaignId, at);
        });
    }

    /** The hours as a plot takes them: when they begin in seconds since 1970, what went out, what did not; JSON. */
    public String series() {
        return List.of(
                        hours.stream().map(hour -> hour.from.getEpochSecond()).toList(),
                        hours.stream().map(Hour::cleared).toList(),
                        hours.stream().map(Hour::suppressed).toList())
                .toString();
    }

    /** The latest hour from which on so many were cleared; if there were fewer, the first. */
    Instant sinceTheLast(int cleared) {
        long counted = 0;
        for (int i = hours.size() - 1; i >= 0; i--) {
            counted += hours.get(i).cleared;
            if (counted >= cleared) {
                return hours.get(i).from;
            }
        }
        return hours.isEmpty() ? at : hours.get(0).from;
    }

    /** With what another instance counted. */
    Figures with(Figures other) {
        Counting both = new Counting();
        for (Figures one : List.of(this, other)) {
            for (OfChannel of : one.channels) {
                both.cleared(of.channel, of.cleared);
                both.waiting(of.channel, of.waiting);
                of.suppressed.forEach((reason, messages) -> both.suppressed(of.channel, reason, messages));
            }
            one.hours.forEach(hour -> both.hour(hour.from, hour.cleared, hour.suppressed));
        }
        return both.figures(campaignId, at);
    }

    /** Figures while they are counted. */
    private static final class Counting implements Tallies.Teller {

        private final Map<Channel, Long> cleared = new EnumMap<>(Channel.class);
        private final Map<Channel, Long> waiting = new EnumMap<>(Channel.class);
        private final Map<Channel, Map<Reason, Long>> suppressed = new EnumMap<>(Channel.class);
        private final Map<Instant, Hour> hours = new TreeMap<>();

        @Override
        public void cleared(Channel channel, long messages) {
            cleared.merge(channel, messages, Long::sum);
        }

        @Override
        public void waiting(Channel channel, long messages) {
            waiting.merge(channel, messages, Long::sum);
        }

        @Override
        public void suppressed(Channel channel, Reason decisive, long messages) {
            suppressed
                    .computeIfAbsent(channel, none -> new EnumMap<>(Reason.class))
                    .merge(decisive, messages, Long::sum);
        }

        @Override
        public void hour(Instant from, long cleared, long suppressed) {
            hours.merge(
                    from,
                    new Hour(from, cleared, suppressed),
                    (one, other) -> new Hour(from, one.cleared + other.cleared, one.suppressed + other.suppressed));
        }

        Figures figures(String campaignId, Instant at) {
            List<OfChannel> channels = new ArrayList<>();
            for (Channel channel : Channel.values()) {
                OfChannel of = new OfChannel(
                        channel,
                        cleared.getOrDefault(channel, 0L),
                        waiting.getOrDefault(channel, 0L),
                        suppressed.getOrDefault(channel, Map.of()));
                if (of.cleared + of.waiting + sum(of.suppressed) > 0) {
                    channels.add(of);
                }
            }
            long out = channels.stream().mapToLong(OfChannel::cleared).sum();
            long later = channels.stream().mapToLong(OfChannel::waiting).sum();
            long never = channels.stream().mapToLong(of -> sum(of.suppressed)).sum();
            return new Figures(
                    campaignId, at, out + later + never, out, later, never, channels, List.copyOf(hours.values()));
        }

        private static long sum(Map<Reason, Long> reasons) {
            return reasons.values().stream().mapToLong(Long::longValue).sum();
        }
    }
}
