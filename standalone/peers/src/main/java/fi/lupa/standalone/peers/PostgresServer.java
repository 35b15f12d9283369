package fi.lupa.standalone.peers;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A PostgreSQL of its own on loopback, from the programs that the machine has; it goes with its data. */
final class PostgresServer implements AutoCloseable {

    /** Where Debian keeps what is not on everybody's path, a folder a version. */
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    /** The user that such a package makes, since the server refuses to be root's. */
    private static final String UNPRIVILEGED = "postgres";

    private static final Duration READY_WITHIN = Duration.ofSeconds(30);

    private final Path folder;
    private final Process process;
    private final String url;
    private final Thread onEnd = new Thread(this::end, "end-postgresql");

    /** The folder of its programs; empty where there are none. */
    static Optional<Path> programs() {
        Stream<Path> onPath =
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).map(Path::of);
        return Stream.concat(onPath, debian().stream())
                .filter(bin -> Files.isExecutable(bin.resolve("initdb")) && Files.isExecutable(bin.resolve("postgres")))
                .findFirst();
    }

    /** The newest version first. */
    private static List<Path> debian() {
        try (Stream<Path> versions = Files.list(DEBIAN)) {
            return versions.sorted(Comparator.comparing(
                                    (Path version) -> version.getFileName().toString())
                            .reversed())
                    .map(version -> version.resolve("bin"))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    static PostgresServer start(Path programs) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("lupa-peer-");
        if (isRoot()) {
            UserPrincipal user =
                    folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(UNPRIVILEGED);
            Files.setOwner(folder, user);
        }
        Process initdb = run(
                folder,
                programs.resolve("initdb").toString(),
                "--pgdata=" + folder,
                "--username=lupa",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync");
        if (initdb.waitFor() != 0) {
            throw new IOException("initdb failed; the lines above say why");
        }
        return new PostgresServer(folder, programs, freePort());
    }

    @SuppressWarnings("StartInConstructor") // the process and the hook that ends it are one thing
    private PostgresServer(Path folder, Path programs, int port) throws IOException {
        this.folder = folder;
        this.url = "jdbc:postgresql://127.0.0.1:" + port
                + "/postgres?user=lupa&reWriteBatchedInserts=true&prepareThreshold=1";
        List<String> command = new ArrayList<>(
                List.of(programs.resolve("postgres").toString(), "-D", folder.toString(), "-p", "" + port));
        // All stays in memory, and nothing is done beside the questions.
        for (String setting : List.of(
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "shared_buffers=512MB",
                "max_wal_size=4GB",
                "synchronous_commit=off",
                "autovacuum=off",
                "jit=off",
                "log_min_messages=fatal")) {
            command.addAll(List.of("-c", setting));
        }
        this.process = run(folder, command.toArray(String[]::new));
        Runtime.getRuntime().addShutdownHook(onEnd);
    }

    private static Process run(Path folder, String... command) throws IOException {
        List<String> as = new ArrayList<>();
        if (isRoot()) {
            as.addAll(List.of("setpriv", "--reuid=" + UNPRIVILEGED, "--regid=" + UNPRIVILEGED, "--clear-groups"));
        }
        as.addAll(List.of(command));
        return new ProcessBuilder(as)
                .directory(folder.toFile())
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.INHERIT)
                .start();
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Waits until it answers. */
    void awaitReady() throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (true) {
            try {
                connect().close();
                return;
            } catch (SQLException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(50);
            }
        }
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url);
    }

    /** Of all its processes, as long as they live: those of open connections, too. */
    Duration cpu() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .flatMap(each -> each.info().totalCpuDuration().stream())
                .reduce(Duration.ZERO, Duration::plus);
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(onEnd);
        end();
    }

    private void end() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException | UncheckedIOException e) {
            // A file went before its turn.
        }
    }
}
