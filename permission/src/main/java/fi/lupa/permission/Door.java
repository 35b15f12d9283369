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
    /** A door newer than this version of the law. */
    OTHER
}
