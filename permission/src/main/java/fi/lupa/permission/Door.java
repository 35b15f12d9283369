package fi.lupa.permission;

/** The way a statement reached Lupa. */
public enum Door {
    FORM,
    PREFERENCE_PAGE,
    UNSUBSCRIBE_LINK,
    CONFIRMATION_LINK,
    LETTER,
    PHONE_CALL,
    IMPORT,
    PROHIBITION_REGISTER,
    COMPLAINT,
    HARD_BOUNCE,
    /** No door of a person's: what an erasure leaves, so that an old list does not bring them back. */
    ERASURE,
    /** A door newer than this version of the law. */
    OTHER
}
