package fi.lupa.schemas.mapping;

import fi.lupa.event.CampaignDefined;
import fi.lupa.event.QuietHours;
import fi.lupa.permission.Campaign;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Purpose;
import fi.lupa.permission.Terms;
import fi.lupa.permission.TransferBasis;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Set;
import java.util.stream.Collectors;

/** A {@link Campaign} as {@code campaign.definitions} tells of it. */
public final class Campaigns {

    private Campaigns() {}

    public static Campaign of(CampaignDefined defined) {
        return new Campaign(
                defined.getCampaignId(),
                Words.same(defined.getPurpose(), Purpose.class),
                defined.getTopic(),
                defined.getChannels().stream()
                        .map(channel -> Words.same(channel, Channel.class))
                        .collect(Collectors.toUnmodifiableSet()),
                defined.getProcessor().getCountry(),
                basis(defined.getProcessor().getTransferBasis()),
                defined.getValidFrom(),
                defined.getValidUntil(),
                defined.getCaps().stream()
                        .map(cap -> new Campaign.Cap(cap.getMost(), Duration.parse(cap.getWindow())))
                        .toList(),
                defined.getQuietHours().stream()
                        .map(hours -> hours(hours, defined))
                        .toList());
    }

    private static Terms.QuietHours hours(QuietHours hours, CampaignDefined defined) {
        return new Terms.QuietHours(
                Set.of(Words.same(defined.getPurpose(), Purpose.class)),
                Set.of(Words.same(hours.getChannel(), Channel.class)),
                LocalTime.parse(hours.getOpens()),
                LocalTime.parse(hours.getCloses()),
                hours.getWeekdaysOnly());
    }

    /** A ground that this version of the law does not know permits nothing. */
    private static TransferBasis basis(fi.lupa.event.TransferBasis named) {
        return named == fi.lupa.event.TransferBasis.OTHER ? TransferBasis.NONE : Words.same(named, TransferBasis.class);
    }
}
