package fi.lupa.campaign.decision;

import fi.lupa.edge.links.Link;
import fi.lupa.edge.links.LinkTokens;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.MessageCleared;
import fi.lupa.permission.Channel;
import fi.lupa.permission.ContactPoint;
import fi.lupa.permission.Purpose;
import fi.lupa.permission.Scope;
import fi.lupa.permission.Subject;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.OwnCampaigns;
import fi.lupa.schemas.mapping.Verdicts;
import fi.lupa.schemas.mapping.Words;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/**
 * The links that a recipient gets with a message: to stop what it belongs to, and to the preference page.
 *
 * @param publicUrl where people reach the consent stream, without a slash at the end
 */
public record MessageLinks(Decisions decisions, LinkTokens tokens, URI publicUrl) {

    /** Old mail is found and unsubscribed from, and whoever finds the link can stop, and nothing else. */
    private static final Duration UNSUBSCRIBE_WORKS = Duration.ofDays(2 * 365);

    /** The page shows and changes more, so that its link ends sooner. */
    private static final Duration PREFERENCES_WORK = Duration.ofDays(90);

    /** RFC 8058, 3.1. */
    private static final String ONE_CLICK = "List-Unsubscribe=One-Click";

    /**
     * The links of one message; each is null where the message has none.
     *
     * @param preferencesUrl shows and changes what is in force
     * @param unsubscribeUrl stops the scope that binds the message's purpose
     * @param listUnsubscribe value of an email's header List-Unsubscribe
     * @param listUnsubscribePost value of an email's header List-Unsubscribe-Post
     */
    public record Links(
            String preferencesUrl, String unsubscribeUrl, String listUnsubscribe, String listUnsubscribePost) {

        private static final Links NONE = new Links(null, null, null, null);
    }

    /**
     * The links of a message that has been cleared.
     *
     * <p>Lupa's own messages that ask for a confirmation have none: whoever typed the address or number may not be whom the
     * page tells of.
     */
    public Links of(CampaignDefined campaign, Subject recipient, Channel channel, Verdict.Cleared verdict) {
        if (campaign.getCampaignId().equals(OwnCampaigns.CONFIRMATION)) {
            return Links.NONE;
        }
        Instant from = verdict.decidedAt();
        String preferences = isTheirs(verdict.contactPoint(), recipient)
                ? publicUrl
                        + "/preferences/"
                        + tokens.sign(new Link.Preferences(recipient.id(), from.plus(PREFERENCES_WORK)))
                : null;
        Scope stops = decisions.stoppedBy(Words.same(campaign.getPurpose(), Purpose.class), recipient.kind(), channel);
        if (stops == null) {
            return new Links(preferences, null, null, null);
        }
        String unsubscribe = publicUrl
                + "/unsubscribe/"
                + tokens.sign(new Link.Unsubscribe(
                        recipient.id(), verdict.contactPoint().id(), stops, from.plus(UNSUBSCRIBE_WORKS)));
        return channel == Channel.EMAIL
                ? new Links(preferences, unsubscribe, "<" + unsubscribe + ">", ONE_CLICK)
                : new Links(preferences, unsubscribe, null, null);
    }

    /** A message as it goes to its channel: to where it was cleared for, with its links. */
    public MessageCleared cleared(
            CampaignMessage message,
            CampaignDefined campaign,
            Recipient recipient,
            Verdict.Cleared verdict,
            String address) {
        Links links = of(campaign, recipient.subject(), Words.same(message.getChannel(), Channel.class), verdict);
        return Verdicts.cleared(message, campaign, recipient.id(), verdict, address)
                .setPreferencesUrl(links.preferencesUrl())
                .setUnsubscribeUrl(links.unsubscribeUrl())
                .setListUnsubscribe(links.listUnsubscribe())
                .setListUnsubscribePost(links.listUnsubscribePost())
                .build();
    }

    /**
     * Whether who reads an address or number is whom the page tells of. Who is known by an address may have typed somebody
     * else's number beside it, or somebody else may have typed theirs; a customer has given their own behind a login.
     */
    private static boolean isTheirs(ContactPoint point, Subject recipient) {
        return point.id().equals(recipient.id())
                || (!point.unverified()
                        && recipient.contactPoints().stream()
                                .noneMatch(one -> one.id().equals(recipient.id())));
    }
}
