package fi.lupa.standalone.bench;

import fi.lupa.standalone.embedded.CannotStartException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A broker in a process of its own, so that its CPU time is known, and a folder for all data; both end with the bench. */
final class BenchBroker implements AutoCloseable {

    private static final Duration ENDS_WITHIN = Duration.ofSeconds(15);

    private final Path folder;
    private final boolean keep;
    private final Process process;
    private final String bootstrapServers;
    private final Thread onCtrlC = new Thread(this::end, "end-bench");

    /** @param keep whether the folder stays */
    static BenchBroker start(boolean keep) {
        try {
            return new BenchBroker(Files.createTempDirectory("lupa-bench-"), keep);
        } catch (IOException e) {
            throw new CannotStartException("The bench's broker cannot be run: " + e, e);
        }
    }

    @SuppressWarnings("StartInConstructor") // the process and the hook that ends it are one thing
    private BenchBroker(Path folder, boolean keep) throws IOException {
        this.folder = folder;
        this.keep = keep;
        this.process = new ProcessBuilder(
                        // Ctrl-C in a terminal reaches this process, too, but the topologies are to end before it.
                        "sh",
                        "-c",
                        "trap '' INT; exec \"$0\" \"$@\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BrokerProcess.class.getName(),
                        folder.resolve("kafka").toString())
                .redirectError(Redirect.INHERIT)
                .start();
        Runtime.getRuntime().addShutdownHook(onCtrlC);
        BufferedReader said = process.inputReader();
        this.bootstrapServers = said.readLine();
        if (bootstrapServers == null) {
            close();
            throw new CannotStartException("The bench's broker ended while starting; the lines above say why.");
        }
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    ProcessHandle process() {
        return process.toHandle();
    }

    /** Where everything is kept that belongs to this run. */
    Path folder() {
        return folder;
    }

    boolean keepsData() {
        return keep;
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(onCtrlC);
        end();
    }

    private void end() {
        try {
            // The end of its input is its sign to end.
            process.getOutputStream().close();
            if (!process.waitFor(ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        if (!keep) {
            remove(folder);
        }
    }

    /** Removes a folder as far as it can be; what a thread that is still ending writes meanwhile is its loss. */
    static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException | UncheckedIOException e) {
            // A file went before its turn.
        }
    }
}
