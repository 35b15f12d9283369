package fi.lupa.edge.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What holds for all settings of a command: they are checked together and shown at start. */
public final class Settings {
    private Settings() {}

    /**
     * Refuses a command whose settings make no sense, after it is parsed and before it does anything.
     *
     * @param environment usually {@link System#getenv()}
     * @throws InvalidSettings with every fault of every mixed-in {@link Concern} and every unknown variable
     */
    public static void check(CommandLine command, Map<String, String> environment) {
        List<String> faults = new ArrayList<>(UnknownEnvironment.faults(command, environment));
        command.getCommandSpec().mixins().values().stream()
                .map(CommandLine.Model.CommandSpec::userObject)
                .filter(Concern.class::isInstance)
                .map(Concern.class::cast)
                .forEach(concern -> faults.addAll(concern.faults()));
        if (!faults.isEmpty()) {
            throw new InvalidSettings(faults);
        }
    }

    /** Prints every option's value as it is in force, without secrets. */
    public static void print(CommandLine command) {
        command.getCommandSpec().options().stream()
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .forEach(option -> command.getOut().printf("%-26s %s%n", option.longestName(), shown(option)));
        command.getOut().flush();
    }

    // A secret hides itself; a password inside a URL is cut out here.
    private static String shown(OptionSpec option) {
        Object value = option.getValue();
        return value == null ? "(none)" : value.toString().replaceAll("//[^/@\\s]*@", "//(hidden)@");
    }
}
