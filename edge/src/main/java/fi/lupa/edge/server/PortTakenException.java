package fi.lupa.edge.server;

/** Says in a sentence for people which port cannot be listened on, why, and what to do about it. */
public final class PortTakenException extends RuntimeException {

    private static final long serialVersionUID = 1;

    PortTakenException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
