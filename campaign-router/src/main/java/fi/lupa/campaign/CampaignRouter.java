package fi.lupa.campaign;

import fi.lupa.campaign.audience.AudiencesDoor;
import fi.lupa.campaign.audience.LaunchesDoor;
import fi.lupa.campaign.decision.Decisions;
import fi.lupa.campaign.decision.MessageLinks;
import fi.lupa.campaign.definition.CampaignsDoor;
import fi.lupa.campaign.definition.ConfirmationCampaign;
import fi.lupa.campaign.desk.DeskDoor;
import fi.lupa.campaign.desk.FiguresDoor;
import fi.lupa.campaign.message.DecisionsDoor;
import fi.lupa.campaign.message.MessagesDoor;
import fi.lupa.campaign.routing.AudienceSizes;
import fi.lupa.campaign.routing.Books;
import fi.lupa.campaign.routing.Heard;
import fi.lupa.campaign.routing.KnownCampaigns;
import fi.lupa.campaign.routing.Recipients;
import fi.lupa.campaign.routing.RouterTopology;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.access.StaffLogin;
import fi.lupa.edge.health.Health;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.kafka.EventProducer;
import fi.lupa.edge.kafka.Installation;
import fi.lupa.edge.kafka.KafkaClock;
import fi.lupa.edge.kafka.Offsets;
import fi.lupa.edge.kafka.TopicCopies;
import fi.lupa.edge.keys.Keys;
import fi.lupa.edge.server.HttpServer;
import fi.lupa.edge.service.ProcessEnd;
import fi.lupa.edge.service.ProcessLocale;
import fi.lupa.edge.service.RunningService;
import fi.lupa.edge.service.ServiceCommand;
import fi.lupa.edge.settings.HttpSettings;
import fi.lupa.edge.settings.PublicUrlSettings;
import fi.lupa.edge.streams.Backlog;
import fi.lupa.edge.streams.CaughtUp;
import fi.lupa.edge.streams.Peers;
import fi.lupa.edge.streams.StreamsRuntime;
import fi.lupa.edge.streams.StreamsRuntime.Guarantee;
import fi.lupa.schemas.topic.Topics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The campaign router as a command: everything it is made of is made here. */
@Command(
        name = "campaign-router",
        description = "Lets every campaign message pass the consent state, to a channel or to a named refusal.")
public final class CampaignRouter extends ServiceCommand {

    private static final int DEFAULT_PORT = 8081;
    private static final URI CONSENT_STREAM = URI.create("http://127.0.0.1:8080");

    @Mixin
    private final HttpSettings http = new HttpSettings(DEFAULT_PORT);

    /** People follow links to the consent stream: by default to one on this machine. */
    @Mixin
    private final PublicUrlSettings publicUrl = new PublicUrlSettings();

    @Option(
            names = "--desk-url",
            paramLabel = "URL",
            defaultValue = "${env:LUPA_DESK_URL}",
            description =
                    "Where staff reach this service in a browser, as https://desk.example.fi: an OpenID provider sends"
                            + " them back there; unless given, its own address and port on this machine (LUPA_DESK_URL).")
    private URI deskUrl;

    private final Clock machine;

    public CampaignRouter() {
        this(Clock.systemUTC());
    }

    /** @param machine the clock of the machine it runs on */
    public CampaignRouter(Clock machine) {
        this.machine = machine;
    }

    @Override
    public RunningService start() {
        KafkaClock clock = new KafkaClock(machine);
        Decisions decisions = new Decisions(policy(), masterKey());
        Keys keys = keys();
        MessageLinks links = new MessageLinks(decisions, identity().linkTokens(), publicUrl.urlOr(CONSENT_STREAM));
        SubjectIds ids = identity().subjectIds();
        Installation installation = installation().ready(streamsSettings());
        Health health = new Health();
        PrometheusMeterRegistry meters = meters(health);
        clock.measure(health, meters);
        EventProducer producer = new EventProducer(
                installation.clientProperties(), installation.prefix(), installation, WRITE_PATIENCE, clock);
        Access access = access("campaign-router", keys, producer, http, clock);
        access.recordStart();
        String advertised = streamsSettings().advertisedOr(http.host(), http.port());

        StreamsRuntime.Service service = service("campaign-router", Guarantee.EXACTLY_ONCE, advertised);
        Offsets offsets = new Offsets(installation.admin());
        CaughtUp caughtUp =
                new CaughtUp(offsets, service.applicationId(), Topics.CONSENT_STATE.in(installation.prefix()));
        Heard heard = Heard.by(
                installation.prefix() + "consent-stream",
                service.applicationId(),
                installation.prefix(),
                offsets,
                machine,
                health,
                meters);
        Recipients recipients = new Recipients(ids);
        Books books = new Books(meters);
        AudienceSizes sizes = new AudienceSizes(meters);
        StreamsRuntime streams = StreamsRuntime.start(
                service,
                RouterTopology.build(
                        installation.prefix(),
                        installation,
                        decisions,
                        links,
                        recipients,
                        books,
                        sizes,
                        heard::isRecent,
                        caughtUp::isComplete,
                        clock),
                installation,
                clock,
                books::deadLettered,
                health,
                meters);
        caughtUp.follow(streams.streams());
        heard.follow(streams::keptOfWholeTopics);
        health.ready(
                "consent-state",
                () -> caughtUp.isComplete()
                        ? Optional.empty()
                        : Optional.of("What was said while it was away is still being read."));
        Backlog backlog = Backlog.of(
                service.applicationId(),
                List.of(
                        Topics.CAMPAIGN_MESSAGES.in(installation.prefix()),
                        Topics.CONSENT_STATE.in(installation.prefix())),
                offsets,
                health,
                meters);
        TopicCopies copies =
                new TopicCopies(installation.clientProperties(), installation.prefix(), installation, http.timeout());
        Peers peers = Peers.of(
                streams.streams(),
                advertised,
                http.tls(),
                access.relays(),
                store -> !store.equals(RouterTopology.CONSENT_STATE) || (caughtUp.isComplete() && heard.isRecent()),
                caughtUp);
        KnownCampaigns campaigns = KnownCampaigns.at(peers);
        ConfirmationCampaign.ensure(campaigns, producer);
        HttpServer server = HttpServer.start(http, access, health, meters, "openapi/campaign-router.json", routes -> {
            new CampaignsDoor(campaigns, decisions.terms(), access, producer, clock).mount(routes);
            new MessagesDoor(campaigns, access, ids, producer, clock).mount(routes);
            new AudiencesDoor(access, decisions, sizes, campaigns, peers, producer, copies, clock).mount(routes);
            new LaunchesDoor(access, decisions, sizes, campaigns, peers, producer, copies, clock).mount(routes);
            new StaffLogin(access, "/desk", desk(), identity().secret(), clock).mount(routes);
            new DeskDoor(access, decisions, sizes, campaigns, peers, clock).mount(routes);
            new FiguresDoor(access, campaigns, peers, clock).mount(routes);
            new DecisionsDoor(access, decisions, links, campaigns, recipients, ids, peers, clock).mount(routes);
        });
        return new RunningService(
                "campaign-router",
                server.url(),
                health,
                server,
                copies,
                producer,
                backlog,
                heard,
                caughtUp,
                offsets,
                streams);
    }

    private URI desk() {
        URI url = deskUrl == null ? http.url(http.port()) : deskUrl;
        return URI.create(url.toString().replaceAll("/+$", ""));
    }

    /** Runs the service until it is told to stop. */
    public static void main(String[] args) {
        ProcessLocale.set();
        ProcessEnd.with(ServiceCommand.execute(new CampaignRouter(), args));
    }
}
