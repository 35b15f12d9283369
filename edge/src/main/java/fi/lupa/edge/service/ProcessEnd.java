package fi.lupa.edge.service;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** How a process ends: with 0 when it was told to stop and closed well, else with the exit code it chose itself. */
public final class ProcessEnd {

    /** The longest that closing may take; after it the process ends as it is, as when it is killed. */
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    /** The exit code that the process chose; null until it did. */
    private static volatile Integer chosen;

    private ProcessEnd() {}

    /** Ends the process by its own choice. */
    public static void with(int exitCode) {
        chosen = exitCode;
        System.exit(exitCode);
    }

    /** Closes what runs when the process ends, and makes a good end of one that was told to. */
    public static void closes(String name, Runnable close) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            // Whoever is told to stop chooses, too, once it has closed; Java does not hear of it any
                            // more.
                            boolean told = chosen == null;
                            endLate();
                            close.run();
                            if (told) {
                                // Java would end with 128 and the signal's number, as if something had failed.
                                Runtime.getRuntime().halt(Objects.requireNonNullElse(chosen, 0));
                            }
                        },
                        "close-" + name));
    }

    private static void endLate() {
        Thread late = new Thread(
                () -> {
                    try {
                        TimeUnit.MILLISECONDS.sleep(PATIENCE.toMillis());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    Runtime.getRuntime().halt(1);
                },
                "close-late");
        late.setDaemon(true);
        late.start();
    }
}
