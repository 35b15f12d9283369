package fi.lupa.permission;

/** The kind of a contact point; SMS and calls share the phone number. */
public enum ContactKind {
    EMAIL,
    PHONE,
    POSTAL
}
