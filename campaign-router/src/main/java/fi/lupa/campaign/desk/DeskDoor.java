package fi.lupa.campaign.desk;

import fi.lupa.campaign.audience.AudiencesDoor.Sizes;
import fi.lupa.campaign.audience.Parts;
import fi.lupa.campaign.decision.Decisions;
import fi.lupa.campaign.routing.AudienceSizes;
import fi.lupa.campaign.routing.KnownCampaigns;
import fi.lupa.campaign.routing.RouterTopology;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.access.Relays;
import fi.lupa.edge.keys.Principal;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignLaunched;
import fi.lupa.permission.Terms;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.streams.state.QueryableStoreTypes;

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

    /**
     * A campaign, as the pages tell of it.
     *
     * @param topic its name in the page's language, its id where the policy no longer names it; null for none
     * @param at the moment that it is shown as of
     * @param launchedAt null where it was not launched
     */
    public record Shown(CampaignDefined campaign, String topic, Instant at, Instant launchedAt) {

        public boolean beginsLater() {
            return at.isBefore(campaign.getValidFrom());
        }

        public boolean hasEnded() {
            return campaign.getValidUntil() != null && !at.isBefore(campaign.getValidUntil());
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
                overview -> page.show("home", Map.of("overview", overview, "campaigns", shown(page)))));
    }

    private void campaign(Context ctx) {
        Principal caller = access.require(ctx, DESK);
        DeskPages page = new DeskPages(ctx, caller, access.csrfToken(ctx));
        Optional<CampaignDefined> known = campaigns.find(ctx.pathParam("id"));
        if (known.isEmpty()) {
            page.show(404, "unknown", Map.of());
            return;
        }
        CampaignDefined campaign = known.get();
        ctx.future(() -> whole(
                ctx,
                () -> Figures.here(peers, campaign.getCampaignId(), clock.instant()),
                Figures.class,
                Figures::with,
                figures -> page.show(
                        "campaign",
                        Map.of(
                                "campaign",
                                shown(campaign, page),
                                "figures",
                                figures,
                                "contacts",
                                page.isFor(CONTACTS)))));
    }

    private void contacts(Context ctx) {
        Principal caller = access.require(ctx, CONTACTS);
        DeskPages page = new DeskPages(ctx, caller, access.csrfToken(ctx));
        Optional<CampaignDefined> known = campaigns.find(ctx.pathParam("id"));
        if (known.isEmpty()) {
            page.show(404, "unknown", Map.of());
            return;
        }
        CampaignDefined campaign = known.get();
        ctx.future(() -> access.record(ctx, null)
                .thenCompose(recorded -> whole(
                        ctx,
                        () -> Contacts.here(peers, Figures.here(peers, campaign.getCampaignId(), clock.instant())),
                        Contacts.class,
                        Contacts::with,
                        contacts -> page.show("contacts", Map.of("campaign", campaign, "contacts", contacts)))));
    }

    private List<Shown> shown(DeskPages page) {
        return campaigns.all().stream()
                .map(campaign -> shown(campaign, page))
                .sorted(Comparator.comparing(
                        one -> one.campaign().getName(), page.texts().order()))
                .toList();
    }

    private Shown shown(CampaignDefined campaign, DeskPages page) {
        CampaignLaunched launched = peers.read(
                RouterTopology.LAUNCHES,
                QueryableStoreTypes.<String, CampaignLaunched>keyValueStore(),
                launches -> launches.get(campaign.getCampaignId()));
        Terms.Topic topic =
                campaign.getTopic() == null ? null : decisions.terms().topics().get(campaign.getTopic());
        return new Shown(
                campaign,
                topic == null
                        ? campaign.getTopic()
                        : topic.nameIn(page.texts().locale().getLanguage()),
                clock.instant(),
                launched == null ? null : launched.getLaunchedAt());
    }

    /** Shows what all instances know; another instance that asks is told this one's part. */
    private <T> CompletableFuture<Void> whole(
            Context ctx, Supplier<T> here, Class<T> type, BinaryOperator<T> both, Consumer<T> show) {
        CompletableFuture<T> known = Parts.of(ctx, peers, here, type, both);
        return known.thenAccept(Relays.isRelayed(ctx) ? ctx::json : show);
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
