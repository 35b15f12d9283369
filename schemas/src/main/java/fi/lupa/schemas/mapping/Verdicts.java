package fi.lupa.schemas.mapping;

import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.ClearedPersonalData;
import fi.lupa.event.ConsentState;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.Reason;
import fi.lupa.permission.Verdict;
import java.util.Map;

/** A {@link Verdict} on a message, as the topics tell of it. */
public final class Verdicts {

    private Verdicts() {}

    /** The message, cleared for the contact point that the verdict names, with its address from the state decided on; still without links. */
    public static MessageCleared.Builder cleared(
            CampaignMessage message, CampaignDefined campaign, ConsentState state, Verdict.Cleared verdict) {
        String contactPointId = verdict.contactPoint().id();
        return MessageCleared.newBuilder()
                .setMessageId(message.getMessageId())
                .setCampaignId(message.getCampaignId())
                .setChannel(message.getChannel())
                .setPurpose(campaign.getPurpose())
                .setSubjectId(state.getSubjectId())
                .setContactPointId(contactPointId)
                .setPersonal(ClearedPersonalData.newBuilder()
                        .setContactPoint(state.getPersonal().getContactPoints().get(contactPointId))
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
