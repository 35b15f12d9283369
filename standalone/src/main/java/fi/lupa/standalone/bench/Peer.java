package fi.lupa.standalone.bench;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.campaign.decision.MessageLinks;
import fi.lupa.event.CampaignDefined;
import fi.lupa.schemas.registry.SchemaRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Another way to route the same messages, measured in the same run as Lupa. The product carries none: those that are on the
 * class path are found by {@link java.util.ServiceLoader}.
 */
public interface Peer extends AutoCloseable {

    /** What it is, in a few words. */
    String title();

    /** What it needs and this machine does not have, as a sentence; empty where it can run. */
    default Optional<String> lacks() {
        return Optional.empty();
    }

    /**
     * Starts it: it takes in {@code consent.state} and {@code consent.stops} as far as they are written, and the messages once
     * it is released.
     */
    Running start(Task task) throws Exception;

    /** Ends what it keeps from one run to the next. */
    @Override
    default void close() {}

    /**
     * What a peer has to do, as Lupa does: for every message of {@code campaign.messages} one record to a cleared topic or to
     * the suppressed, exactly once; for every one that is cleared one to {@code campaign.contacts}, and a memory of it, so that
     * a message that comes again is not cleared again; and nothing to an address that somebody has stopped.
     *
     * @param prefix of the topics
     * @param client how to reach Kafka
     * @param registry that the states and messages were written by, and the outcomes are read by
     * @param campaign the one that all messages belong to
     * @param masterKeyset as text; opens what the states tell of people
     * @param folder for local state
     * @param partitions of the topics that are spread by subject
     * @param stops how many addresses were stopped
     */
    record Task(
            String prefix,
            Map<String, Object> client,
            SchemaRegistry registry,
            CampaignDefined campaign,
            String masterKeyset,
            Path folder,
            int threads,
            int partitions,
            int stops) {

        /** What decides on every message, as it does for Lupa. */
        public Decisions decisions() {
            return Site.decisions(Site.masterKey(masterKeyset));
        }

        /** What gives a cleared message its links. */
        public MessageLinks links() {
            return Site.links(decisions());
        }

        /** Without the key. */
        @Override
        public String toString() {
            return prefix;
        }
    }

    /** A peer at work. */
    interface Running extends AutoCloseable {

        /** How many states and stops it has taken in. */
        long taken();

        /** How many messages it is done with for good: what became of them is committed, and will not be done again. */
        long done();

        /** Takes no message from now on; called when all states and stops are taken in and no message is written yet. */
        void hold() throws Exception;

        /** Takes messages from now on. */
        void release();

        /** What processes of its own beside this one have used so far. */
        default Duration clientCpu() {
            return Duration.ZERO;
        }

        /** What the server that it asks has used for it so far. */
        default Duration serverCpu() {
            return Duration.ZERO;
        }

        @Override
        void close();
    }
}
