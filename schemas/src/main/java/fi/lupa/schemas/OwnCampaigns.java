package fi.lupa.schemas;

/** The campaigns whose messages are Lupa's own: the one thing besides topics on which both services must agree. */
public final class OwnCampaigns {

    /** What the ids of Lupa's own campaigns, and of its own forms, begin with; nobody else's may. */
    public static final String PREFIX = "lupa-";

    /** Asks people to confirm a consent. */
    public static final String CONFIRMATION = PREFIX + "confirmation";

    private OwnCampaigns() {}
}
