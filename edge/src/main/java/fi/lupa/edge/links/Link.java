package fi.lupa.edge.links;

import fi.lupa.permission.Scope;
import java.time.Instant;
import java.util.UUID;

/** What a link entitles its holder to. People are named by pseudonymous ids alone. */
public sealed interface Link {

    /** Whose link it is. */
    String subjectId();

    /** The link is worthless from this moment on; whole seconds. */
    Instant expiresAt();

    /** Opens the preference page. */
    record Preferences(String subjectId, Instant expiresAt) implements Link {}

    /**
     * Stops a scope for the address or number that a message went to.
     *
     * @param contactPointId the address or number
     */
    record Unsubscribe(String subjectId, String contactPointId, Scope scope, Instant expiresAt) implements Link {}

    /**
     * Shows one instance that another asks it; no person is given one.
     *
     * @param subjectId whom about; or the id of the request that is relayed, where the caller's own key says who asks
     */
    record Peer(String subjectId, Instant expiresAt) implements Link {}

    /**
     * Opens the receipt of a statement.
     *
     * @param eventId the statement's
     */
    record Receipt(String subjectId, UUID eventId, Instant expiresAt) implements Link {}
}
