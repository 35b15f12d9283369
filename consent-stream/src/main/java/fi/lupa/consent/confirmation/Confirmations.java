package fi.lupa.consent.confirmation;

import fi.lupa.event.ConsentState;
import fi.lupa.event.PendingConfirmation;
import fi.lupa.permission.Scope;
import fi.lupa.permission.Statement;
import fi.lupa.schemas.InternalSerde;
import fi.lupa.schemas.mapping.Subjects;
import fi.lupa.schemas.mapping.Words;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * How confirmations are asked for, and where those asked for are kept: by the hash of each link's token, and once more by
 * the statement that waits, so that nobody is asked twice.
 *
 * @param publicUrl what links begin with, without a slash at the end
 * @param within how long a link works
 */
public record Confirmations(URI publicUrl, Duration within) {

    public static final String STORE = "confirmations";

    /** Kept longer than links work: a late one is told that it is late, a repeated statement is known again. */
    private static final Duration MARGIN = Duration.ofDays(1);

    /** Where the link with this token leads. */
    public String link(Token token) {
        return publicUrl + "/confirm/" + token.text();
    }

    public StoreBuilder<WindowStore<String, PendingConfirmation>> store() {
        return Stores.windowStoreBuilder(
                Stores.persistentWindowStore(STORE, kept(), Duration.ofHours(1), false),
                Serdes.String(),
                new InternalSerde<>(PendingConfirmation.class));
    }

    /** The key under which a statement's confirmation is kept; no hash has a slash. */
    public static String asked(UUID statementId) {
        return "asked/" + statementId;
    }

    /** What is kept under a key, as of about this moment. */
    public Optional<PendingConfirmation> find(
            ReadOnlyWindowStore<String, PendingConfirmation> store, String key, Instant now) {
        try (WindowStoreIterator<PendingConfirmation> found = store.fetch(key, now.minus(kept()), now.plus(kept()))) {
            return found.hasNext() ? Optional.of(found.next().value) : Optional.empty();
        }
    }

    private Duration kept() {
        return within.plus(MARGIN);
    }

    /**
     * Whether it is this very statement that the consent now waits for. A newer form's takes its place; a confirmation or a
     * no leaves nothing to wait for.
     */
    public static boolean awaits(
            ConsentState state, fi.lupa.event.Scope scope, String contactPointId, UUID statementId, Instant at) {
        Statement awaiting = Subjects.consents(state).awaiting(Words.same(scope, Scope.class), contactPointId, at);
        return awaiting != null && awaiting.eventId().equals(statementId);
    }
}
