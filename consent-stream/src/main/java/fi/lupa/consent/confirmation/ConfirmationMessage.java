package fi.lupa.consent.confirmation;

import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.MessagePersonalData;
import fi.lupa.event.PendingConfirmation;
import fi.lupa.event.Scope;
import fi.lupa.schemas.OwnCampaigns;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** The message that asks for a confirmation: one of Lupa's own, and through the router like any other. */
public final class ConfirmationMessage {

    /** The template that the channel's system fills. */
    private static final String TEMPLATE = "confirm";

    private ConfirmationMessage() {}

    /**
     * The message, with the parameters {@code confirmUrl} and, where they are known, {@code language} and {@code wording}.
     *
     * @param address the email address or phone number that the consent was given for
     * @param link where the person confirms
     */
    public static CampaignMessage of(PendingConfirmation pending, String address, String link, Instant requestedAt) {
        boolean email = pending.getScope() == Scope.EMAIL;
        Map<String, String> parameters = new HashMap<>();
        parameters.put("confirmUrl", link);
        if (pending.getLanguage() != null) {
            parameters.put("language", pending.getLanguage());
        }
        if (pending.getWording() != null) {
            parameters.put("wording", pending.getWording());
        }
        return CampaignMessage.newBuilder()
                .setMessageId(OwnCampaigns.CONFIRMATION + "-" + pending.getStatementId())
                .setCampaignId(OwnCampaigns.CONFIRMATION)
                .setChannel(email ? Channel.EMAIL : Channel.MOBILE)
                .setSubjectId(pending.getSubjectId())
                .setPersonal(MessagePersonalData.newBuilder()
                        .setEmail(email ? address : null)
                        .setPhone(email ? null : address)
                        .setParameters(parameters)
                        .build())
                .setTemplate(TEMPLATE)
                .setExpiresAt(pending.getExpiresAt())
                .setRequestedAt(requestedAt)
                .build();
    }
}
