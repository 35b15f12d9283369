package fi.lupa.standalone;

import fi.lupa.standalone.embedded.EmbeddedKafka;
import fi.lupa.standalone.embedded.EmbeddedRegistry;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;

/** A server that this JVM brings along, with its data in a folder that goes when the server does. */
final class EmbeddedServer<T> implements Server {

    private static final Pattern PORT = Pattern.compile(":(\\d+)");

    /** How one kind of server starts on a folder and port, tells its address, and ends. */
    private record Kind<T>(Starter<T> starts, Function<T, String> address, Consumer<T> ends) {}

    private interface Starter<T> {
        T on(Path folder, int port);
    }

    private final Kind<T> kind;
    private final Path folder;
    private final String address;
    private T running;

    static Server broker() {
        return new EmbeddedServer<>(
                new Kind<>(EmbeddedKafka::start, EmbeddedKafka::bootstrapServers, EmbeddedKafka::close));
    }

    static Server registry() {
        return new EmbeddedServer<>(new Kind<>(
                (folder, port) -> EmbeddedRegistry.start(folder, port, EmbeddedRegistry.distribution()),
                EmbeddedRegistry::url,
                EmbeddedServer::kill));
    }

    private EmbeddedServer(Kind<T> kind) {
        this.kind = kind;
        try {
            this.folder = Files.createTempDirectory("lupa-it-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.running = kind.starts().on(folder, 0);
        this.address = kind.address().apply(running);
    }

    private static void kill(EmbeddedRegistry registry) {
        registry.process().destroyForcibly();
        registry.process().onExit().join();
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public void stop() {
        kind.ends().accept(running);
    }

    @Override
    public void start() {
        var port = PORT.matcher(address);
        if (!port.find()) {
            throw new IllegalStateException(address);
        }
        running = kind.starts().on(folder, Integer.parseInt(port.group(1)));
    }

    @Override
    public void close() {
        stop();
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
