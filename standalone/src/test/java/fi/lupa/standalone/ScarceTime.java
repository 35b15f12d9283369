package fi.lupa.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Lets a process run for a fifth of the time: ten times a second it goes on for a while, and is stopped for the rest. */
final class ScarceTime implements AutoCloseable {

    private static final String TURNS = """
            trap 'kill -CONT %1$d; exit' TERM
            while kill -STOP %1$d; do
              sleep 0.08
              kill -CONT %1$d
              sleep 0.02
            done
            """;

    private final Process turns;

    ScarceTime(Process of) {
        try {
            turns = new ProcessBuilder("sh", "-c", TURNS.formatted(of.pid()))
                    .inheritIO()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        turns.destroy();
        turns.onExit().join();
    }
}
