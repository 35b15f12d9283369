package fi.lupa.edge.settings;

import java.lang.reflect.AnnotatedElement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Variables that somebody set for Lupa and nothing reads, most often a slip of the pen that would leave a default in force. */
public final class UnknownEnvironment {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([A-Z0-9_]+)");

    /** What others read: the keys and the password themselves, for whoever calls the services, and the options of the Java that runs them. */
    private static final Set<String> OF_OTHERS = Set.of(
            "LUPA_SITE_KEY",
            "LUPA_CAMPAIGN_KEY",
            "LUPA_MARKETER_KEY",
            "LUPA_DPO_KEY",
            "LUPA_OPERATOR_KEY",
            "LUPA_STAFF_PASSWORD",
            "LUPA_JAVA_OPTS");

    private UnknownEnvironment() {}

    /**
     * Refuses a variable beginning with LUPA_ that no option of any command reads.
     *
     * @throws InvalidSettings with every such variable
     */
    public static void check(CommandLine command, Map<String, String> environment) {
        List<String> faults = faults(command, environment);
        if (!faults.isEmpty()) {
            throw new InvalidSettings(faults);
        }
    }

    static List<String> faults(CommandLine command, Map<String, String> environment) {
        Set<String> known = new TreeSet<>(OF_OTHERS);
        commands(command.getCommandSpec().root().commandLine())
                .flatMap(any -> any.getCommandSpec().options().stream())
                .map(option -> option.userObject())
                .flatMap(UnknownEnvironment::variables)
                .forEach(known::add);
        return environment.keySet().stream()
                .filter(name -> name.startsWith("LUPA_") && !known.contains(name))
                .sorted()
                .map(name -> "Nothing reads the environment variable " + name + DidYouMean.of(name, known))
                .toList();
    }

    private static Stream<CommandLine> commands(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(UnknownEnvironment::commands));
    }

    private static Stream<String> variables(Object annotated) {
        return Optional.ofNullable(annotated)
                .filter(AnnotatedElement.class::isInstance)
                .map(element -> ((AnnotatedElement) element).getAnnotation(Option.class))
                .stream()
                .flatMap(option -> VARIABLE.matcher(option.defaultValue()).results())
                .map(match -> match.group(1));
    }
}
