package fi.lupa.edge.identity;

/** What an identifier is; it is part of the id, so that a customer number that looks like a phone number stays apart. */
public enum IdentifierKind {
    CUSTOMER,
    EMAIL,
    PHONE,
    POSTAL
}
