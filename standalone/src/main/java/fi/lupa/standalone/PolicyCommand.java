package fi.lupa.standalone;

import fi.lupa.edge.policy.PolicySettings;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lupa policy}: checks a policy, and shows what it says. */
@Command(
        name = "policy",
        description = "Checks a policy, names everything that is wrong with it, and shows it as a table.",
        mixinStandardHelpOptions = true)
final class PolicyCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private final PolicySettings settings = new PolicySettings();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        out.print(PolicyTable.of(settings.policy().terms(), settings.file().toString()));
        out.flush();
        return CommandLine.ExitCode.OK;
    }
}
