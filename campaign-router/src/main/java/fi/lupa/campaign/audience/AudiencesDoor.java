package fi.lupa.campaign.audience;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.github.f4b6a3.uuid.UuidCreator;
import com.github.f4b6a3.uuid.util.UuidUtil;
import fi.lupa.campaign.decision.Decisions;
import fi.lupa.campaign.decision.Decisions.Decision;
import fi.lupa.campaign.decision.StoredState;
import fi.lupa.campaign.routing.AudienceSizes;
import fi.lupa.campaign.routing.KnownCampaigns;
import fi.lupa.campaign.routing.RouterTopology;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.access.Relays;
import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.kafka.Copies;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.keys.Principal;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.AudienceExported;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.ConsentState;
import fi.lupa.event.Segment;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Purpose;
import fi.lupa.permission.Reason;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.mapping.Words;
import fi.lupa.schemas.topic.Topics;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * {@code /v1/audiences}: how large they are and why they are not larger, the rows of one, and, later, which of those who
 * were given out may no longer be contacted.
 */
public final class AudiencesDoor {

    /** In the answer to an export: what it is asked about by later. */
    static final String EXPORT_ID = "Lupa-Export-Id";

    /** In the answer to an export: after when nobody may be contacted by it. */
    static final String NOT_AFTER = "Lupa-Not-After";

    /** From one instance to another: the export that its rows are a part of. */
    private static final String PART_OF = "partOf";

    private static final Set<String> PARAMETERS =
            Set.of("purpose", "campaign", "tag", "language", "registeredFrom", "registeredUntil", PART_OF);

    private static final Role[] SIZE_READERS = {Role.MARKETER, Role.CAMPAIGN, Role.ANALYST};

    private static final Duration CLOCKS_DIFFER_BY = Duration.ofMinutes(5);

    private final Access access;
    private final Decisions decisions;
    private final AudienceSizes sizes;
    private final KnownCampaigns campaigns;
    private final HeldSubjects held;
    private final Peers peers;
    private final EventWriter writer;
    private final Copies copies;
    private final Downloads downloads;
    private final Clock clock;

    public AudiencesDoor(
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
        this.downloads = new Downloads(access, peers);
        this.clock = clock;
    }

    /**
     * The audiences for direct marketing now.
     *
     * @param subjects everybody who stands for themselves
     * @param counted false while some have not been looked at since a start; who has not, is not in any number
     */
    public record Sizes(
            Instant at, String policyVersion, Purpose purpose, long subjects, boolean counted, List<Size> channels) {

        /** Of those whom this instance holds. */
        public static Sizes here(AudienceSizes sizes, Decisions decisions, Instant at) {
            AudienceSizes.Sizes now = sizes.now();
            return new Sizes(
                    at,
                    decisions.terms().version(),
                    Purpose.DIRECT_MARKETING,
                    now.subjects(),
                    now.counted(),
                    Arrays.stream(Channel.values())
                            .map(channel -> new Size(
                                    channel,
                                    now.members().get(channel),
                                    now.notIn().get(channel)))
                            .toList());
        }

        /** With those whom another instance holds. */
        public Sizes with(Sizes other) {
            Map<Channel, Size> others =
                    other.channels.stream().collect(Collectors.toMap(Size::channel, Function.identity()));
            return new Sizes(
                    at,
                    policyVersion,
                    purpose,
                    subjects + other.subjects,
                    counted && other.counted,
                    channels.stream()
                            .map(size -> size.with(others.get(size.channel())))
                            .toList());
        }
    }

    /** @param notIn how many are not members, by their decisive reason; members and these are all subjects */
    public record Size(Channel channel, long members, Map<Reason, Long> notIn) {

        Size with(Size other) {
            Map<Reason, Long> sum = new EnumMap<>(Reason.class);
            sum.putAll(notIn);
            other.notIn.forEach((reason, count) -> sum.merge(reason, count, Long::sum));
            return new Size(channel, members + other.members, sum);
        }
    }

    /**
     * Who of an export may no longer be contacted.
     *
     * @param stale whether {@code notAfter} is past, and nobody at all may be contacted by this export
     * @param members how many were given out
     */
    record Recheck(
            UUID exportId,
            Channel channel,
            Purpose purpose,
            String campaignId,
            Instant exportedAt,
            String exportedBy,
            Instant notAfter,
            boolean stale,
            Instant checkedAt,
            long members,
            long mayStill,
            List<NoLonger> noLonger) {}

    /** @param sameAs the subject that this one was found to be the same as; left out where there is none */
    record NoLonger(
            String subjectId,
            List<Reason> reasons,
            @JsonInclude(JsonInclude.Include.NON_NULL) String sameAs) {}

    public void mount(RoutesConfig routes) {
        routes.get("/v1/audiences", this::sizes, SIZE_READERS);
        routes.get("/v1/audiences/{channel}", this::export, Role.CAMPAIGN);
        routes.post("/v1/audiences/exports/{id}/recheck", this::recheck, Role.CAMPAIGN);
    }

    private void sizes(Context ctx) {
        ctx.future(() -> Parts.of(
                        ctx, peers, () -> Sizes.here(sizes, decisions, clock.instant()), Sizes.class, Sizes::with)
                .thenAccept(ctx::json));
    }

    /**
     * Whom an export is of.
     *
     * @param campaign that it is for, or one that stands for its purpose as such
     * @param asked what the caller asks of the members, beside the campaign's own segment
     */
    private record Selection(Channel channel, CampaignDefined campaign, Segment asked) {

        boolean holds(ConsentState state, Decisions decisions, Instant at) {
            return decisions.isIn(asked, state, at)
                    && (campaign.getSegment() == null || decisions.isIn(campaign.getSegment(), state, at));
        }

        boolean chooses() {
            return Decisions.chooses(asked) || Decisions.chooses(campaign.getSegment());
        }

        String campaignId() {
            return campaign.getCampaignId().isEmpty() ? null : campaign.getCampaignId();
        }
    }

    /** Answers with those who may be contacted as they are found, and writes down who they were before the last has left. */
    private void export(Context ctx) {
        Selection selection = selection(ctx);
        Principal caller = access.require(ctx, Role.CAMPAIGN);
        if (!caller.mayUse(selection.campaign().getCampaignId())) {
            throw access.forbidden(
                    ctx, "Your key is for certain campaigns; name one of them, as ?campaign=, or use another key.");
        }
        UUID exportId = Relays.isRelayed(ctx) ? partOf(ctx) : UuidCreator.getTimeOrderedEpoch(clock.instant());
        Instant exportedAt = UuidUtil.getInstant(exportId);
        Instant notAfter = decisions.notAfter(selection.channel(), selection.campaign(), exportedAt);
        AudienceExported export = AudienceExported.newBuilder()
                .setExportId(exportId)
                .setChannel(Words.same(selection.channel(), fi.lupa.event.Channel.class))
                .setPurpose(selection.campaign().getPurpose())
                .setCampaignId(selection.campaignId())
                .setExportedAt(exportedAt)
                .setExportedBy(caller.name())
                .setNotAfter(notAfter)
                .setChosen(selection.chooses())
                .build();
        ExportLog log = new ExportLog(writer, export);
        ctx.header(EXPORT_ID, exportId.toString());
        ctx.header(NOT_AFTER, notAfter.toString());
        downloads.answer(
                ctx,
                "audience-%s-%s".formatted(selection.channel().name().toLowerCase(Locale.ROOT), exportId),
                Columns.of(selection.channel()).names(),
                rows -> {
                    writeHeld(selection, export, rows, log);
                    log.finish();
                },
                PART_OF + "=" + exportId,
                log::close);
    }

    private void writeHeld(Selection selection, AudienceExported export, Rows rows, ExportLog log) {
        Columns columns = Columns.of(selection.channel());
        Enquiry enquiry = new Enquiry(selection.channel(), null, null);
        String exportId = export.getExportId().toString();
        String notAfter = export.getNotAfter().toString();
        held.each((state, beside) -> {
            Instant now = clock.instant();
            if (!selection.holds(state, decisions, now)) {
                return;
            }
            Decision decided = decisions.permit(enquiry, selection.campaign(), state, beside, now);
            if (decided.verdict() instanceof Verdict.Cleared cleared) {
                log.add(state.getSubjectId(), cleared.contactPoint().id());
                rows.row(columns.values(state, decided, exportId, notAfter));
            }
        });
    }

    private Selection selection(Context ctx) {
        List<Fault> faults = new ArrayList<>();
        ctx.queryParamMap().keySet().stream()
                .filter(name -> !PARAMETERS.contains(name))
                .forEach(name -> faults.add(new Fault(
                        name,
                        "There is no such filter; there are purpose, campaign, tag, language, registeredFrom and"
                                + " registeredUntil.")));
        Channel channel = Arrays.stream(Channel.values())
                .filter(one -> one.name().equalsIgnoreCase(ctx.pathParam("channel")))
                .findFirst()
                .orElseThrow(() -> ProblemException.notFound(
                        "There is no such channel; there are email, mobile, phone and post."));
        String campaignId = ctx.queryParam("campaign");
        String purpose = ctx.queryParam("purpose");
        if (campaignId != null && purpose != null) {
            faults.add(new Fault("purpose", "A campaign has its own purpose; leave this out, or the campaign."));
        }
        Optional<Purpose> named = Arrays.stream(Purpose.values())
                .filter(one -> one.name().equals(Objects.requireNonNullElse(purpose, Purpose.DIRECT_MARKETING.name())))
                .findFirst();
        if (named.isEmpty()) {
            faults.add(new Fault("purpose", "Name one of " + Arrays.toString(Purpose.values()) + "."));
        }
        Segment asked = Segment.newBuilder()
                .setTags(ctx.queryParams("tag"))
                .setLanguages(ctx.queryParams("language"))
                .setRegisteredFrom(moment(ctx, "registeredFrom", faults))
                .setRegisteredUntil(moment(ctx, "registeredUntil", faults))
                .build();
        if (!faults.isEmpty()) {
            throw ProblemException.badRequest(faults);
        }
        CampaignDefined campaign = campaignId == null
                ? Decisions.ofPurpose(named.orElseThrow())
                : campaigns
                        .find(campaignId)
                        .orElseThrow(() -> ProblemException.notFound("No campaign of this id is defined."));
        return new Selection(channel, campaign, asked);
    }

    private static Instant moment(Context ctx, String name, List<Fault> faults) {
        String written = ctx.queryParam(name);
        try {
            return written == null ? null : Instant.parse(written);
        } catch (DateTimeParseException e) {
            faults.add(new Fault(name, "Write a moment as 2026-03-02T12:00:00Z."));
            return null;
        }
    }

    private static UUID partOf(Context ctx) {
        return exportId(ctx.queryParam(PART_OF))
                .orElseThrow(() -> ProblemException.badRequest(List.of(new Fault(PART_OF, "Name the export."))));
    }

    /** An id of an export tells when it was: other ids are none. */
    private static Optional<UUID> exportId(String written) {
        try {
            return Optional.ofNullable(written).map(UUID::fromString).filter(UuidUtil::isTimeOrderedEpoch);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void recheck(Context ctx) {
        UUID exportId = exportId(ctx.pathParam("id")).orElseThrow(AudiencesDoor::noExport);
        Principal caller = access.require(ctx, Role.CAMPAIGN);
        ctx.future(() -> copies.under(
                        Set.of(exportId.toString()),
                        List.of(Topics.AUDIENCE_EXPORTS),
                        UuidUtil.getInstant(exportId).minus(CLOCKS_DIFFER_BY))
                .thenCompose(found -> {
                    List<AudienceExported> parts = found.in(Topics.AUDIENCE_EXPORTS).stream()
                            .map(Copies.Copy::value)
                            .toList();
                    AudienceExported whole = parts.stream()
                            .filter(some -> some.getMembers() != null)
                            .findFirst()
                            .orElseThrow(AudiencesDoor::noExport);
                    if (!caller.mayUse(Objects.requireNonNullElse(whole.getCampaignId(), ""))) {
                        throw access.forbidden(
                                ctx, "Your key is for other campaigns; use the one that exported these.");
                    }
                    return Parts.of(ctx, peers, () -> here(whole, parts), Recheck.class, AudiencesDoor::both);
                })
                .thenAccept(told -> {
                    boolean isPart = Relays.isRelayed(ctx);
                    if (!isPart && told.mayStill() + told.noLonger().size() != told.members()) {
                        // Of somebody each instance thought that another holds them: nobody has looked.
                        throw Peers.moving();
                    }
                    ctx.json(told);
                }));
    }

    private static ProblemException noExport() {
        return ProblemException.notFound(
                "No whole export of this id is known. It is kept for 30 days; one that was cut off is none.");
    }

    private Recheck here(AudienceExported whole, List<AudienceExported> parts) {
        List<Optional<NoLonger>> looked = lookedAtHere(whole, parts);
        List<NoLonger> noLonger = looked.stream().flatMap(Optional::stream).toList();
        Instant now = clock.instant();
        return new Recheck(
                whole.getExportId(),
                Words.same(whole.getChannel(), Channel.class),
                Words.same(whole.getPurpose(), Purpose.class),
                whole.getCampaignId(),
                whole.getExportedAt(),
                whole.getExportedBy(),
                whole.getNotAfter(),
                now.isAfter(whole.getNotAfter()),
                now,
                whole.getMembers(),
                looked.size() - noLonger.size(),
                noLonger);
    }

    private static Recheck both(Recheck one, Recheck other) {
        List<NoLonger> noLonger = new ArrayList<>(one.noLonger());
        noLonger.addAll(other.noLonger());
        return new Recheck(
                one.exportId(),
                one.channel(),
                one.purpose(),
                one.campaignId(),
                one.exportedAt(),
                one.exportedBy(),
                one.notAfter(),
                one.stale(),
                one.checkedAt(),
                one.members(),
                one.mayStill() + other.mayStill(),
                noLonger);
    }

    /** Decides again about those whom this instance holds, empty for who may still be contacted; every other is another's. */
    private List<Optional<NoLonger>> lookedAtHere(AudienceExported whole, List<AudienceExported> parts) {
        CampaignDefined campaign = whole.getCampaignId() == null
                ? Decisions.ofPurpose(Words.same(whole.getPurpose(), Purpose.class))
                : campaigns.find(whole.getCampaignId()).orElse(null);
        Channel channel = Words.same(whole.getChannel(), Channel.class);
        return held.reading((states, beside) -> parts.stream()
                .flatMap(Member::of)
                .filter(member -> peers.otherHolderOf(RouterTopology.CONSENT_STATE, member.subjectId())
                        .isEmpty())
                .map(member -> noLonger(member, channel, campaign, whole.getChosen(), states, beside))
                .toList());
    }

    /**
     * Somebody who was given out.
     *
     * @param contactPointId of what was given out of them; null for whichever is in use
     */
    private record Member(String subjectId, String contactPointId) {

        static Stream<Member> of(AudienceExported part) {
            List<String> points = part.getContactPointIds();
            return IntStream.range(0, part.getSubjectIds().size())
                    .mapToObj(i -> new Member(part.getSubjectIds().get(i), points.isEmpty() ? null : points.get(i)));
        }
    }

    private Optional<NoLonger> noLonger(
            Member member,
            Channel channel,
            CampaignDefined campaign,
            boolean chosen,
            ReadOnlyKeyValueStore<String, StoredState> states,
            Decisions.Known beside) {
        String subjectId = member.subjectId();
        Instant now = clock.instant();
        ConsentState state;
        try {
            StoredState stored = states.get(subjectId);
            state = stored == null ? null : stored.whole();
        } catch (SerializationException e) {
            return Optional.of(
                    new NoLonger(subjectId, decisions.unavailable(now).reasons(), null));
        }
        Enquiry enquiry = new Enquiry(channel, state == null ? subjectId : member.contactPointId(), null);
        Verdict verdict = decisions
                .permitGivenOut(enquiry, campaign, chosen, state, beside, now)
                .verdict();
        return verdict instanceof Verdict.Suppressed no
                ? Optional.of(new NoLonger(subjectId, no.reasons(), state == null ? null : state.getSameAs()))
                : Optional.empty();
    }
}
