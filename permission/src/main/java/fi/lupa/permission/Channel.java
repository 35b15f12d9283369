package fi.lupa.permission;

/** A way a message reaches a person. */
public enum Channel {
    /** Email, <i>sähköposti</i>. */
    EMAIL(Scope.EMAIL, ContactKind.EMAIL),
    /** SMS, MMS and push, <i>matkapuhelin</i>. */
    MOBILE(Scope.MOBILE, ContactKind.PHONE),
    /** A person calls, <i>puhelin</i>. */
    PHONE(Scope.PHONE, ContactKind.PHONE),
    /** A letter, <i>posti</i>. */
    POST(Scope.POST, ContactKind.POSTAL);

    private final Scope scope;
    private final ContactKind reachedAt;

    Channel(Scope scope, ContactKind reachedAt) {
        this.scope = scope;
        this.reachedAt = reachedAt;
    }

    /** The scope on which a person states a will about this channel. */
    public Scope scope() {
        return scope;
    }

    /** The kind of contact point that this channel needs. */
    public ContactKind reachedAt() {
        return reachedAt;
    }
}
