package fi.lupa.schemas.mapping;

import fi.lupa.event.CampaignDefined;
import fi.lupa.permission.Campaign;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Purpose;
import fi.lupa.permission.TransferBasis;
import java.util.stream.Collectors;

/** A {@link Campaign} as {@code campaign.definitions} tells of it. */
public final class Campaigns {

    private Campaigns() {}

    public static Campaign of(CampaignDefined defined) {
        return new Campaign(
                defined.getCampaignId(),
                Words.same(defined.getPurpose(), Purpose.class),
                defined.getChannels().stream()
                        .map(channel -> Words.same(channel, Channel.class))
                        .collect(Collectors.toUnmodifiableSet()),
                defined.getProcessor().getCountry(),
                basis(defined.getProcessor().getTransferBasis()),
                defined.getValidFrom(),
                defined.getValidUntil());
    }

    /** A ground that this version of the law does not know permits nothing. */
    private static TransferBasis basis(fi.lupa.event.TransferBasis named) {
        return named == fi.lupa.event.TransferBasis.OTHER ? TransferBasis.NONE : Words.same(named, TransferBasis.class);
    }
}
