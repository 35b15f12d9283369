package fi.lupa.edge.access;

import io.javalin.http.Context;
import java.util.UUID;

/** What a request goes by in its answer and in audit events; the same on every instance that takes part in the answer. */
public final class RequestId {
    private static final String ATTRIBUTE = "lupa.request";

    private RequestId() {}

    public static UUID of(Context ctx) {
        UUID known = ctx.attribute(ATTRIBUTE);
        if (known == null) {
            known = UUID.randomUUID();
            set(ctx, known);
        }
        return known;
    }

    static void set(Context ctx, UUID id) {
        ctx.attribute(ATTRIBUTE, id);
    }
}
