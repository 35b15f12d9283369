package fi.lupa.edge.access;

import fi.lupa.edge.streams.Peers;
import io.javalin.http.Context;
import java.util.UUID;

/** What a request goes by in its answer and in audit events; the same on every instance that takes part in the answer. */
public final class RequestId {
    private static final String ATTRIBUTE = "lupa.request";

    private RequestId() {}

    public static UUID of(Context ctx) {
        UUID known = ctx.attribute(ATTRIBUTE);
        if (known == null) {
            known = relayed(ctx.header(Peers.RELAYED));
            ctx.attribute(ATTRIBUTE, known);
        }
        return known;
    }

    // Only another instance is believed, and only what cannot hold a name or an address.
    private static UUID relayed(String id) {
        try {
            return id == null ? UUID.randomUUID() : UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            return UUID.randomUUID();
        }
    }
}
