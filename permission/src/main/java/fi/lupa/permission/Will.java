package fi.lupa.permission;

/** What a person says about a scope, from the mildest to the strictest: at the same instant the stricter counts. */
public enum Will {
    /** Gives consent. */
    GRANT,
    /** Completes a consent that waited for confirmation. */
    CONFIRM,
    /** Takes a prohibition back; that alone is no consent. */
    LIFT,
    /** Was asked and gives no consent; one given before stays. */
    REFUSE,
    /** Takes a consent back. */
    WITHDRAW,
    /** Forbids. */
    PROHIBIT,
    /** Says that a statement was recorded by mistake: it counts as if it had never been said. */
    INVALIDATE
}
