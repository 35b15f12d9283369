package fi.lupa.standalone.imports;

/** What becomes of one thing that a row says. */
enum Outcome {
    NEW_CONSENT("new consents", true),
    NEW_STOP("new stops", true),
    CONSENTED_ALREADY("consents that are recorded already", false),
    STOPPED_ALREADY("stops that are recorded already, or longer than the list has them", false),
    SAID_OTHERWISE("consents not taken: the person has said otherwise here, or their address is stopped", false),
    STOPPED_IN_LIST("consents not taken: the same list stops them", false),
    OVERTAKEN("stops not taken: a newer consent was given here", false),
    UNKNOWABLE("consents not taken: what is recorded of the person cannot be read", false);

    private final String told;
    private final boolean written;

    Outcome(String told, boolean written) {
        this.told = told;
        this.written = written;
    }

    String told() {
        return told;
    }

    /** Whether it is an event; the rest changes nothing and is not written. */
    boolean written() {
        return written;
    }
}
