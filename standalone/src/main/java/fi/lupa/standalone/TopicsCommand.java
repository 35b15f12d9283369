package fi.lupa.standalone;

import fi.lupa.edge.kafka.Installation;
import fi.lupa.edge.kafka.TopicSetup;
import fi.lupa.edge.settings.KafkaSettings;
import fi.lupa.edge.settings.RegistrySettings;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lupa topics}: shows, creates and checks the topics, and makes their schemas known to the registry. */
@Command(
        name = "topics",
        description = "Checks that Kafka has the topics as the contract has them, and can create what is missing.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class TopicsCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private final KafkaSettings kafka = new KafkaSettings();

    @Mixin
    private final RegistrySettings registry = new RegistrySettings();

    @Option(names = "--create", description = "Create what is missing, and register the schemas.")
    private boolean create;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "Partitions of the topics that are spread by subject (default: ${DEFAULT-VALUE}).")
    private int partitions = Topics.DEFAULT_SPREAD;

    @Option(
            names = "--replication",
            paramLabel = "N",
            description = "Copies of each; -1 for the brokers' default (default: ${DEFAULT-VALUE}).")
    private short replication = -1;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Installation installation = new Installation(kafka, registry);
        try (Admin admin = installation.admin()) {
            TopicSetup topics = new TopicSetup(admin, installation.prefix());
            if (create) {
                topics.create(partitions, replication).forEach(name -> out.println("created " + name));
                installation.registerSchemas();
            }
            Topics.all().forEach(topic -> out.println(line(topic)));
            List<String> faults = topics.faults();
            faults.forEach(spec.commandLine().getErr()::println);
            return faults.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        }
    }

    private String line(Topic<?> topic) {
        String kept = topic.cleanup() instanceof Topic.Cleanup.ToNewestOfKey
                ? "compacted"
                : topic.retention().map(TopicsCommand::days).orElse("for ever");
        return "%-26s %-20s %-10s written by %s"
                .formatted(topic.in(kafka.topicPrefix()), topic.value().getSimpleName(), kept, topic.owner());
    }

    private static String days(Duration kept) {
        return kept.toDays() <= 1 ? kept.toHours() + " hours" : kept.toDays() + " days";
    }
}
