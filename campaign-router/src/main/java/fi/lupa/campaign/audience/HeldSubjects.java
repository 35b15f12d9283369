package fi.lupa.campaign.audience;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.campaign.decision.StoredState;
import fi.lupa.campaign.routing.KnownHere;
import fi.lupa.campaign.routing.RouterTopology;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.ContactsMade;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BiFunction;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** The subjects whose states this instance holds, each with what is to be known beside it. */
final class HeldSubjects {

    private static final int LOOK_ROUND_EVERY = 500;

    private final Peers peers;

    HeldSubjects(Peers peers) {
        this.peers = peers;
    }

    /** What is done with a subject. */
    @FunctionalInterface
    interface Look {

        void at(ConsentState state, Decisions.Known beside) throws IOException;
    }

    /**
     * Looks at everybody who stands for themselves, one after another, as they are by then; nobody is kept in memory.
     *
     * @throws ProblemException 503 when the states are moved to another instance while it looks, or what people say is heard no
     *     more
     */
    void each(Look look) {
        reading((states, beside) -> {
            try (KeyValueIterator<String, StoredState> all = states.all()) {
                for (int looked = 0; all.hasNext(); looked++) {
                    if (looked % LOOK_ROUND_EVERY == 0) {
                        peers.checkCurrent(RouterTopology.CONSENT_STATE);
                    }
                    ConsentState state = next(all, states);
                    if (state != null && Decisions.standsForThemselves(state)) {
                        look.at(state, beside);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return null;
        });
    }

    /** Reads states by their subjects. */
    <R> R reading(BiFunction<ReadOnlyKeyValueStore<String, StoredState>, Decisions.Known, R> reading) {
        return peers.read(
                RouterTopology.CONSENT_STATE,
                QueryableStoreTypes.<String, StoredState>keyValueStore(),
                states -> peers.read(
                        RouterTopology.STOPS,
                        QueryableStoreTypes.<String, ContactPointStop>keyValueStore(),
                        stops -> peers.read(
                                RouterTopology.CONTACTS,
                                QueryableStoreTypes.<String, ContactsMade>keyValueStore(),
                                contacts -> reading.apply(states, new KnownHere(stops, contacts)))));
    }

    /**
     * The next as they are now: the iterator shows everybody as they were when it was opened. What cannot be read permits
     * nothing, and keeps nobody else out.
     */
    private static ConsentState next(
            KeyValueIterator<String, StoredState> all, ReadOnlyKeyValueStore<String, StoredState> states) {
        String subjectId = all.peekNextKey();
        try {
            all.next();
            StoredState state = states.get(subjectId);
            return state == null ? null : state.whole();
        } catch (SerializationException e) {
            return null;
        }
    }
}
