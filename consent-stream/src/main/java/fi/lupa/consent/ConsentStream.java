package fi.lupa.consent;

import fi.lupa.consent.confirmation.Confirmations;
import fi.lupa.consent.console.ConsoleDoor;
import fi.lupa.consent.controller.Controller;
import fi.lupa.consent.controller.ControllerSettings;
import fi.lupa.consent.feedback.FeedbackDoor;
import fi.lupa.consent.intake.ConfirmDoor;
import fi.lupa.consent.intake.ConsentsDoor;
import fi.lupa.consent.intake.FormDeclarations;
import fi.lupa.consent.intake.FormsDoor;
import fi.lupa.consent.intake.SameAsDoor;
import fi.lupa.consent.preferences.PreferencesDoor;
import fi.lupa.consent.query.Files;
import fi.lupa.consent.query.FilesDoor;
import fi.lupa.consent.query.HeldSubjects;
import fi.lupa.consent.query.Histories;
import fi.lupa.consent.query.SubjectsDoor;
import fi.lupa.consent.receipts.ReceiptKeySettings;
import fi.lupa.consent.receipts.ReceiptKeys;
import fi.lupa.consent.receipts.ReceiptLinks;
import fi.lupa.consent.receipts.Receipts;
import fi.lupa.consent.receipts.ReceiptsDoor;
import fi.lupa.consent.rights.AccessReportDoor;
import fi.lupa.consent.rights.ErasureDoor;
import fi.lupa.consent.rights.RectificationDoor;
import fi.lupa.consent.rights.RequestsDoor;
import fi.lupa.consent.topology.ConsentTopology;
import fi.lupa.consent.unsubscribe.UnsubscribeDoor;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.access.StaffLogin;
import fi.lupa.edge.health.Health;
import fi.lupa.edge.http.RateLimit;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.kafka.EventProducer;
import fi.lupa.edge.kafka.Installation;
import fi.lupa.edge.kafka.KafkaClock;
import fi.lupa.edge.kafka.Offsets;
import fi.lupa.edge.kafka.TopicCopies;
import fi.lupa.edge.keys.Keys;
import fi.lupa.edge.links.LinkTokens;
import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.edge.server.HttpServer;
import fi.lupa.edge.service.ProcessEnd;
import fi.lupa.edge.service.ProcessLocale;
import fi.lupa.edge.service.RunningService;
import fi.lupa.edge.service.ServiceCommand;
import fi.lupa.edge.settings.HttpSettings;
import fi.lupa.edge.settings.PublicUrlSettings;
import fi.lupa.edge.streams.Backlog;
import fi.lupa.edge.streams.Peers;
import fi.lupa.edge.streams.StreamsRuntime;
import fi.lupa.edge.streams.StreamsRuntime.Guarantee;
import fi.lupa.permission.Policy;
import fi.lupa.schemas.topic.Topics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The consent stream as a command: everything it is made of is made here. */
@Command(
        name = "consent-stream",
        description = "Takes forms and changes of mind in, and keeps one consent state per person.")
public final class ConsentStream extends ServiceCommand {

    private static final int DEFAULT_PORT = 8080;

    /** From one address: a proxy in front of the service speaks for many people. */
    private static final int PAGES_PER_MINUTE = 6_000;

    @Mixin
    private final HttpSettings http = new HttpSettings(DEFAULT_PORT);

    @Option(
            names = "--forms",
            paramLabel = "FILE",
            defaultValue = "${env:LUPA_FORMS}",
            description = "YAML file that declares the websites' forms (LUPA_FORMS).")
    private Path forms = Path.of("forms.yaml");

    @Option(
            names = "--forms-per-minute",
            paramLabel = "N",
            defaultValue = "${env:LUPA_FORMS_PER_MINUTE}",
            description = "Most forms a minute from one address under one key, 0 for no limit (LUPA_FORMS_PER_MINUTE).")
    private int formsPerMinute = 6_000;

    @Mixin
    private final PublicUrlSettings publicUrl = new PublicUrlSettings();

    @Mixin
    private final ControllerSettings controller = new ControllerSettings();

    @Mixin
    private final ReceiptKeySettings receiptKey = new ReceiptKeySettings();

    private final Clock machine;

    public ConsentStream() {
        this(Clock.systemUTC());
    }

    /** @param machine the clock of the machine it runs on */
    public ConsentStream(Clock machine) {
        this.machine = machine;
    }

    @Override
    public RunningService start() {
        KafkaClock clock = new KafkaClock(machine);
        Policy policy = policy();
        Set<String> topics = policy.terms().topics().keySet();
        FormDeclarations declarations = FormDeclarations.load(forms, topics);
        Keys keys = keys();
        SubjectIds ids = identity().subjectIds();
        Optional<ReceiptKeys> receiptKeys = receiptKey.keys();
        URI people = publicUrl.urlOr(http);
        Optional<Controller> answerable = controller.controller();
        String noticeVersion = answerable.map(Controller::noticeVersion).orElse(null);
        Receipts receipts = new Receipts(people, policy, answerable);
        LinkTokens tokens = identity().linkTokens();
        ReceiptLinks links = new ReceiptLinks(people, tokens, ids, receiptKeys.isPresent());
        MasterKey master = masterKey();
        Installation installation = installation().ready(streamsSettings());
        Health health = new Health();
        PrometheusMeterRegistry meters = meters(health);
        clock.measure(health, meters);
        EventProducer producer = new EventProducer(
                installation.clientProperties(), installation.prefix(), installation, WRITE_PATIENCE, clock);
        Access access = access("consent-stream", keys, producer, http, clock);
        access.recordStart();
        String advertised = streamsSettings().advertisedOr(http.host(), http.port());

        Confirmations confirmations = new Confirmations(people, policy.terms().confirmWithin());
        StreamsRuntime.Service service = service("consent-stream", Guarantee.AT_LEAST_ONCE, advertised);
        StreamsRuntime streams = StreamsRuntime.start(
                service,
                ConsentTopology.build(installation.prefix(), installation, ids, master, policy, confirmations),
                installation,
                clock,
                (topic, stage) -> {},
                health,
                meters);
        Offsets offsets = new Offsets(installation.admin());
        Backlog backlog = Backlog.of(
                service.applicationId(),
                List.of(
                        Topics.FORMS_INBOX.in(installation.prefix()),
                        Topics.FORMS_SUBMITTED.in(installation.prefix()),
                        Topics.CONSENT_CHANGES.in(installation.prefix())),
                offsets,
                health,
                meters);
        Peers peers = Peers.of(streams.streams(), advertised, http.tls(), access.relays());
        Files files = new Files(peers, policy, tokens);
        HeldSubjects subjects = new HeldSubjects(peers, policy, access);
        TopicCopies copies = new TopicCopies(
                installation.clientProperties(), installation.prefix(), installation, reportPatience(http.timeout()));
        RequestsDoor requests = new RequestsDoor(subjects, peers, access, producer, clock);
        requests.measure(meters);
        HttpServer server = HttpServer.start(http, access, health, meters, "openapi/consent-stream.json", routes -> {
            new FormsDoor(declarations, access, ids, producer, links, new RateLimit(formsPerMinute, clock), clock)
                    .mount(routes);
            new ConsentsDoor(access, ids, producer, peers, new Histories(peers), links, topics, clock).mount(routes);
            new FeedbackDoor(access, ids, producer, clock).mount(routes);
            new SameAsDoor(access, producer, clock).mount(routes);
            new SubjectsDoor(subjects, peers, ids, access, clock, policy).mount(routes);
            new ErasureDoor(subjects, peers, access, producer, clock).mount(routes);
            requests.mount(routes);
            new RectificationDoor(subjects, master, ids, access, producer, clock).mount(routes);
            new AccessReportDoor(subjects, peers, files, copies, master, policy, answerable, access, producer, clock)
                    .mount(routes);
            new ConfirmDoor(
                            confirmations,
                            peers,
                            subjects::state,
                            producer,
                            links,
                            new RateLimit(PAGES_PER_MINUTE, clock),
                            clock)
                    .mount(routes);
            new ReceiptsDoor(
                            tokens, receiptKeys, receipts, peers, people, new RateLimit(PAGES_PER_MINUTE, clock), clock)
                    .mount(routes);
            new UnsubscribeDoor(
                            tokens,
                            files,
                            producer,
                            links,
                            noticeVersion,
                            new RateLimit(PAGES_PER_MINUTE, clock),
                            clock)
                    .mount(routes);
            new PreferencesDoor(
                            tokens,
                            files,
                            policy,
                            producer,
                            links,
                            noticeVersion,
                            new RateLimit(PAGES_PER_MINUTE, clock),
                            clock)
                    .mount(routes);
            new FilesDoor(files, peers, tokens, clock).mount(routes);
            new StaffLogin(access, "/console", people, identity().secret(), clock).mount(routes);
            new ConsoleDoor(access, subjects, peers, files, master, requests, ids, policy, clock).mount(routes);
        });
        return new RunningService(
                "consent-stream", server.url(), health, server, copies, producer, backlog, offsets, streams);
    }

    /** What is read for a report is put together and recorded before its caller stops waiting. */
    private static Duration reportPatience(Duration timeout) {
        return timeout.multipliedBy(3).dividedBy(4);
    }

    /** Runs the service until it is told to stop. */
    public static void main(String[] args) {
        ProcessLocale.set();
        ProcessEnd.with(ServiceCommand.execute(new ConsentStream(), args));
    }
}
