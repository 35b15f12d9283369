package fi.lupa.edge.sealing;

/** A sealed piece that does not open: changed, of somebody else, or under another key. */
public final class UnopenableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnopenableException(String message, Throwable cause) {
        super(message, cause);
    }
}
