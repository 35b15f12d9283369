package fi.lupa.standalone.peers;

import fi.lupa.standalone.bench.Peer;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Flink, in a process of its own: its connector calls into the inner parts of one version of Kafka's client, which is not the
 * one that Lupa runs on, and its RocksDB has the names of Kafka Streams' and other contents. The process stays from round to round, so that it is as warm as the others are.
 */
public final class FlinkPeer implements Peer {

    private static final Path OWN_VERSIONS = ownVersions();
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(15);

    private Process process;
    private PrintWriter says;
    private BufferedReader hears;

    @Override
    public String title() {
        return "Flink DataStream, exactly once, RocksDB";
    }

    @Override
    public Optional<String> lacks() {
        return Files.isDirectory(OWN_VERSIONS)
                ? Optional.empty()
                : Optional.of("what it needs in other versions than Lupa is not in " + OWN_VERSIONS
                        + "; build with 'mvn package'.");
    }

    /** The build lays it beside this class's jar. */
    private static Path ownVersions() {
        try {
            return Path.of(FlinkPeer.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .resolveSibling("flink");
        } catch (URISyntaxException e) {
            throw new IllegalStateException("A jar's place is a path", e);
        }
    }

    @Override
    public Running start(Task task) throws IOException {
        if (process == null) {
            begin();
        }
        ask("start " + FlinkProcess.written(task));
        return new Job();
    }

    private void begin() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // The same heap and collector as here.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-X"))
                .forEach(command::add);
        command.add("-cp");
        command.add(OWN_VERSIONS.resolve("*") + File.pathSeparator + System.getProperty("java.class.path"));
        command.add(FlinkProcess.class.getName());
        process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        says = new PrintWriter(process.outputWriter(), true);
        hears = process.inputReader();
    }

    private String ask(String line) {
        says.println(line);
        try {
            String answer = hears.readLine();
            if (answer == null) {
                throw new IllegalStateException("its process ended; the lines above say why");
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException("its process does not answer", e);
        }
    }

    @Override
    public void close() {
        if (process == null) {
            return;
        }
        // The end of its input is its sign to end.
        says.close();
        try {
            if (!process.waitFor(ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        process = null;
    }

    private final class Job implements Running {

        @Override
        public long taken() {
            return Long.parseLong(ask("taken"));
        }

        @Override
        public long done() {
            return Long.parseLong(ask("done"));
        }

        @Override
        public void hold() {
            // It takes no message before it is released.
        }

        @Override
        public void release() {
            ask("release");
        }

        @Override
        public Duration clientCpu() {
            return process.info().totalCpuDuration().orElseThrow();
        }

        @Override
        public void close() {
            ask("cancel");
        }
    }
}
