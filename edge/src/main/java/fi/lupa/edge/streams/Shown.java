package fi.lupa.edge.streams;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits until this instance's stores show what was written to their topic a moment ago. */
public final class Shown {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(25);

    private Shown() {}

    /** @return whether it was shown in time */
    public static CompletableFuture<Boolean> within(Duration patience, BooleanSupplier shown) {
        return by(System.nanoTime() + patience.toNanos(), shown);
    }

    private static CompletableFuture<Boolean> by(long deadline, BooleanSupplier shown) {
        boolean is = shown.getAsBoolean();
        if (is || System.nanoTime() - deadline > 0) {
            return CompletableFuture.completedFuture(is);
        }
        Executor later = CompletableFuture.delayedExecutor(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
        return CompletableFuture.runAsync(() -> {}, later).thenCompose(waited -> by(deadline, shown));
    }
}
