package fi.lupa.standalone.bench;

import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.event.CampaignDefined;
import fi.lupa.permission.Policy;
import fi.lupa.schemas.EventSerdes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Another way to route the same messages, measured in the same run as Lupa. The product carries none: those that are on the
 * class path are found by {@link java.util.ServiceLoader}.
 */
public interface Peer {

    /** What it is, in a few words. */
    String title();

    /** What it needs and this machine does not have, as a sentence; empty where it can run. */
    default Optional<String> lacks() {
        return Optional.empty();
    }

    /** Starts it: it takes in {@code consent.state} as far as that is written, and the messages once it is released. */
    Running start(Task task) throws Exception;

    /**
     * What a peer has to do: for every message of {@code campaign.messages} one record to a cleared topic or to the suppressed,
     * and the message's offset committed with it.
     *
     * @param prefix of the topics
     * @param client how to reach Kafka
     * @param campaign the one that all messages belong to
     * @param masterKey opens what the states tell of people
     * @param folder for local state
     * @param partitions of the topics that are spread by subject
     */
    record Task(
            String prefix,
            Map<String, Object> client,
            EventSerdes serdes,
            CampaignDefined campaign,
            Policy policy,
            MasterKey masterKey,
            Path folder,
            int threads,
            int partitions) {}

    /** A peer at work. */
    interface Running extends AutoCloseable {

        /** The consumer group that it commits the messages' offsets as. */
        String group();

        /** How many states it has taken in. */
        long taken();

        /** Takes no message from now on; called when all states are taken in and no message is written yet. */
        void hold() throws Exception;

        /** Takes messages from now on. */
        void release();

        /** What processes beside this one and the broker have used for it so far. */
        default Duration serverCpu() {
            return Duration.ZERO;
        }

        @Override
        void close();
    }
}
