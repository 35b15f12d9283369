package fi.lupa.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A service in a process of its own, at one address and on one state however often it is started. Whenever it ends without being
 * told to, it is started anew, as a container is.
 */
final class ServiceUnderFire implements AutoCloseable {

    static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final String STATE_DIR = "--state-dir=";

    private final TestInstallation lupa;
    private final String name;
    private final Path folder;
    private final String[] more;
    private final List<String> arguments = new ArrayList<>();
    private final Path log;
    private final Path clock;
    private final URI url;
    private SmallDisk disk;
    private String heap = "410m";
    private Process process;
    private boolean wanted;

    /** @param more of the service's settings, which go before the installation's */
    ServiceUnderFire(TestInstallation lupa, String name, Path folder, String... more) {
        this.lupa = lupa;
        this.name = name;
        this.folder = folder;
        this.more = more;
        int port = TestInstallation.freePort();
        this.url = URI.create("http://127.0.0.1:" + port);
        this.log = folder.resolve(name + "-" + port + ".log");
        this.clock = folder.resolve("clock-" + port);
        clockIsOffBy(Duration.ZERO);
        arguments.add(name);
        Stream.concat(
                        lupa.arguments(port).stream().filter(said -> Arrays.stream(more)
                                .noneMatch(other -> option(other).equals(option(said)))),
                        Arrays.stream(more))
                .forEach(arguments::add);
    }

    private static String option(String argument) {
        return argument.substring(0, argument.indexOf('='));
    }

    /** Another instance of the service, not started. */
    ServiceUnderFire another() {
        return new ServiceUnderFire(lupa, name, folder, more);
    }

    URI url() {
        return url;
    }

    /** Where its stores are, unless they are on a small disk. */
    Path stateDir() {
        return arguments.stream()
                .filter(argument -> argument.startsWith(STATE_DIR))
                .map(argument -> Path.of(argument.substring(STATE_DIR.length())))
                .findFirst()
                .orElseThrow();
    }

    /** What it has written to its log so far, over all starts. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From the next start on: the most memory for objects, as {@code 64m}. */
    void heap(String most) {
        heap = most;
    }

    /** From the next start on: the disk for its stores, null for the one that everything is on. */
    void on(SmallDisk small) {
        disk = small;
    }

    /** From now on: how far its machine's clock is ahead. */
    void clockIsOffBy(Duration ahead) {
        try {
            Files.writeString(clock, Long.toString(ahead.toSeconds()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // whether it starts anew is seen
    synchronized void start() {
        wanted = true;
        List<String> command = new ArrayList<>(List.of(
                JAVA.toString(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                // They live too briefly for the second compiler to earn what it costs.
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                WrongClock.class.getName(),
                clock.toString()));
        command.addAll(arguments);
        try {
            process = new ProcessBuilder(disk == null ? command : disk.under(command))
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process.onExit().thenRunAsync(this::startAnew, CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
    }

    private synchronized void startAnew() {
        if (wanted && !process.isAlive()) {
            start();
        }
    }

    /** As {@code kill -9} does: it closes nothing. It is back soon. */
    void kill() {
        process().destroyForcibly().onExit().join();
    }

    /** Asks it to end, as an operator does, and waits until it has; it stays away. */
    void stop() {
        synchronized (this) {
            wanted = false;
        }
        process().destroy();
        process().onExit().join();
    }

    synchronized Process process() {
        return process;
    }

    boolean isReady() {
        try {
            return Http.get(url.resolve("/health/ready"), null).status() == 200;
        } catch (IllegalStateException e) {
            return false; // nobody answers
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            wanted = false;
        }
        if (process() != null) {
            kill();
        }
    }
}
