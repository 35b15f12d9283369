package fi.lupa.edge.service;

/** How a process ends: with 0 when it was told to stop and closed well, else with the exit code it chose itself. */
public final class ProcessEnd {

    private static volatile boolean chosen;

    private ProcessEnd() {}

    /** Ends the process by its own choice. */
    public static void with(int exitCode) {
        chosen = true;
        System.exit(exitCode);
    }

    /** Closes what runs when the process ends, and makes a good end of one that was told to. */
    public static void closes(String name, Runnable close) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            close.run();
                            if (!chosen) {
                                // Java would end with 128 and the signal's number, as if something had failed.
                                Runtime.getRuntime().halt(0);
                            }
                        },
                        "close-" + name));
    }
}
