package fi.lupa.permission;

/** Why a campaign sends. */
public enum Purpose {
    /** <i>Suoramarkkinointi</i>. */
    DIRECT_MARKETING,
    /** <i>Markkinatutkimus</i>. */
    MARKET_RESEARCH,
    /** <i>Asiakasviestintä</i>. */
    CUSTOMER_COMMUNICATION,
    /** <i>Palveluiden tai asiakkuuden sisältöön kuuluva mainonta</i>. */
    SERVICE_ADVERTISING,
    /** <i>Etuviestintä</i>. */
    BENEFIT,
    /** <i>Palveluiden toteuttamiseen ja asiakkuuden hoitoon tarpeelliset tiedotteet</i>. */
    SERVICE_NOTICE
}
