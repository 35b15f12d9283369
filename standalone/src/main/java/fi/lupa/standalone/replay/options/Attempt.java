package fi.lupa.standalone.replay.options;

import fi.lupa.edge.settings.InvalidSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import picocli.CommandLine;

/** Something that a command tries to do, and the exit code that tells what came of it. */
@FunctionalInterface
public interface Attempt {

    void make() throws Exception;

    static int exitCode(PrintWriter err, Attempt attempt) {
        try {
            attempt.make();
            return CommandLine.ExitCode.OK;
        } catch (InvalidSettings e) {
            err.println(e.getMessage());
            return CommandLine.ExitCode.USAGE;
        } catch (TopicAuthorizationException e) {
            err.println(
                    "The broker does not let this principal at "
                            + e.unauthorizedTopics().stream().sorted().collect(Collectors.joining(", "))
                            + ". READ is what replay needs of topics; have it given, or name another principal by --kafka-config.");
            return CommandLine.ExitCode.SOFTWARE;
        } catch (KafkaException e) {
            err.println(e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        } catch (SQLException | IOException e) {
            String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            err.println("It could not be written: " + why + (why.endsWith(".") ? "" : ".")
                    + " Make room, and run the same command again.");
            return CommandLine.ExitCode.SOFTWARE;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
