package fi.lupa.permission;

/** Whether a subject is a natural person or an organisation with an address of its own. */
public enum SubjectKind {
    PERSON,
    ORGANISATION
}
