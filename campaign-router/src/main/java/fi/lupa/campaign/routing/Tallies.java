package fi.lupa.campaign.routing;

import fi.lupa.permission.Channel;
import fi.lupa.permission.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * What became of each campaign's messages: for good, by channel and outcome, and by the hour. It counts in the transaction of
 * the outcome itself, so that for every campaign
 *
 * <pre>addressed = cleared + suppressed, by decisive reason + waiting</pre>
 *
 * holds through restarts. Messages of campaigns that nobody defined count together, under an empty id.
 */
public final class Tallies {

    /** How long the hours are kept. */
    public static final Duration HOURS_KEPT = Duration.ofDays(31);

    private static final String CLEARED = "CLEARED";
    private static final String WAITING = "WAITING";
    private static final String SUPPRESSED = "SUPPRESSED";

    private static final String FOR_GOOD = "all/";
    private static final String BY_HOUR = "hour/";

    private final KeyValueStore<String, Long> store;

    /** Of the hour that it is, for the campaign that was counted last: most messages are like the one before. */
    private String hour = "";

    private String hourOf = "";
    private long hourBegan = Long.MIN_VALUE;

    Tallies(KeyValueStore<String, Long> store) {
        this.store = store;
    }

    /** What is told of the tallies. */
    public interface Teller {

        void cleared(Channel channel, long messages);

        void waiting(Channel channel, long messages);

        void suppressed(Channel channel, Reason decisive, long messages);

        void hour(Instant from, long cleared, long suppressed);
    }

    void cleared(String campaignId, Channel channel, Instant at) {
        add(FOR_GOOD + campaignId + "/" + channel + "/" + CLEARED, 1);
        add(now(campaignId, at) + "/" + CLEARED, 1);
    }

    void suppressed(String campaignId, Channel channel, Reason decisive, Instant at) {
        add(FOR_GOOD + campaignId + "/" + channel + "/" + decisive, 1);
        add(now(campaignId, at) + "/" + SUPPRESSED, 1);
    }

    /** @param change 1 for one more, -1 for one less */
    void waiting(String campaignId, Channel channel, int change) {
        add(FOR_GOOD + campaignId + "/" + channel + "/" + WAITING, change);
    }

    /** Forgets the hours that are over for long. */
    void forgetBefore(Instant then) {
        List<String> old = new ArrayList<>();
        each(store, BY_HOUR, BY_HOUR + "~", (key, count) -> {
            if (from(key).isBefore(then)) {
                old.add(key);
            }
        });
        old.forEach(store::delete);
    }

    /**
     * Tells what became of a campaign's messages here, but for the hours.
     *
     * @param campaignId empty for the campaigns that nobody defined
     */
    public static void tell(ReadOnlyKeyValueStore<String, Long> store, String campaignId, Teller teller) {
        String ofCampaign = FOR_GOOD + campaignId + "/";
        each(store, ofCampaign, ofCampaign + "~", (key, count) -> {
            String[] outcome = key.substring(ofCampaign.length()).split("/");
            if (outcome.length != 2) {
                return; // Of a message that waited under an id with a slash in it, which is no campaign's.
            }
            Channel channel = Channel.valueOf(outcome[0]);
            switch (outcome[1]) {
                case CLEARED -> teller.cleared(channel, count);
                case WAITING -> teller.waiting(channel, count);
                default -> teller.suppressed(channel, Reason.valueOf(outcome[1]), count);
            }
        });
    }

    /** Tells a campaign's hours here, from then on. */
    public static void tellHours(
            ReadOnlyKeyValueStore<String, Long> store, String campaignId, Instant since, Teller teller) {
        each(store, hour(campaignId, since), BY_HOUR + campaignId + "/~", (key, count) -> {
            boolean cleared = key.endsWith(CLEARED);
            teller.hour(from(key), cleared ? count : 0, cleared ? 0 : count);
        });
    }

    private static void each(
            ReadOnlyKeyValueStore<String, Long> store, String from, String to, BiConsumer<String, Long> tally) {
        try (KeyValueIterator<String, Long> tallies = store.range(from, to)) {
            tallies.forEachRemaining(one -> tally.accept(one.key, one.value));
        }
    }

    private void add(String key, long some) {
        Long known = store.get(key);
        store.put(key, (known == null ? 0 : known) + some);
    }

    private String now(String campaignId, Instant at) {
        long hours = hours(at);
        if (hours != hourBegan || !campaignId.equals(hourOf)) {
            hour = hour(campaignId, at);
            hourOf = campaignId;
            hourBegan = hours;
        }
        return hour;
    }

    private static long hours(Instant at) {
        return TimeUnit.SECONDS.toHours(at.getEpochSecond());
    }

    /** Of a campaign, in the order of time. */
    private static String hour(String campaignId, Instant at) {
        return BY_HOUR + campaignId + "/%09d".formatted(hours(at));
    }

    private static Instant from(String key) {
        return Instant.EPOCH.plus(Long.parseLong(key.split("/")[2]), ChronoUnit.HOURS);
    }
}
