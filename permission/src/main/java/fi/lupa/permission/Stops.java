package fi.lupa.permission;

/** The nos said for addresses and numbers: each binds its address or number, under whichever name it appears. */
@FunctionalInterface
public interface Stops {

    /** No stop was ever said. */
    Stops NONE = contactPoint -> Consents.none();

    /** What was said for an address or number, by whomever. */
    Consents of(String contactPoint);
}
