package fi.lupa.standalone;

import fi.lupa.campaign.CampaignRouter;
import fi.lupa.consent.ConsentStream;
import fi.lupa.edge.server.PortTakenException;
import fi.lupa.edge.service.ProcessEnd;
import fi.lupa.edge.service.ProcessLocale;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.standalone.bench.BenchCommand;
import fi.lupa.standalone.delivery.DeliverCommand;
import fi.lupa.standalone.embedded.CannotStartException;
import fi.lupa.standalone.imports.ImportCommand;
import fi.lupa.standalone.replay.ReplayCommand;
import fi.lupa.standalone.report.ReportCommand;
import fi.lupa.standalone.sql.SqlCommand;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Objects;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts Lupa from the command line: exit code 0 when done, 1 when it failed, 2 when the command was not understood. */
@Command(
        name = "lupa",
        description = "Marketing messages that go only where they are welcome.",
        mixinStandardHelpOptions = true,
        versionProvider = Lupa.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            Up.class,
            ConsentStream.class,
            CampaignRouter.class,
            TopicsCommand.class,
            TailCommand.class,
            ImportCommand.class,
            DeliverCommand.class,
            ReplayCommand.class,
            SqlCommand.class,
            ReportCommand.class,
            KeysCommand.class,
            PolicyCommand.class,
            ReceiptCommand.class,
            BenchCommand.class,
            HelpCommand.class
        })
public final class Lupa implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Lupa.class);

    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        ProcessLocale.set();
        ProcessEnd.with(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Lupa()).setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println(sentence(failure));
            return failure instanceof InvalidSettings ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
        });
    }

    /** What whoever called can do something about is said in a sentence; all else is a defect, and shows where it lies. */
    private static String sentence(Exception failure) throws Exception {
        if (failure instanceof InvalidSettings) {
            return failure.getMessage();
        }
        if (failure instanceof CannotStartException || failure instanceof PortTakenException) {
            return "lupa: " + failure.getMessage();
        }
        if (failure instanceof KafkaException) {
            LOG.debug("A command failed", failure);
            String told = String.valueOf(failure.getMessage());
            String why = failure.getCause() == null
                    ? ""
                    : Objects.requireNonNullElseGet(
                            failure.getCause().getMessage(),
                            () -> failure.getCause().getClass().getSimpleName());
            return told.contains(why) ? told : told + " " + why;
        }
        if (failure instanceof UncheckedIOException unread && unread.getCause() instanceof FileSystemException file) {
            String reason = Objects.requireNonNullElse(
                    file.getReason(), file.getClass().getSimpleName().replace("Exception", ""));
            return "lupa: %s can be neither read nor written here (%s).".formatted(file.getFile(), reason);
        }
        throw failure;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do.");
    }

    /** Reads the version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            var version = Lupa.class.getPackage().getImplementationVersion();
            return new String[] {"lupa " + (version == null ? "from source" : version)};
        }
    }
}
