package fi.lupa.campaign.definition;

import fi.lupa.campaign.routing.KnownCampaigns;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.http.Read;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.streams.Shown;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.Cap;
import fi.lupa.event.Channel;
import fi.lupa.event.Processor;
import fi.lupa.event.Purpose;
import fi.lupa.event.QuietHours;
import fi.lupa.event.TransferBasis;
import fi.lupa.permission.Terms;
import fi.lupa.schemas.OwnCampaigns;
import fi.lupa.schemas.mapping.Words;
import fi.lupa.schemas.topic.Topics;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** {@code PUT} and {@code GET /v1/campaigns}: a marketer defines what a campaign is for, once for all of its messages. */
public final class CampaignsDoor {

    private static final Duration IN_FORCE_WITHIN = Duration.ofSeconds(5);
    /** What went out is remembered as long, for everybody. */
    private static final Duration LONGEST_WINDOW = Duration.ofDays(31);

    /** They are in every message of a launch. */
    private static final int LONGEST_PARAMETERS = 50_000;

    private final KnownCampaigns campaigns;
    private final Terms terms;
    private final Access access;
    private final EventWriter writer;
    private final Clock clock;

    public CampaignsDoor(KnownCampaigns campaigns, Terms terms, Access access, EventWriter writer, Clock clock) {
        this.campaigns = campaigns;
        this.terms = terms;
        this.access = access;
        this.writer = writer;
        this.clock = clock;
    }

    /**
     * A campaign, as a marketer writes it.
     *
     * @param topic within marketing, as the policy names it; null for none
     * @param validFrom null for at once
     * @param validUntil null while no end is set
     * @param caps beside those of the policy; null for none
     * @param quietHours beside those of the policy; null for none
     * @param segment whom a launch is for, everybody where it asks nothing; null where senders name every recipient
     * @param template which one a launch sends; null where nothing is launched
     * @param parameters what a launch fills the template with, the same for everybody; null for nothing
     */
    record Definition(
            String name,
            Purpose purpose,
            String topic,
            List<Channel> channels,
            ProcessorOf processor,
            Instant validFrom,
            Instant validUntil,
            List<CapOf> caps,
            List<QuietHoursOf> quietHours,
            SegmentOf segment,
            String template,
            Map<String, String> parameters) {}

    /** @param transferBasis null where none is needed */
    record ProcessorOf(String name, String country, TransferBasis transferBasis) {}

    /**
     * At most so many of its messages to one person.
     *
     * @param window rolling, ISO 8601, at most 31 days
     */
    record CapOf(int most, Duration window) {}

    /** The hours outside which its messages on a channel wait, in the recipient's own time. */
    record QuietHoursOf(Channel channel, LocalTime opens, LocalTime closes, boolean weekdaysOnly) {}

    /** A campaign, as it is known. */
    record CampaignView(
            String campaignId,
            String name,
            Purpose purpose,
            String topic,
            List<Channel> channels,
            ProcessorOf processor,
            Instant validFrom,
            Instant validUntil,
            List<CapOf> caps,
            List<QuietHoursOf> quietHours,
            SegmentOf segment,
            String template,
            Map<String, String> parameters,
            Instant definedAt,
            String definedBy) {

        static CampaignView of(CampaignDefined campaign) {
            Processor processor = campaign.getProcessor();
            return new CampaignView(
                    campaign.getCampaignId(),
                    campaign.getName(),
                    campaign.getPurpose(),
                    campaign.getTopic(),
                    campaign.getChannels(),
                    new ProcessorOf(processor.getName(), processor.getCountry(), processor.getTransferBasis()),
                    campaign.getValidFrom(),
                    campaign.getValidUntil(),
                    campaign.getCaps().stream()
                            .map(cap -> new CapOf(cap.getMost(), Duration.parse(cap.getWindow())))
                            .toList(),
                    campaign.getQuietHours().stream()
                            .map(hours -> new QuietHoursOf(
                                    hours.getChannel(),
                                    LocalTime.parse(hours.getOpens()),
                                    LocalTime.parse(hours.getCloses()),
                                    hours.getWeekdaysOnly()))
                            .toList(),
                    SegmentOf.of(campaign.getSegment()),
                    campaign.getTemplate(),
                    campaign.getParameters(),
                    campaign.getDefinedAt(),
                    campaign.getDefinedBy());
        }
    }

    public void mount(RoutesConfig routes) {
        routes.put("/v1/campaigns/{id}", this::put, Role.MARKETER);
        routes.get("/v1/campaigns/{id}", this::get, Role.MARKETER, Role.CAMPAIGN, Role.OPERATOR);
        routes.get(
                "/v1/campaigns",
                ctx -> ctx.json(campaigns.all().stream().map(CampaignView::of).toList()),
                Role.MARKETER,
                Role.CAMPAIGN,
                Role.OPERATOR);
    }

    private void get(Context ctx) {
        ctx.json(campaigns
                .find(ctx.pathParam("id"))
                .map(CampaignView::of)
                .orElseThrow(() -> ProblemException.notFound("No campaign of this id is defined.")));
    }

    /** Answers when the definition is on disk and this instance's router decides by it. */
    private void put(Context ctx) {
        String definedBy = access.require(ctx, Role.MARKETER).name();
        CampaignDefined campaign = campaign(
                ctx.pathParam("id"),
                Json.reading(ctx, Definition.class),
                definedBy,
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
        campaigns.find(campaign.getCampaignId()).ifPresent(before -> refuseAnother(before, campaign));
        ctx.future(() -> writer.send(Topics.CAMPAIGN_DEFINITIONS, campaign.getCampaignId(), campaign)
                .thenCompose(written -> Shown.within(IN_FORCE_WITHIN, () -> inForce(campaign)))
                .thenAccept(known -> ctx.status(known ? 200 : 202).json(CampaignView.of(campaign))));
    }

    /** What was written under it may wait still: it was made for this purpose, and goes out for no other. */
    private static void refuseAnother(CampaignDefined before, CampaignDefined now) {
        boolean same = before.getPurpose() == now.getPurpose() && Objects.equals(before.getTopic(), now.getTopic());
        if (!same) {
            throw ProblemException.conflict(
                    "A campaign's purpose and topic stay, and this one's are %s%s. Define another campaign."
                            .formatted(
                                    before.getPurpose(), before.getTopic() == null ? "" : " on " + before.getTopic()));
        }
    }

    private boolean inForce(CampaignDefined campaign) {
        return campaigns
                .find(campaign.getCampaignId())
                .filter(current -> !current.getDefinedAt().isBefore(campaign.getDefinedAt()))
                .isPresent();
    }

    private CampaignDefined campaign(String id, Read<Definition> read, String definedBy, Instant now) {
        Definition definition = read.value();
        Instant begins = definition.validFrom() == null ? now : definition.validFrom();
        List<Fault> faults = faults(id, definition, begins);
        checkTopic(faults, definition);
        checkOwn(faults, id, definition.purpose());
        read.refuse(faults);
        ProcessorOf processor = definition.processor();
        return CampaignDefined.newBuilder()
                .setCampaignId(id)
                .setName(definition.name().strip())
                .setPurpose(definition.purpose())
                .setTopic(definition.topic())
                .setChannels(definition.channels().stream().distinct().toList())
                .setProcessor(Processor.newBuilder()
                        .setName(processor.name().strip())
                        .setCountry(processor.country())
                        .setTransferBasis(
                                processor.transferBasis() == null ? TransferBasis.NONE : processor.transferBasis())
                        .build())
                .setValidFrom(begins)
                .setValidUntil(definition.validUntil())
                .setCaps(some(definition.caps())
                        .map(cap -> new Cap(cap.most(), cap.window().toString()))
                        .toList())
                .setQuietHours(some(definition.quietHours())
                        .map(hours -> new QuietHours(
                                hours.channel(),
                                hours.opens().toString(),
                                hours.closes().toString(),
                                hours.weekdaysOnly()))
                        .toList())
                .setSegment(
                        definition.segment() == null
                                ? null
                                : definition.segment().toEvent())
                .setTemplate(definition.template())
                .setParameters(definition.parameters() == null ? Map.of() : definition.parameters())
                .setDefinedAt(now)
                .setDefinedBy(definedBy)
                .build();
    }

    private static List<Fault> faults(String id, Definition definition, Instant begins) {
        List<Fault> faults = new ArrayList<>();
        check(
                faults,
                id.matches("[A-Za-z0-9._-]{1,64}"),
                "id",
                "An id is letters, digits, dots, hyphens and underscores, at most 64.");
        check(faults, text(definition.name()), "name", "A campaign has a name.");
        check(
                faults,
                definition.purpose() != null,
                "purpose",
                "A campaign has one purpose: " + Arrays.toString(Purpose.values()) + ".");
        check(
                faults,
                definition.channels() != null
                        && !definition.channels().isEmpty()
                        && !definition.channels().contains(null),
                "channels",
                "A campaign uses one channel or more: " + Arrays.toString(Channel.values()) + ".");
        ProcessorOf processor = definition.processor();
        check(faults, processor != null, "processor", "Name who carries the messages out, and in which country.");
        if (processor != null) {
            check(faults, text(processor.name()), "processor.name", "Name who carries the messages out.");
            check(
                    faults,
                    processor.country() != null
                            && Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2)
                                    .contains(processor.country()),
                    "processor.country",
                    "A country is two capital letters, as FI.");
            check(
                    faults,
                    processor.transferBasis() != TransferBasis.OTHER,
                    "processor.transferBasis",
                    "Name the ground for the transfer.");
        }
        checkPace(faults, definition);
        checkLaunch(faults, definition);
        boolean ends = definition.validUntil() == null || begins.isBefore(definition.validUntil());
        check(faults, ends, "validUntil", "A campaign ends after it begins.");
        return faults;
    }

    /** One that the policy does not name would come to nobody. */
    private void checkTopic(List<Fault> faults, Definition definition) {
        if (definition.topic() == null) {
            return;
        }
        Set<String> topics = terms.topics().keySet();
        check(
                faults,
                topics.contains(definition.topic()),
                "topic",
                "The policy names no such topic; it is one of " + topics + ".");
        check(
                faults,
                definition.purpose() == null
                        || terms.hasTopics(Words.same(definition.purpose(), fi.lupa.permission.Purpose.class)),
                "topic",
                "Topics are within marketing; leave it out for this purpose.");
    }

    private static void checkPace(List<Fault> faults, Definition definition) {
        List<CapOf> caps = some(definition.caps()).toList();
        for (int i = 0; i < caps.size(); i++) {
            CapOf cap = caps.get(i);
            boolean well = cap != null
                    && cap.most() > 0
                    && cap.window() != null
                    && cap.window().compareTo(Duration.ZERO) > 0
                    && cap.window().compareTo(LONGEST_WINDOW) <= 0;
            check(
                    faults,
                    well,
                    "caps[" + i + "]",
                    "A cap is a most of 1 or more and a window, as P7D, of %d days at most."
                            .formatted(LONGEST_WINDOW.toDays()));
        }
        List<QuietHoursOf> hours = some(definition.quietHours()).toList();
        for (int i = 0; i < hours.size(); i++) {
            QuietHoursOf some = hours.get(i);
            boolean well = some != null
                    && some.channel() != null
                    && some.opens() != null
                    && some.closes() != null
                    && some.opens().isBefore(some.closes());
            check(
                    faults,
                    well,
                    "quietHours[" + i + "]",
                    "Quiet hours have a channel, and an hour in opens that is before the one in closes, as 09:00.");
        }
        boolean paced = !caps.isEmpty() || !hours.isEmpty();
        check(
                faults,
                !paced || definition.purpose() != Purpose.SERVICE_NOTICE,
                "purpose",
                "A SERVICE_NOTICE neither waits nor is one too many; leave its caps and quietHours out.");
    }

    private static void checkLaunch(List<Fault> faults, Definition definition) {
        if (definition.segment() != null) {
            faults.addAll(definition.segment().faults());
        }
        check(
                faults,
                definition.template() == null || definition.template().matches("\\S{1,256}"),
                "template",
                "A template's name is 1 to 256 characters without spaces.");
        Map<String, String> parameters = definition.parameters() == null ? Map.of() : definition.parameters();
        check(
                faults,
                parameters.values().stream().allMatch(Objects::nonNull),
                "parameters",
                "A parameter is a text; leave out one that has none.");
        int length = parameters.entrySet().stream()
                .mapToInt(one -> one.getKey().length()
                        + (one.getValue() == null ? 0 : one.getValue().length()))
                .sum();
        check(
                faults,
                length <= LONGEST_PARAMETERS,
                "parameters",
                "Parameters are %d characters at most, all together.".formatted(LONGEST_PARAMETERS));
    }

    private static <T> Stream<T> some(List<T> some) {
        return some == null ? Stream.empty() : some.stream();
    }

    /** A marketer may say who carries Lupa's own messages out, and not make advertising of them. */
    private void checkOwn(List<Fault> faults, String id, Purpose purpose) {
        if (id.startsWith(OwnCampaigns.PREFIX)) {
            boolean known =
                    id.equals(OwnCampaigns.CONFIRMATION) || campaigns.find(id).isPresent();
            check(faults, known, "id", "Ids that begin with lupa- are for Lupa's own campaigns; choose another.");
        }
        if (id.equals(OwnCampaigns.CONFIRMATION)) {
            check(
                    faults,
                    purpose == null || purpose == Purpose.SERVICE_NOTICE,
                    "purpose",
                    "This campaign asks people to confirm a consent, which is a SERVICE_NOTICE; leave its purpose so.");
        }
    }

    private static void check(List<Fault> faults, boolean well, String field, String otherwise) {
        if (!well) {
            faults.add(new Fault(field, otherwise));
        }
    }

    private static boolean text(String text) {
        return text != null && !text.isBlank();
    }
}
