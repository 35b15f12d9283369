package fi.lupa.permission;

/** Where a scope stands for one contact point. */
public enum ConsentStatus {
    /** Nothing was said, or a prohibition was lifted and nothing else said since. */
    NEVER_ASKED,
    /** A consent waits for its confirmation. */
    PENDING,
    /** A consent is in force. */
    GRANTED,
    /** Consent was asked for, and not given. */
    REFUSED,
    /** A consent was taken back. */
    WITHDRAWN,
    /** A prohibition is in force. */
    PROHIBITED,
    /** What was said, or asked to be confirmed, has ended by itself. */
    EXPIRED,
    /** All that was said was recorded by mistake. */
    INVALIDATED
}
