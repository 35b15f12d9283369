package fi.lupa.consent.console;

import fi.lupa.edge.access.Access;
import fi.lupa.edge.access.LoginPage;
import fi.lupa.edge.access.StaffLogin;
import fi.lupa.edge.http.Negotiation;
import fi.lupa.edge.keys.Principal;
import fi.lupa.edge.keys.Role;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

/** {@code GET /console}: who is signed in. */
public final class ConsolePage {
    private static final Role[] STAFF = Role.OF_STAFF.toArray(Role[]::new);

    private final Access access;

    public ConsolePage(Access access) {
        this.access = access;
    }

    public void mount(RoutesConfig routes) {
        routes.get("/console", this::show, STAFF);
    }

    private void show(Context ctx) {
        Principal caller = access.require(ctx, STAFF);
        StaffLogin.html(
                ctx,
                200,
                new LoginPage(Negotiation.language(ctx))
                        .home("/console", caller.shownAs(), caller.roles(), access.csrfToken(ctx)));
    }
}
