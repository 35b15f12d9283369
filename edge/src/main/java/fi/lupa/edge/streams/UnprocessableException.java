package fi.lupa.edge.streams;

/** A record that a service understands and can do nothing with; the message says why, in one sentence without personal data. */
public final class UnprocessableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnprocessableException(String why) {
        super(why, null, false, false);
    }
}
