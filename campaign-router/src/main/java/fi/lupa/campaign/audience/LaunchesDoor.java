package fi.lupa.campaign.audience;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.campaign.routing.AudienceSizes;
import fi.lupa.campaign.routing.KnownCampaigns;
import fi.lupa.campaign.routing.RouterTopology;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.kafka.Copies;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.streams.Peers;
import fi.lupa.edge.streams.Shown;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignLaunched;
import fi.lupa.event.LaunchProgress;
import fi.lupa.event.Segment;
import fi.lupa.event.SentForm;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Reason;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.OwnCampaigns;
import fi.lupa.schemas.mapping.Words;
import fi.lupa.schemas.topic.Topics;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/**
 * {@code /v1/campaigns/{id}/preview} and {@code /launch}: how many a campaign would reach, before anything is sent; its
 * messages made, once; and how far that has come.
 */
public final class LaunchesDoor {

    private static final Duration SHOWN_WITHIN = Duration.ofSeconds(5);

    private static final Role[] WATCHERS = {Role.MARKETER, Role.CAMPAIGN, Role.ANALYST, Role.OPERATOR};

    private final Access access;
    private final Decisions decisions;
    private final AudienceSizes sizes;
    private final KnownCampaigns campaigns;
    private final HeldSubjects held;
    private final Peers peers;
    private final EventWriter writer;
    private final Copies copies;
    private final Clock clock;

    public LaunchesDoor(
            Access access,
            Decisions decisions,
            AudienceSizes sizes,
            KnownCampaigns campaigns,
            Peers peers,
            EventWriter writer,
            Copies copies,
            Clock clock) {
        this.access = access;
        this.decisions = decisions;
        this.sizes = sizes;
        this.campaigns = campaigns;
        this.held = new HeldSubjects(peers);
        this.peers = peers;
        this.writer = writer;
        this.copies = copies;
        this.clock = clock;
    }

    /**
     * What a launch at the moment would come to, by one decision for everybody in the segment.
     *
     * @param subjects everybody who stands for themselves
     * @param matched how many of them the segment's rules hold for
     * @param keptOut of these, how many may not be chosen so, since they prohibited marketing use of their data
     * @param cleared how many messages would go out, by the channel that they take
     * @param held how many would wait until their channel no longer rests
     * @param suppressed how many would not go out, by decisive reason; matched = keptOut + cleared + held + suppressed
     * @param unknownTags tags that the segment names and nobody has
     * @param unknownForms forms that the segment names and nobody has sent
     */
    record Preview(
            String campaignId,
            Instant at,
            String policyVersion,
            long subjects,
            long matched,
            long keptOut,
            Map<Channel, Long> cleared,
            long held,
            Map<Reason, Long> suppressed,
            Set<String> unknownTags,
            Set<String> unknownForms) {

        Preview with(Preview other) {
            return new Preview(
                    campaignId,
                    at,
                    policyVersion,
                    subjects + other.subjects,
                    matched + other.matched,
                    keptOut + other.keptOut,
                    sum(cleared, other.cleared, new EnumMap<>(Channel.class)),
                    held + other.held,
                    sum(suppressed, other.suppressed, new EnumMap<>(Reason.class)),
                    common(unknownTags, other.unknownTags),
                    common(unknownForms, other.unknownForms));
        }

        private static <K> Map<K, Long> sum(Map<K, Long> one, Map<K, Long> other, Map<K, Long> sum) {
            sum.putAll(one);
            other.forEach((key, count) -> sum.merge(key, count, Long::sum));
            return sum;
        }

        private static Set<String> common(Set<String> one, Set<String> other) {
            return one.stream().filter(other::contains).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /**
     * How far a launch has come.
     *
     * @param subjects how many it has looked at who stand for themselves
     * @param ofSubjects how many there are now, who stand for themselves
     * @param messages how many it has made; what became of them, their own books tell
     * @param done whether it has looked at everybody
     */
    record Progress(
            String campaignId,
            Instant launchedAt,
            String launchedBy,
            long subjects,
            long ofSubjects,
            long messages,
            boolean done) {

        Progress with(Progress other) {
            return new Progress(
                    campaignId,
                    launchedAt,
                    launchedBy,
                    subjects + other.subjects,
                    ofSubjects + other.ofSubjects,
                    messages + other.messages,
                    done && other.done);
        }
    }

    public void mount(RoutesConfig routes) {
        routes.get("/v1/campaigns/{id}/preview", this::preview, Role.MARKETER);
        routes.post("/v1/campaigns/{id}/launch", this::launch, Role.MARKETER);
        routes.get("/v1/campaigns/{id}/launch", this::progress, WATCHERS);
    }

    private void preview(Context ctx) {
        CampaignDefined campaign = campaign(ctx);
        if (campaign.getSegment() == null) {
            throw ProblemException.conflict("The campaign names no segment; define it with one, {} for everybody.");
        }
        Instant now = clock.instant();
        Instant at = now.isBefore(campaign.getValidFrom()) ? campaign.getValidFrom() : now;
        answer(ctx, () -> previewHere(campaign, at), Preview.class, Preview::with);
    }

    private Preview previewHere(CampaignDefined campaign, Instant at) {
        Counting counting = new Counting(campaign, at);
        held.each((state, beside) -> {
            counting.subjects++;
            state.getTags().forEach(counting.unknownTags::remove);
            state.getForms().stream().map(SentForm::getFormId).forEach(counting.unknownForms::remove);
            if (!Decisions.matches(campaign.getSegment(), state, at)) {
                return;
            }
            counting.matched++;
            if (!decisions.isIn(campaign.getSegment(), state, at)) {
                counting.keptOut++;
                return;
            }
            Channel channel = Words.same(decisions.bestChannel(campaign, state, beside, at), Channel.class);
            counting.count(
                    channel,
                    decisions
                            .decide(
                                    new Enquiry(channel, null, null, RouterTopology.LAUNCH_MESSAGE_ID),
                                    campaign,
                                    state,
                                    beside,
                                    at)
                            .verdict());
        });
        return counting.preview();
    }

    /** A preview while it is counted. */
    private final class Counting {

        private final CampaignDefined campaign;
        private final Instant at;
        private final Map<Channel, Long> cleared = new EnumMap<>(Channel.class);
        private final Map<Reason, Long> suppressed = new EnumMap<>(Reason.class);
        private final Set<String> unknownTags = new TreeSet<>();
        private final Set<String> unknownForms = new TreeSet<>();
        private long subjects;
        private long matched;
        private long keptOut;
        private long waiting;

        Counting(CampaignDefined campaign, Instant at) {
            this.campaign = campaign;
            this.at = at;
            Segment segment = campaign.getSegment();
            Stream.of(segment.getTags(), segment.getAnyTags(), segment.getWithoutTags())
                    .forEach(unknownTags::addAll);
            Stream.of(segment.getForms(), segment.getWithoutForms()).forEach(unknownForms::addAll);
        }

        void count(Channel channel, Verdict verdict) {
            if (verdict instanceof Verdict.Cleared) {
                cleared.merge(channel, 1L, Long::sum);
            } else if (verdict instanceof Verdict.Suppressed no) {
                suppressed.merge(no.reasons().get(0), 1L, Long::sum);
            } else {
                waiting++;
            }
        }

        Preview preview() {
            return new Preview(
                    campaign.getCampaignId(),
                    at,
                    decisions.unavailable(at).policyVersion(),
                    subjects,
                    matched,
                    keptOut,
                    cleared,
                    waiting,
                    suppressed,
                    unknownTags,
                    unknownForms);
        }
    }

    /** Answers when the launch is on disk: from then on it goes on by itself, whoever stops. */
    private void launch(Context ctx) {
        String id = ctx.pathParam("id");
        String launchedBy = access.require(ctx, Role.MARKETER).name();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        ctx.future(() -> newest(id)
                .thenCompose(campaign -> {
                    check(campaign, now);
                    return writer.send(Topics.CAMPAIGN_LAUNCHES, id, new CampaignLaunched(campaign, now, launchedBy));
                })
                .thenCompose(written -> Shown.within(SHOWN_WITHIN, () -> known(id) != null))
                .thenAccept(shown -> ctx.status(202)
                        .header(Header.LOCATION, "/v1/campaigns/" + id + "/launch")
                        .json(new Progress(id, now, launchedBy, 0, sizes.now().subjects(), 0, false))));
    }

    private void check(CampaignDefined campaign, Instant now) {
        if (campaign.getCampaignId().startsWith(OwnCampaigns.PREFIX)) {
            throw ProblemException.conflict("Lupa itself writes this campaign's messages; define another for yours.");
        }
        if (campaign.getSegment() == null || campaign.getTemplate() == null) {
            throw ProblemException.conflict("The campaign names no "
                    + (campaign.getSegment() == null ? "segment" : "template")
                    + "; define it with one before it is launched.");
        }
        if (now.isBefore(campaign.getValidFrom())) {
            throw ProblemException.conflict(
                    "The campaign begins at %s; launch it then.".formatted(campaign.getValidFrom()));
        }
        if (campaign.getValidUntil() != null && !now.isBefore(campaign.getValidUntil())) {
            throw ProblemException.conflict("The campaign has ended at %s.".formatted(campaign.getValidUntil()));
        }
    }

    private void progress(Context ctx) {
        if (!access.require(ctx, WATCHERS).mayUse(ctx.pathParam("id"))) {
            throw access.forbidden(ctx, "Your key is for other campaigns; use one that is for this.");
        }
        CampaignLaunched launched = known(ctx.pathParam("id"));
        if (launched == null) {
            throw ProblemException.notFound("No launch of a campaign of this id is known.");
        }
        answer(ctx, () -> progressHere(launched), Progress.class, Progress::with);
    }

    private Progress progressHere(CampaignLaunched launched) {
        String id = launched.getCampaign().getCampaignId();
        return peers.read(
                RouterTopology.LAUNCH_PROGRESS,
                QueryableStoreTypes.<String, LaunchProgress>keyValueStore(),
                progress -> {
                    long subjects = 0;
                    long messages = 0;
                    long done = 0;
                    try (KeyValueIterator<String, LaunchProgress> parts =
                            progress.range(RouterTopology.launchKey(id, ""), RouterTopology.launchKey(id, ":"))) {
                        while (parts.hasNext()) {
                            LaunchProgress part = parts.next().value;
                            subjects += part.getSubjects();
                            messages += part.getMessages();
                            done += part.getDone() ? 1 : 0;
                        }
                    }
                    AudienceSizes.Sizes now = sizes.now();
                    return new Progress(
                            id,
                            launched.getLaunchedAt(),
                            launched.getLaunchedBy(),
                            subjects,
                            now.subjects(),
                            messages,
                            done == now.parts());
                });
    }

    private CampaignLaunched known(String campaignId) {
        return peers.read(
                RouterTopology.LAUNCHES,
                QueryableStoreTypes.<String, CampaignLaunched>keyValueStore(),
                launches -> launches.get(campaignId));
    }

    private CampaignDefined campaign(Context ctx) {
        return campaigns.find(ctx.pathParam("id")).orElseThrow(LaunchesDoor::noCampaign);
    }

    /** As it lies on Kafka, and not launched yet: another instance may have answered for either a moment ago. */
    private CompletableFuture<CampaignDefined> newest(String id) {
        return copies.under(Set.of(id), List.of(Topics.CAMPAIGN_DEFINITIONS, Topics.CAMPAIGN_LAUNCHES))
                .thenApply(found -> {
                    if (!found.in(Topics.CAMPAIGN_LAUNCHES).isEmpty()) {
                        throw ProblemException.conflict(
                                "The campaign was launched before, and is launched once; GET tells how far it has come."
                                        + " Define another campaign for other messages.");
                    }
                    CampaignDefined newest = null;
                    for (Copies.Copy<CampaignDefined> defined : found.in(Topics.CAMPAIGN_DEFINITIONS)) {
                        newest = defined.value();
                    }
                    if (newest == null) {
                        throw noCampaign();
                    }
                    return newest;
                });
    }

    private static ProblemException noCampaign() {
        return ProblemException.notFound("No campaign of this id is defined.");
    }

    /** Answers with what this instance knows and, the first that was asked, with what the others know, too. */
    private <T> void answer(Context ctx, Supplier<T> here, Class<T> type, BinaryOperator<T> both) {
        ctx.future(() -> Parts.of(ctx, peers, here, type, both).thenAccept(ctx::json));
    }
}
