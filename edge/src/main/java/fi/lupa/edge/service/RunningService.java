package fi.lupa.edge.service;

import fi.lupa.edge.health.Health;
import java.net.URI;
import java.util.List;

/** A service under way; closing it closes its door first, then what stands behind. */
public final class RunningService implements AutoCloseable {

    private final String name;
    private final URI url;
    private final Health health;
    private final List<AutoCloseable> parts;

    /** @param parts in the order in which they are closed */
    public RunningService(String name, URI url, Health health, AutoCloseable... parts) {
        this.name = name;
        this.url = url;
        this.health = health;
        this.parts = List.of(parts);
    }

    public String name() {
        return name;
    }

    /** Where its HTTP door is. */
    public URI url() {
        return url;
    }

    public Health health() {
        return health;
    }

    @Override
    public void close() {
        RuntimeException failure = null;
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = new IllegalStateException(name + " did not close cleanly", e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
