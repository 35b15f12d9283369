package fi.lupa.schemas.registry;

import org.apache.kafka.common.errors.RetriableException;

/** No registry answers sensibly now; the same call may succeed later. */
public final class RegistryUnavailableException extends RetriableException {
    public RegistryUnavailableException(String message) {
        super(message);
    }
}
