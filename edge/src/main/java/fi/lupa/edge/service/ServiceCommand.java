package fi.lupa.edge.service;

import fi.lupa.edge.access.Access;
import fi.lupa.edge.access.Audit;
import fi.lupa.edge.access.OpenIdProvider;
import fi.lupa.edge.access.Relays;
import fi.lupa.edge.access.Sessions;
import fi.lupa.edge.health.Health;
import fi.lupa.edge.http.RateLimit;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.kafka.Installation;
import fi.lupa.edge.keys.Keys;
import fi.lupa.edge.policy.PolicySettings;
import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.edge.server.PortTakenException;
import fi.lupa.edge.settings.HttpSettings;
import fi.lupa.edge.settings.IdentitySettings;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.edge.settings.KafkaSettings;
import fi.lupa.edge.settings.KeySettings;
import fi.lupa.edge.settings.OidcSettings;
import fi.lupa.edge.settings.RegistrySettings;
import fi.lupa.edge.settings.SealingSettings;
import fi.lupa.edge.settings.Settings;
import fi.lupa.edge.settings.StreamsSettings;
import fi.lupa.edge.streams.StreamsRuntime;
import fi.lupa.edge.streams.StreamsRuntime.Guarantee;
import fi.lupa.permission.Policy;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmHeapPressureMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the commands of both services have in common: settings, start, and an end in good order. */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
public abstract class ServiceCommand implements Callable<Integer> {

    /** How long a door waits for a write before it says that it failed. */
    protected static final Duration WRITE_PATIENCE = Duration.ofSeconds(8);

    private static final Logger LOG = LoggerFactory.getLogger(ServiceCommand.class);

    /** Over which time it is looked how much of it went into collecting garbage, and the most that may. */
    private static final Duration PRESSED_FOR = Duration.ofSeconds(30);

    private static final double MOST_COLLECTING = 0.9;

    @Spec
    private CommandSpec spec;

    @Mixin
    private final KafkaSettings kafka = new KafkaSettings();

    @Mixin
    private final RegistrySettings registry = new RegistrySettings();

    @Mixin
    private final IdentitySettings identity = new IdentitySettings();

    @Mixin
    private final SealingSettings sealing = new SealingSettings();

    @Mixin
    private final KeySettings keySettings = new KeySettings();

    @Mixin
    private final OidcSettings oidc = new OidcSettings();

    @Mixin
    private final PolicySettings policySettings = new PolicySettings();

    @Mixin
    private final StreamsSettings streams = new StreamsSettings();

    /**
     * Starts the service by the settings read from its command line.
     *
     * @throws InvalidSettings with everything that is wrong with its files
     * @throws KafkaException with a sentence if Kafka or the registry is not as it needs them
     * @throws PortTakenException if its port is taken
     */
    public abstract RunningService start();

    /** Runs the service until the process is told to stop, which ends it with 0, or its topology has stopped for good. */
    @Override
    public Integer call() throws InterruptedException {
        try {
            Settings.check(spec.commandLine(), System.getenv());
            Settings.print(spec.commandLine());
            RunningService service = start();
            spec.commandLine().getOut().println(service.name() + " answers at " + service.url());
            spec.commandLine().getOut().flush();
            return untilItDies(service);
        } catch (InvalidSettings e) {
            spec.commandLine().getErr().println(e.getMessage());
            return CommandLine.ExitCode.USAGE;
        } catch (KafkaException | PortTakenException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private int untilItDies(RunningService service) throws InterruptedException {
        AtomicBoolean told = new AtomicBoolean();
        ProcessEnd.closes(service.name(), () -> {
            told.set(true);
            service.close();
        });
        while (told.get() || service.health().notLive().isEmpty()) {
            TimeUnit.SECONDS.sleep(1);
        }
        service.health().notLive().forEach((check, reason) -> LOG.atError()
                .addKeyValue("check", check)
                .addKeyValue("reason", reason)
                .log("The service ends"));
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** Runs a service's command and gives its exit code: 0 well, 1 failed, 2 wrongly called. */
    public static int execute(ServiceCommand command, String... args) {
        return new CommandLine(command).execute(args);
    }

    protected IdentitySettings identity() {
        return identity;
    }

    protected MasterKey masterKey() {
        return sealing.masterKey();
    }

    protected StreamsSettings streamsSettings() {
        return streams;
    }

    protected Keys keys() {
        return Keys.load(keySettings.file());
    }

    /**
     * Who may do what at this service's doors.
     *
     * @param writer where it is recorded
     */
    protected Access access(String name, Keys keys, EventWriter writer, HttpSettings http, Clock clock) {
        return new Access(
                keys,
                oidc.isSet() ? Optional.of(new OpenIdProvider(oidc, clock)) : Optional.empty(),
                new Sessions(identity.secret(), keys, http.reachedByTls(), clock),
                new Audit(name, writer, clock),
                new RateLimit(http.requestsPerMinute(), clock),
                new Relays(identity.linkTokens(), clock));
    }

    protected Policy policy() {
        return policySettings.policy();
    }

    protected Installation installation() {
        return new Installation(kafka, registry);
    }

    /** @param advertised where other instances reach this one's HTTP door, {@code host:port} */
    protected StreamsRuntime.Service service(String name, Guarantee guarantee, String advertised) {
        return new StreamsRuntime.Service(
                name,
                kafka.topicPrefix(),
                kafka.clientProperties(),
                guarantee,
                streams.stateDir(),
                streams.threads(),
                streams.standbyReplicas(),
                advertised);
    }

    @SuppressWarnings("resource") // the JVM's meters live as long as the process
    protected static PrometheusMeterRegistry meters(Health health) {
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        // Kafka names stores of different kinds by different tags, which Prometheus does not take under one name.
        meters.config().meterFilter(MeterFilter.denyNameStartsWith("kafka.stream.state"));
        new JvmMemoryMetrics().bindTo(meters);
        new JvmGcMetrics().bindTo(meters);
        new JvmHeapPressureMetrics(List.of(), PRESSED_FOR, PRESSED_FOR.dividedBy(10)).bindTo(meters);
        Gauge collecting = meters.get("jvm.gc.overhead").gauge();
        health.live(
                "memory",
                () -> collecting.value() < MOST_COLLECTING
                        ? Optional.empty()
                        : Optional.of("It collects garbage nearly all the time: its memory does not suffice."));
        new ProcessorMetrics().bindTo(meters);
        new UptimeMetrics().bindTo(meters);
        return meters;
    }
}
