package fi.lupa.campaign.desk;

import fi.lupa.campaign.audience.Downloads;
import fi.lupa.campaign.audience.Parts;
import fi.lupa.campaign.routing.Contacted;
import fi.lupa.campaign.routing.KnownCampaigns;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.Parameters;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.CampaignDefined;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/**
 * What became of a campaign's messages: {@code GET /v1/campaigns/{id}/figures} by channel, reason and hour, {@code GET
 * /v1/campaigns/{id}/contacts} a row for each that was cleared.
 */
public final class FiguresDoor {

    private static final Role[] FIGURE_READERS = {Role.MARKETER, Role.CAMPAIGN, Role.ANALYST, Role.OPERATOR};
    private static final Role[] CONTACT_READERS = {Role.MARKETER, Role.CAMPAIGN, Role.ANALYST};

    private final Access access;
    private final KnownCampaigns campaigns;
    private final Peers peers;
    private final Downloads downloads;
    private final Clock clock;

    public FiguresDoor(Access access, KnownCampaigns campaigns, Peers peers, Clock clock) {
        this.access = access;
        this.campaigns = campaigns;
        this.peers = peers;
        this.downloads = new Downloads(access, peers);
        this.clock = clock;
    }

    public void mount(RoutesConfig routes) {
        routes.get("/v1/campaigns/{id}/figures", this::figures, FIGURE_READERS);
        routes.get("/v1/campaigns/{id}/contacts", this::contacts, CONTACT_READERS);
    }

    private void figures(Context ctx) {
        String id = campaign(ctx, FIGURE_READERS);
        ctx.future(
                () -> Parts.of(ctx, peers, () -> Figures.here(peers, id, clock.instant()), Figures.class, Figures::with)
                        .thenAccept(ctx::json));
    }

    private void contacts(Context ctx) {
        String id = campaign(ctx, CONTACT_READERS);
        Parameters.refuseOthers(ctx, "since");
        Instant since = since(ctx).orElseGet(() -> clock.instant().minus(Contacted.KEPT));
        downloads.answer(
                ctx,
                "contacts-" + id,
                Contacts.COLUMNS,
                rows -> Contacts.each(peers, id, since, made -> rows.row(Contacts.values(made))),
                "",
                others -> {});
    }

    private String campaign(Context ctx, Role... readers) {
        String id = ctx.pathParam("id");
        if (!access.require(ctx, readers).mayUse(id)) {
            throw access.forbidden(ctx, "Your key is for other campaigns; use the one that is for this.");
        }
        return campaigns
                .find(id)
                .map(CampaignDefined::getCampaignId)
                .orElseThrow(() -> ProblemException.notFound("No campaign of this id is defined."));
    }

    private static Optional<Instant> since(Context ctx) {
        try {
            return Optional.ofNullable(ctx.queryParam("since")).map(Instant::parse);
        } catch (DateTimeParseException e) {
            throw ProblemException.badRequest(List.of(new Fault("since", "Write a moment as 2026-03-02T12:00:00Z.")));
        }
    }
}
