package fi.lupa.permission;

/** A way a message reaches a person. */
public enum Channel {
    /** Email, <i>sähköposti</i>. */
    EMAIL(Scope.EMAIL, ContactKind.EMAIL, true),
    /** SMS, MMS and push, <i>matkapuhelin</i>. */
    MOBILE(Scope.MOBILE, ContactKind.PHONE, true),
    /** A person calls, <i>puhelin</i>. */
    PHONE(Scope.PHONE, ContactKind.PHONE, false),
    /** A letter, <i>posti</i>. */
    POST(Scope.POST, ContactKind.POSTAL, false);

    private final Scope scope;
    private final ContactKind reachedAt;
    private final boolean electronic;

    Channel(Scope scope, ContactKind reachedAt, boolean electronic) {
        this.scope = scope;
        this.reachedAt = reachedAt;
        this.electronic = electronic;
    }

    /** The scope on which a person states a will about this channel. */
    public Scope scope() {
        return scope;
    }

    /** The kind of contact point that this channel needs. */
    public ContactKind reachedAt() {
        return reachedAt;
    }

    /** Whether electronic-communications law asks for a natural person's consent before direct marketing (R1). */
    public boolean electronic() {
        return electronic;
    }
}
