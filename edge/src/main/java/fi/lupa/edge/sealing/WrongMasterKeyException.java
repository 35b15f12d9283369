package fi.lupa.edge.sealing;

import org.apache.kafka.common.KafkaException;

/** A subject's key was wrapped by another master key: no fault of any record, so nothing goes on until the key is right. */
public final class WrongMasterKeyException extends KafkaException {

    private static final long serialVersionUID = 1L;

    WrongMasterKeyException(Throwable cause) {
        super(
                "A person's key was not wrapped by this master key; start with the keyset that was used before, or one that"
                        + " still holds its keys.",
                cause);
    }
}
