package fi.lupa.campaign.desk;

import fi.lupa.campaign.audience.Parts;
import fi.lupa.campaign.routing.KnownCampaigns;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.streams.Peers;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;

/** {@code GET /v1/campaigns/{id}/figures}: what became of a campaign's messages, by channel, reason and hour. */
public final class FiguresDoor {

    private static final Role[] READERS = {Role.MARKETER, Role.CAMPAIGN, Role.ANALYST, Role.OPERATOR};

    private final Access access;
    private final KnownCampaigns campaigns;
    private final Peers peers;
    private final Clock clock;

    public FiguresDoor(Access access, KnownCampaigns campaigns, Peers peers, Clock clock) {
        this.access = access;
        this.campaigns = campaigns;
        this.peers = peers;
        this.clock = clock;
    }

    public void mount(RoutesConfig routes) {
        routes.get("/v1/campaigns/{id}/figures", this::get, READERS);
    }

    private void get(Context ctx) {
        String id = ctx.pathParam("id");
        if (!access.require(ctx, READERS).mayUse(id)) {
            throw access.forbidden(ctx, "Your key is for other campaigns; use the one that is for this.");
        }
        if (campaigns.find(id).isEmpty()) {
            throw ProblemException.notFound("No campaign of this id is defined.");
        }
        ctx.future(
                () -> Parts.of(ctx, peers, () -> Figures.here(peers, id, clock.instant()), Figures.class, Figures::with)
                        .thenAccept(ctx::json));
    }
}
