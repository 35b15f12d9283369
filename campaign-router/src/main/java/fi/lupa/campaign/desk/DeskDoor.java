package fi.lupa.campaign.desk;

import fi.lupa.campaign.audience.AudiencesDoor.Sizes;
import fi.lupa.campaign.audience.Parts;
import fi.lupa.campaign.decision.Decisions;
import fi.lupa.campaign.routing.AudienceSizes;
import fi.lupa.campaign.routing.KnownCampaigns;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.keys.Principal;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.CampaignDefined;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * {@code /desk}: marketers see how many they may reach, what became of each campaign's messages and why, as it happens. The
 * pages ask for themselves anew every other second.
 */
public final class DeskDoor {

    private static final Role[] STAFF = Role.OF_STAFF.toArray(Role[]::new);
    private static final Role[] DESK = {Role.MARKETER, Role.ANALYST, Role.OPERATOR};
    private static final Role[] CONTACTS = {Role.MARKETER, Role.ANALYST};

    private final Access access;
    private final Decisions decisions;
    private final AudienceSizes sizes;
    private final KnownCampaigns campaigns;
    private final Peers peers;
    private final Clock clock;

    public DeskDoor(
            Access access,
            Decisions decisions,
            AudienceSizes sizes,
            KnownCampaigns campaigns,
            Peers peers,
            Clock clock) {
        this.access = access;
        this.decisions = decisions;
        this.sizes = sizes;
        this.campaigns = campaigns;
        this.peers = peers;
        this.clock = clock;
    }

    /** What the first page shows: the audiences, and every campaign's figures by its id, without the hours. */
    public record Overview(Sizes audiences, Map<String, Figures> campaigns) {

        Overview with(Overview other) {
            Map<String, Figures> both = new TreeMap<>(campaigns);
            other.campaigns.forEach((id, figures) -> both.merge(id, figures, Figures::with));
            return new Overview(audiences.with(other.audiences), both);
        }
    }

    public void mount(RoutesConfig routes) {
        routes.get("/desk", this::home, STAFF);
        routes.get("/desk/campaigns/{id}", this::campaign, DESK);
        routes.get("/desk/campaigns/{id}/contacts", this::contacts, CONTACTS);
    }

    private void home(Context ctx) {
        Principal caller = access.require(ctx, STAFF);
        DeskPages page = new DeskPages(ctx, caller, access.csrfToken(ctx));
        if (!page.isFor(DESK)) {
            page.show("other", Map.of());
            return;
        }
        ctx.future(() -> whole(
                ctx,
                this::here,
                Overview.class,
                Overview::with,
                overview -> page.show("home", Map.of("overview", overview, "campaigns", campaigns.all()))));
    }

    private void campaign(Context ctx) {
        Principal caller = access.require(ctx, DESK);
        DeskPages page = new DeskPages(ctx, caller, access.csrfToken(ctx));
        CampaignDefined campaign = campaign(ctx.pathParam("id"));
        ctx.future(() -> whole(
                ctx,
                () -> Figures.here(peers, campaign.getCampaignId(), clock.instant()),
                Figures.class,
                Figures::with,
                figures -> page.show(
                        "campaign",
                        Map.of("campaign", campaign, "figures", figures, "contacts", page.isFor(CONTACTS)))));
    }

    private void contacts(Context ctx) {
        Principal caller = access.require(ctx, CONTACTS);
        DeskPages page = new DeskPages(ctx, caller, access.csrfToken(ctx));
        CampaignDefined campaign = campaign(ctx.pathParam("id"));
        ctx.future(() -> access.record(ctx, null)
                .thenCompose(recorded -> whole(
                        ctx,
                        () -> Contacts.here(peers, Figures.here(peers, campaign.getCampaignId(), clock.instant())),
                        Contacts.class,
                        Contacts::with,
                        contacts -> page.show("contacts", Map.of("campaign", campaign, "contacts", contacts)))));
    }

    private CampaignDefined campaign(String id) {
        return campaigns.find(id).orElseThrow(() -> ProblemException.notFound("No campaign of this id is defined."));
    }

    /** Shows what all instances know; another instance that asks is told this one's part. */
    private <T> CompletableFuture<Void> whole(
            Context ctx, Supplier<T> here, Class<T> type, BinaryOperator<T> both, Consumer<T> show) {
        CompletableFuture<T> known = Parts.of(ctx, peers, here, type, both);
        return known.thenAccept(Peers.isRelayed(ctx) ? ctx::json : show);
    }

    private Overview here() {
        Instant at = clock.instant();
        Map<String, Figures> all = new TreeMap<>();
        campaigns.all().stream()
                .map(CampaignDefined::getCampaignId)
                .forEach(id -> all.put(id, Figures.sumsHere(peers, id, at)));
        return new Overview(Sizes.here(sizes, decisions, at), all);
    }
}
