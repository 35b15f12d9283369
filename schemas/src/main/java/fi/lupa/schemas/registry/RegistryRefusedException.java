package fi.lupa.schemas.registry;

import org.apache.kafka.common.KafkaException;

/** The registry answers, and the answer is no: wrong credentials, wrong path, or a schema it does not take. */
public final class RegistryRefusedException extends KafkaException {
    public RegistryRefusedException(String message) {
        super(message);
    }
}
