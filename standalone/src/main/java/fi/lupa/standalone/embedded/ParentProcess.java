package fi.lupa.standalone.embedded;

import java.io.IOException;

/** The process that started this one, and holds the other end of its standard input. */
public final class ParentProcess {

    private ParentProcess() {}

    /** From now on this process ends when that one does, however that comes about. */
    public static void endsThisWithIt() {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {}
                    } catch (IOException e) {
                        // A broken pipe says the same as its end.
                    }
                    // Not exit(): the data stands a kill at any moment, and a hanging hook would leave a stray process.
                    Runtime.getRuntime().halt(0);
                },
                "ends-with-parent");
        watch.setDaemon(true);
        watch.start();
    }
}
