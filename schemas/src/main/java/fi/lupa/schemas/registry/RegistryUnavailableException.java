package fi.lupa.schemas.registry;

import org.apache.kafka.common.errors.RetriableException;

/** No registry answers sensibly now; the same call may succeed later. */
public final class RegistryUnavailableException extends RetriableException {

    private final String where;

    /** The addresses that were asked, each with what was wrong, as in {@code http://registry:8081 (connection refused)}. */
    public RegistryUnavailableException(String where) {
        super("No answer from the schema registry at " + where + ".");
        this.where = where;
    }

    public String where() {
        return where;
    }
}
