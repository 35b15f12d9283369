package fi.lupa.standalone.bench;

import fi.lupa.campaign.CampaignRouter;
import fi.lupa.consent.ConsentStream;
import fi.lupa.standalone.embedded.CannotStartException;
import fi.lupa.standalone.embedded.ParentProcess;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;

/** A service in a process of its own, as in its container, which ends with this one at the latest. */
final class ServiceProcess implements AutoCloseable {

    private static final Pattern ANSWERS = Pattern.compile("answers at (http://\\S+)");
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(2);
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(40);

    /** What a JVM needs of the environment; settings of the user's own installation are not the bench's. */
    private static final Set<String> KEPT = Set.of("LANG", "LC_ALL", "LC_CTYPE");

    /** What a JVM does by itself in a container of the size that docker-compose.yml gives the services. */
    private static final List<String> AS_IN_CONTAINER = List.of("-Xmx410m", "-Xms102m", "-XX:+UseSerialGC");

    private final String name;
    private final Path log;
    private final Process process;
    private final Thread onCtrlC;

    /**
     * Starts a service, and does not wait for it.
     *
     * @param name of its command
     * @param log a file of its own for what it says
     * @param environment its secrets, which a command line would show
     */
    static ServiceProcess start(String name, Path log, Map<String, String> environment, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                // Ctrl-C in a terminal reaches this process, too, but the bench is to end it.
                "sh",
                "-c",
                "trap '' INT; exec \"$0\" \"$@\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(AS_IN_CONTAINER);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ServiceProcess.class.getName(), name));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.to(log.toFile()));
        builder.environment().keySet().retainAll(KEPT);
        builder.environment().put("MALLOC_ARENA_MAX", "2"); // as its image has it
        builder.environment().putAll(environment);
        try {
            return new ServiceProcess(name, log, builder.start());
        } catch (IOException e) {
            throw new CannotStartException("The " + name + " cannot be run: " + e, e);
        }
    }

    private ServiceProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
        this.onCtrlC = new Thread(process::destroyForcibly, "end-" + name);
        Runtime.getRuntime().addShutdownHook(onCtrlC);
    }

    /** Takes a service's name and settings, and ends when it does or its standard input, whose other end the bench holds. */
    public static void main(String[] args) {
        ParentProcess.endsThisWithIt();
        String[] settings = Arrays.copyOfRange(args, 1, args.length);
        if (args[0].equals(Services.CONSENT_STREAM)) {
            ConsentStream.main(settings);
        } else {
            CampaignRouter.main(settings);
        }
    }

    /**
     * Where it answers, once it does.
     *
     * @throws KafkaException with its last words if it does not come to that
     */
    URI url() throws InterruptedException {
        long deadline = System.nanoTime() + STARTS_WITHIN.toNanos();
        while (System.nanoTime() < deadline) {
            Matcher line = ANSWERS.matcher(said());
            if (line.find()) {
                return URI.create(line.group(1));
            }
            if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
                throw failed("ended while starting");
            }
        }
        throw failed("did not start within " + STARTS_WITHIN.toSeconds() + " s");
    }

    /** What it cannot go on from, with its last words. */
    KafkaException failed(String how) {
        String words = said().strip();
        return new KafkaException(
                "The " + name + " " + how + ". It last said: " + words.substring(words.lastIndexOf('\n') + 1));
    }

    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** In bytes. */
    long residentMemory() {
        return ResidentMemory.of(process.pid());
    }

    /** Tells it to stop, and waits until it has ended well. */
    void stop() throws InterruptedException {
        process.toHandle().destroy(); // the process itself would close the input first, at which it ends at once
        if (!process.waitFor(ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
            throw failed("did not end well when told to stop");
        }
        close();
    }

    /** Ends it as a crash would. */
    void kill() throws InterruptedException {
        close();
        process.waitFor();
    }

    private String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new CannotStartException("What the " + name + " says cannot be read: " + e, e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        Runtime.getRuntime().removeShutdownHook(onCtrlC);
    }
}
