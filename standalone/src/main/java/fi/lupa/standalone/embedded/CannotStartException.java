package fi.lupa.standalone.embedded;

/** Says in a sentence for people what did not start, why, and what to do about it. */
public final class CannotStartException extends RuntimeException {

    public CannotStartException(String sentence) {
        super(sentence);
    }

    public CannotStartException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
