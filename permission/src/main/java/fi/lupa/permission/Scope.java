package fi.lupa.permission;

/** What a person can state a will about. */
public enum Scope {
    EMAIL,
    MOBILE,
    PHONE,
    POST,
    /** Market research, <i>markkinatutkimuskyselyt</i>. */
    MARKET_RESEARCH,
    /** Segmenting, targeting and audiences, <i>tietojen hyödyntäminen markkinointitarkoituksissa</i>. */
    MARKETING_USE,
    /** Web analytics, <i>evästeet</i>. */
    WEB_ANALYTICS;

    /**
     * Whether a consent on this scope is given for one address or number and means nothing without it; a prohibition
     * needs none.
     */
    public boolean consentNeedsContactPoint() {
        return this == EMAIL || this == MOBILE;
    }
}
