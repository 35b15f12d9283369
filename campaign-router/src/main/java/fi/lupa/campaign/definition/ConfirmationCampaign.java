package fi.lupa.campaign.definition;

import fi.lupa.campaign.routing.KnownCampaigns;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.Channel;
import fi.lupa.event.Processor;
import fi.lupa.event.Purpose;
import fi.lupa.event.TransferBasis;
import fi.lupa.schemas.OwnCampaigns;
import fi.lupa.schemas.topic.Topics;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.KafkaException;

/** The campaign by which people are asked to confirm: there from the first start on, until a marketer defines it otherwise. */
public final class ConfirmationCampaign {

    private ConfirmationCampaign() {}

    /**
     * Defines the campaign unless it is defined. Two instances that do so at once write the same.
     *
     * @throws KafkaException with a sentence if it cannot be written
     */
    public static void ensure(KnownCampaigns campaigns, EventWriter writer) {
        if (campaigns.find(OwnCampaigns.CONFIRMATION).isPresent()) {
            return;
        }
        try {
            writer.send(Topics.CAMPAIGN_DEFINITIONS, OwnCampaigns.CONFIRMATION, byDefault())
                    .join();
        } catch (CompletionException e) {
            throw new KafkaException(
                    "The campaign %s could not be defined: Kafka took no record in time. Start again when it does."
                            .formatted(OwnCampaigns.CONFIRMATION),
                    e);
        }
    }

    static CampaignDefined byDefault() {
        return CampaignDefined.newBuilder()
                .setCampaignId(OwnCampaigns.CONFIRMATION)
                .setName("Confirmation of a consent")
                .setPurpose(Purpose.SERVICE_NOTICE)
                .setChannels(List.of(Channel.EMAIL, Channel.MOBILE))
                .setProcessor(Processor.newBuilder()
                        .setName("Lupa")
                        .setCountry("FI")
                        .setTransferBasis(TransferBasis.NONE)
                        .build())
                .setValidFrom(Instant.EPOCH)
                .setDefinedAt(Instant.EPOCH)
                .setDefinedBy("lupa")
                .build();
    }
}
