package fi.lupa.standalone.replay.feed;

import fi.lupa.edge.kafka.Installation;
import fi.lupa.edge.settings.DidYouMean;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.edge.settings.KafkaSettings;
import fi.lupa.edge.settings.PropertiesFile;
import fi.lupa.edge.settings.RegistrySettings;
import fi.lupa.edge.settings.Settings;
import fi.lupa.schemas.registry.EventClasses;
import fi.lupa.schemas.registry.RegistryClient;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.progress.ProgressBar;
import fi.lupa.standalone.replay.options.Attempt;
import fi.lupa.standalone.replay.options.OpeningSettings;
import fi.lupa.standalone.replay.options.PeriodOptions;
import fi.lupa.standalone.replay.options.ReplayAudit;
import fi.lupa.standalone.replay.read.Filters;
import fi.lupa.standalone.replay.read.Gaps;
import fi.lupa.standalone.replay.read.PartitionSpan;
import fi.lupa.standalone.replay.read.Source;
import fi.lupa.standalone.replay.read.TopicReader;
import fi.lupa.standalone.replay.read.Withheld;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lupa replay feed}: a topic's history into a topic of its own, for a consumer that is new. */
@Command(
        name = "feed",
        description = {
            "Writes a period of a topic once more, record by record, to a topic whose name begins with \"replay.\".",
            "No service of Lupa reads such a topic, so that nothing is sent by it."
        },
        footer = {
            "",
            "Keys, values and times stay as they are; the header lupa-replayed-from says where a record lay. A value's schema is the"
                    + " one of this installation's registry.",
            "Interrupted, run it again with the same options: it goes on where it was, and may write what was on its way a second"
                    + " time.",
            "Exit code: 0 done; 1 failed on the way; 2 the command is not as it should be."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class FeedCommand implements Callable<Integer> {

    private static final List<Topic<?>> OUTLIVE_AN_ERASURE =
            List.of(Topics.SUBJECT_KEYS, Topics.CONSENT_STATE, Topics.SUBJECT_NOTES);

    private final Clock clock;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "TOPIC", description = "Name without the installation's prefix.")
    private String name;

    @Option(
            names = "--to",
            paramLabel = "TOPIC",
            required = true,
            description = "Its whole name, as replay.statements; made with as many partitions where it is not there.")
    private String to;

    @Option(
            names = "--to-bootstrap-servers",
            paramLabel = "HOST:PORT,…",
            description = "Of another cluster to write to (default: the same).")
    private String toServers;

    @Option(
            names = "--to-kafka-config",
            paramLabel = "FILE",
            description = "Properties file with more settings for that cluster.")
    private Path toConfig;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "At most so many records a second (default: as fast as it goes).")
    private Double rate;

    @Option(
            names = "--speed",
            paramLabel = "N",
            description = "So many times as fast as it was written: 1 takes an hour for an hour, 60 a minute.")
    private Double speed;

    @Option(
            names = "--progress-file",
            paramLabel = "FILE",
            description = "Where it is kept how far it is (default: the target's name and .feed, here).")
    private Path progressFile;

    @Mixin
    private final PeriodOptions period = new PeriodOptions();

    @Mixin
    private final OpeningSettings opening = new OpeningSettings();

    @Mixin
    private final KafkaSettings kafka = new KafkaSettings();

    @Mixin
    private final RegistrySettings registry = new RegistrySettings();

    public FeedCommand() {
        this(Clock.systemUTC());
    }

    /** @param clock by which it is written down that personal data is taken out */
    public FeedCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() {
        return Attempt.exitCode(err(), this::feed);
    }

    private void feed() throws Exception {
        Settings.check(spec.commandLine(), System.getenv());
        EventClasses.trust();
        Filters filters = period.filters();
        Topic<?> topic = topic();
        checkTarget(filters, topic);
        Source source = Source.of(new Installation(kafka, registry), RegistryClient.shared(registry.properties()));
        if (Withheld.isTold(topic)) {
            ReplayAudit.write(source, opening.officer(), "feed", filters.subject(), clock.instant());
        }
        Path progress = progressFile == null ? Path.of(to + ".feed") : progressFile;
        try (TopicReader reader = source.reader();
                Feed feed = new Feed(source, topic, filters, targetClient(), to, Pace.of(rate, speed), progress)) {
            List<PartitionSpan> spans = feed.spans(reader);
            long left = spans.stream()
                    .mapToLong(span -> span.end() - span.position())
                    .sum();
            ProgressBar bar = new ProgressBar(err(), System.console() != null, "feeding", left);
            feed.show(spans, bar);
            reader.read(spans, feed);
            feed.finish();
            bar.end();
            out().printf(
                            Locale.ROOT,
                            "%s: %,d records read = %,d written to %s + %,d left out + %,d unreadable.%n",
                            topic.name(),
                            spans.stream().mapToLong(PartitionSpan::records).sum(),
                            spans.stream().mapToLong(PartitionSpan::rows).sum(),
                            to,
                            spans.stream()
                                    .mapToLong(PartitionSpan::leftOutSoFar)
                                    .sum(),
                            spans.stream()
                                    .mapToLong(PartitionSpan::unreadableSoFar)
                                    .sum());
            Gaps.of(spans, reader).forEach(out()::println);
            out().flush();
        }
    }

    private Topic<?> topic() {
        Map<String, Topic<?>> known = Topics.all().stream().collect(Collectors.toMap(Topic::name, Function.identity()));
        if (!known.containsKey(name)) {
            throw new InvalidSettings(
                    List.of("There is no topic \"%s\"%s".formatted(name, DidYouMean.of(name, known.keySet()))));
        }
        return known.get(name);
    }

    private void checkTarget(Filters filters, Topic<?> topic) {
        boolean ours = Topics.all().stream()
                .anyMatch(one -> one.in(kafka.topicPrefix()).equals(to));
        if (!to.matches("replay\\.[A-Za-z0-9._-]{1,200}") || ours) {
            throw new InvalidSettings(
                    List.of("--to is \"%s\"; it has to begin with \"replay.\", and be no topic that Lupa itself uses."
                            .formatted(to)));
        }
        if (rate != null && speed != null) {
            throw new InvalidSettings(List.of("--rate and --speed are both given; leave one out."));
        }
        if ((rate != null && rate <= 0) || (speed != null && speed <= 0)) {
            throw new InvalidSettings(List.of("--rate and --speed are more than nothing."));
        }
        if (topic.equals(Topics.CONSENT_CHANGES) && filters.form() != null) {
            throw new InvalidSettings(
                    List.of("Which form a statement was said on, it does not tell itself; leave --form out."));
        }
        if (!filters.canTell(topic)) {
            throw new InvalidSettings(List.of("The records of %s do not tell what is asked for.".formatted(name)));
        }
        if (OUTLIVE_AN_ERASURE.contains(topic)) {
            throw new InvalidSettings(List.of(
                    "%s holds what the master key opens, of which a copy would outlive an erasure; export it instead."
                            .formatted(name)));
        }
        if (Withheld.isTold(topic) && !opening.open()) {
            throw new InvalidSettings(List.of(
                    "%s holds personal data in the clear; it is fed with --open, by the data protection officer alone."
                            .formatted(name)));
        }
        PropertiesFile.fault("--to-kafka-config", toConfig).ifPresent(fault -> {
            throw new InvalidSettings(List.of(fault));
        });
    }

    private Map<String, Object> targetClient() {
        if (toServers == null) {
            return kafka.clientProperties();
        }
        Map<String, Object> client = new HashMap<>(PropertiesFile.read(toConfig));
        client.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, toServers);
        return client;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
