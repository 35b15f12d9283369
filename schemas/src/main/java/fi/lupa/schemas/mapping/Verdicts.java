package fi.lupa.schemas.mapping;

import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.ClearedPersonalData;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.Reason;
import fi.lupa.permission.Verdict;
import java.util.Map;

/** A {@link Verdict} on a message, as the topics tell of it. */
public final class Verdicts {

    private Verdicts() {}

    /**
     * The message, cleared for the contact point that the verdict names; still without links.
     *
     * @param subjectId whose state it was decided on
     * @param address that the contact point's id stands for
     */
    public static MessageCleared.Builder cleared(
            CampaignMessage message,
            CampaignDefined campaign,
            String subjectId,
            Verdict.Cleared verdict,
            String address) {
        return MessageCleared.newBuilder()
                .setMessageId(message.getMessageId())
                .setCampaignId(message.getCampaignId())
                .setChannel(message.getChannel())
                .setPurpose(campaign.getPurpose())
                .setSubjectId(subjectId)
                .setContactPointId(verdict.contactPoint().id())
                .setPersonal(ClearedPersonalData.newBuilder()
                        .setContactPoint(address)
                        .setParameters(
                                message.getPersonal() == null
                                        ? Map.of()
                                        : message.getPersonal().getParameters())
                        .build())
                .setTemplate(message.getTemplate())
                .setDecidedAt(verdict.decidedAt())
                .setPolicyVersion(verdict.policyVersion())
                .setConsentRevision(verdict.consentRevision())
                .setNotAfter(verdict.notAfter());
    }

    public static MessageSuppressed suppressed(CampaignMessage message, String subjectId, Verdict.Suppressed verdict) {
        return MessageSuppressed.newBuilder()
                .setMessageId(message.getMessageId())
                .setCampaignId(message.getCampaignId())
                .setChannel(message.getChannel())
                .setSubjectId(subjectId)
                .setReasons(verdict.reasons().stream()
                        .map(reason -> Words.same(reason, Reason.class))
                        .toList())
                .setDecidedAt(verdict.decidedAt())
                .setPolicyVersion(verdict.policyVersion())
                .setConsentRevision(verdict.consentRevision())
                .build();
    }
}
