package fi.lupa.permission;

/** Why a message does not go out. The list only grows; {@link Policy} says in which order they are asked. */
public enum Reason {
    /** No definition of the campaign is known. */
    UNKNOWN_CAMPAIGN,
    /** The campaign has not begun, or has ended. */
    CAMPAIGN_CLOSED,
    /** The campaign's definition does not name the channel. */
    CHANNEL_NOT_IN_CAMPAIGN,
    /** Nothing is known of the recipient. */
    UNKNOWN_SUBJECT,
    /** Several customers share the address or number, and the message does not say which of them it is for. */
    AMBIGUOUS_RECIPIENT,
    /** The recipient has been erased. */
    ERASED_SUBJECT,
    /** The recipient has no address or number for the channel, or not the one asked for. */
    NO_CONTACT_POINT,
    /** The channel needs a consent, and none is in force. */
    NO_CONSENT,
    /** A consent was given and waits for its confirmation. */
    CONSENT_PENDING,
    /** A consent was taken back. */
    CONSENT_WITHDRAWN,
    /** The person has prohibited the channel. */
    CHANNEL_PROHIBITED,
    /** A stop was said for the address or number. */
    CONTACT_POINT_STOPPED,
    /** The person has prohibited marketing use of their data. */
    MARKETING_USE_PROHIBITED,
    /** The person has refused the campaign's topic, or has not chosen it where it has to be chosen. */
    TOPIC_NOT_WANTED,
    /** The person has prohibited market research. */
    MARKET_RESEARCH_PROHIBITED,
    /** The person gets service notices and nothing else. */
    ESSENTIAL_ONLY,
    /** The campaign's processor is outside the EU/EEA and no ground permits the transfer. */
    TRANSFER_NOT_PERMITTED,
    /** The recipient has had enough messages of this kind. */
    FREQUENCY_CAP,
    /** The channel rests. */
    QUIET_HOURS,
    /** The message came too late to be of worth. */
    EXPIRED,
    /** The message has been cleared before. */
    DUPLICATE,
    /** What the decision needs could not be read, or a rule failed. */
    STATE_UNAVAILABLE
}
