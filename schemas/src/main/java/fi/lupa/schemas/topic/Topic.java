package fi.lupa.schemas.topic;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.TopicConfig;

/**
 * A topic as every service knows it. Keys are UTF-8 strings.
 *
 * @param name without the prefix of an installation
 * @param key what the key is, for people
 * @param value class of the Avro value
 * @param spread whether the topic is spread over all partitions by subject, and so joined with the others that are; a
 *     topic that is not has one partition
 * @param stampedByBroker whether a record's time is the broker's, so that no sender's clock passes for the truth
 * @param cleanup how old records leave
 * @param owner the service whose topic it is; who else may write there, the rights tell ({@code lupa topics --acls})
 */
public record Topic<V extends SpecificRecord>(
        String name,
        String key,
        Class<V> value,
        boolean spread,
        boolean stampedByBroker,
        Cleanup cleanup,
        String owner) {

    /** How old records leave a topic. */
    public sealed interface Cleanup {

        /** Records leave when they are older than this. */
        record After(Duration age) implements Cleanup {}

        /** Records stay. */
        record Never() implements Cleanup {}

        /**
         * Of every key the newest record stays, and a deleted key's tombstone for a day.
         *
         * @param within how long a replaced record may stay at most; null for as long as the broker likes
         */
        record ToNewestOfKey(Duration within) implements Cleanup {}
    }

    /** The name in an installation. */
    public String in(String prefix) {
        return prefix + name;
    }

    /** The schema registry subject in an installation (TopicNameStrategy). */
    public String subject(String prefix) {
        return in(prefix) + "-value";
    }

    public Schema schema() {
        return SpecificData.get().getSchema(value);
    }

    /** How many partitions the topic has where subjects are spread over the given number. */
    public int partitions(int spreadOver) {
        return spread ? spreadOver : 1;
    }

    /** How long records are kept; empty for ever or until replaced. */
    public Optional<Duration> retention() {
        return cleanup instanceof Cleanup.After after ? Optional.of(after.age()) : Optional.empty();
    }

    /** The broker's settings for the topic. */
    public Map<String, String> configs() {
        Map<String, String> configs = new HashMap<>();
        boolean compacted = cleanup instanceof Cleanup.ToNewestOfKey;
        configs.put(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                compacted ? TopicConfig.CLEANUP_POLICY_COMPACT : TopicConfig.CLEANUP_POLICY_DELETE);
        if (!compacted) {
            configs.put(
                    TopicConfig.RETENTION_MS_CONFIG,
                    Long.toString(retention().map(Duration::toMillis).orElse(-1L)));
        }
        if (cleanup instanceof Cleanup.ToNewestOfKey newest && newest.within() != null) {
            configs.put(
                    TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG,
                    Long.toString(newest.within().toMillis()));
        }
        if (stampedByBroker) {
            configs.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        }
        return configs;
    }
}
