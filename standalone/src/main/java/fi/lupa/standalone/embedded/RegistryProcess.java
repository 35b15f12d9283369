package fi.lupa.standalone.embedded;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Runs Apicurio in a child process that ends with its parent.
 *
 * <p>The parent holds the other end of this process's standard input, and the operating system closes it when the parent
 * ends, by {@code kill -9}, too. So no registry is ever left behind.
 */
final class RegistryProcess {

    private static final Duration PREDECESSOR_ENDS = Duration.ofSeconds(5);

    /** Held as long as this process lives: out of reach, it would be collected and so lifted. */
    @SuppressWarnings("unused")
    private static FolderLock lock;

    private RegistryProcess() {}

    /** Takes the data folder as its argument; Apicurio's own settings come as system properties. */
    public static void main(String[] args) throws ReflectiveOperationException {
        ParentProcess.endsThisWithIt();
        try {
            lock = FolderLock.on(Path.of(args[0]), PREDECESSOR_ENDS);
        } catch (CannotStartException e) {
            System.out.println(e.getMessage());
            System.exit(1);
        }
        Class.forName("io.quarkus.runner.GeneratedMain")
                .getMethod("main", String[].class)
                .invoke(null, (Object) new String[0]);
    }
}
