package fi.lupa.standalone.embedded;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Runs one Apicurio schema registry, which speaks Confluent's API, as a child process on this machine.
 *
 * <p>A process of its own because its libraries would clash with ours. It keeps its schemas in one file and writes each
 * before it answers, so an id once given stands, however the process ends.
 */
public final class EmbeddedRegistry implements AutoCloseable {

    private static final String RUNNER = "apicurio-registry-app-2.6.13.Final-runner.jar";
    private static final Pattern LISTENING = Pattern.compile("Listening on: http://127\\.0\\.0\\.1:(\\d+)");
    /** Measured 3 s on two idle cores; a loaded machine may need several times that. */
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);

    private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);

    /** What a JVM needs of the environment to write file names in the user's alphabet. */
    private static final Set<String> LANGUAGE = Set.of("LANG", "LC_ALL", "LC_CTYPE");

    private final Process process;
    private final int port;

    /** Where the build unpacked Apicurio: {@code registry} in the folder that the system property {@code lupa.home} names. */
    public static Path distribution() {
        return Path.of(System.getProperty("lupa.home", "standalone/target"), "registry");
    }

    /**
     * Starts a registry on the schemas that an earlier one left in the folder, or on a fresh folder.
     *
     * @param port to listen on, on 127.0.0.1 only; 0 takes any free one
     * @param distribution the unpacked Apicurio, see {@link #distribution()}
     * @throws CannotStartException when the port, the folder or the distribution cannot be had, or 60 seconds do not suffice
     */
    public static EmbeddedRegistry start(Path folder, int port, Path distribution) {
        var runner = distribution.resolve(RUNNER).toAbsolutePath();
        if (Files.notExists(runner)) {
            throw new CannotStartException("The schema registry is not at " + runner
                    + ": build Lupa with 'mvn package', which unpacks it there, or set the system property lupa.home"
                    + " to the build's folder standalone/target.");
        }
        try {
            // Asked here, where the sentence is ours; when the port is taken in between, the registry's log says so.
            LocalPort.bind(port, "the schema registry").close();
            Files.createDirectories(folder);
            var log = Log.in(folder.toAbsolutePath());
            var builder = new ProcessBuilder(command(folder.toAbsolutePath(), port, runner))
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(log.file().toFile()));
            // Apicurio would take settings meant for us, such as KAFKA_BOOTSTRAP_SERVERS, from the environment.
            builder.environment().keySet().retainAll(LANGUAGE);
            var process = builder.start();
            try {
                return new EmbeddedRegistry(process, awaitReady(process, log));
            } catch (CannotStartException e) {
                process.destroyForcibly();
                throw e;
            }
        } catch (IOException e) {
            throw new CannotStartException("The schema registry cannot be run in " + folder + ": " + e, e);
        }
    }

    private EmbeddedRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    private static List<String> command(Path folder, int port, Path runner) {
        return List.of(
                // Ctrl-C in a terminal reaches every process of the command, but the services are to end before this
                // one.
                "sh",
                "-c",
                "trap '' INT; exec \"$0\" \"$@\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Small and quick to start; it answers a few calls a day once the schemas are cached.
                "-Xmx96m",
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dquarkus.http.host=" + LocalPort.HOST,
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.banner.enabled=false",
                "-Dquarkus.datasource.jdbc.initial-size=2",
                "-Dquarkus.datasource.jdbc.min-size=2",
                "-Dquarkus.datasource.jdbc.max-size=10",
                // Without WRITE_DELAY=0 the last schema would be lost to kill -9, and its id given to another.
                "-Dquarkus.datasource.jdbc.url=jdbc:h2:file:" + folder.resolve("registry") + ";WRITE_DELAY=0",
                "-cp",
                runner + System.getProperty("path.separator") + ownClasses(),
                RegistryProcess.class.getName(),
                folder.toString());
    }

    private static Path ownClasses() {
        try {
            return Path.of(RegistryProcess.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int awaitReady(Process process, Log log) throws IOException {
        var deadline = System.nanoTime() + STARTS_WITHIN.toNanos();
        try {
            while (System.nanoTime() < deadline) {
                var port = log.listeningPort();
                if (port.isPresent() && answers(port.getAsInt())) {
                    return port.getAsInt();
                }
                if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                    throw new CannotStartException("The schema registry ended while starting. " + log.lastWords());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotStartException("Interrupted while the schema registry was starting.", e);
        }
        throw new CannotStartException(
                "The schema registry was not ready after " + STARTS_WITHIN.toSeconds() + " s. " + log.lastWords());
    }

    private static boolean answers(int port) {
        try {
            var call = (HttpURLConnection)
                    URI.create(url(port) + "/subjects").toURL().openConnection(Proxy.NO_PROXY);
            call.setConnectTimeout(1_000);
            call.setReadTimeout(5_000);
            return call.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static String url(int port) {
        return "http://" + LocalPort.HOST + ":" + port + "/apis/ccompat/v7";
    }

    /** The base URL of Confluent's API, without a slash at its end. */
    public String url() {
        return url(port);
    }

    /** The child process, for a test to end it as roughly as a crash would. */
    public ProcessHandle process() {
        return process.toHandle();
    }

    @Override
    public void close() {
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
    }

    /** What the registry has written to its log since this start; what it wrote at earlier ones stands before it. */
    private record Log(Path file, long start) {

        static Log in(Path folder) throws IOException {
            var file = folder.resolve("registry.log");
            return new Log(file, Files.exists(file) ? Files.size(file) : 0);
        }

        /** Told by the registry, so that it takes a free port itself: one chosen here might be taken meanwhile. */
        OptionalInt listeningPort() throws IOException {
            var line = LISTENING.matcher(read());
            return line.find() ? OptionalInt.of(Integer.parseInt(line.group(1))) : OptionalInt.empty();
        }

        String lastWords() throws IOException {
            var words = read().lines()
                    .filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
                    .reduce("nothing", (earlier, later) -> later);
            return "Its log " + file + " ends with: " + words;
        }

        private String read() throws IOException {
            try (var in = Files.newInputStream(file)) {
                in.skipNBytes(start);
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
    }
}
