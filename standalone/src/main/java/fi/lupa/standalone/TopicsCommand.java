package fi.lupa.standalone;

import fi.lupa.edge.kafka.Installation;
import fi.lupa.edge.kafka.KafkaRole;
import fi.lupa.edge.kafka.KafkaRole.Right;
import fi.lupa.edge.kafka.RightSetup;
import fi.lupa.edge.kafka.TopicSetup;
import fi.lupa.edge.settings.KafkaSettings;
import fi.lupa.edge.settings.RegistrySettings;
import fi.lupa.edge.settings.Settings;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lupa topics}: shows, creates and checks the topics, makes their schemas known to the registry, and gives rights. */
@Command(
        name = "topics",
        description =
                "Checks that Kafka has the topics as the contract has them; can create what is missing, and give those"
                        + " who work with them the rights that they need.",
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

    @Option(names = "--acls", description = "Give every role the rights that it needs on Kafka, and print them.")
    private boolean acls;

    @Option(names = "--dry-run", description = "With --acls: print the rights, and give none.")
    private boolean dryRun;

    @Option(
            names = "--principal",
            paramLabel = "ROLE=PRINCIPAL",
            converter = RoleConverter.class,
            description =
                    "With --acls: who has a role, as website=User:shop; else it is User: and the role. Roles: website,"
                            + " consent-stream, campaign-router, campaign-system, delivery, analyst, operator.")
    private Map<KafkaRole, String> principals = new EnumMap<>(KafkaRole.class);

    @Override
    public Integer call() {
        Settings.check(spec.commandLine(), System.getenv());
        PrintWriter out = spec.commandLine().getOut();
        if (acls) {
            for (KafkaRole role : KafkaRole.values()) {
                principals.putIfAbsent(role, "User:" + role.written());
            }
            principals.forEach((role, principal) ->
                    role.rights(kafka.topicPrefix()).forEach(right -> out.println(line(role, principal, right))));
        }
        if (acls && dryRun) {
            return CommandLine.ExitCode.OK;
        }
        Installation installation = new Installation(kafka, registry);
        try (Admin admin = installation.admin()) {
            if (acls) {
                RightSetup rights = new RightSetup(admin, installation.prefix());
                rights.give(principals);
                rights.besides(principals)
                        .forEach(more -> spec.commandLine().getErr().println("Not needed by its role: " + more + "."));
                return CommandLine.ExitCode.OK;
            }
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

    private static String line(KafkaRole role, String principal, Right right) {
        String operations =
                right.operations().stream().map(AclOperation::name).sorted().collect(Collectors.joining(", "));
        return "%-16s %-24s %-16s %-40s %s"
                .formatted(
                        role.written(),
                        principal,
                        right.resource().resourceType().name().toLowerCase(Locale.ROOT),
                        right.resource().name() + (right.resource().patternType() == PatternType.PREFIXED ? "*" : ""),
                        operations);
    }

    private static final class RoleConverter implements CommandLine.ITypeConverter<KafkaRole> {

        @Override
        public KafkaRole convert(String written) {
            return Arrays.stream(KafkaRole.values())
                    .filter(role -> role.written().equals(written))
                    .findFirst()
                    .orElseThrow(() -> new CommandLine.TypeConversionException(
                            "there is no role \"%s\"; write one of those that --help lists.".formatted(written)));
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
