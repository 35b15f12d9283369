package fi.lupa.permission;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/**
 * A campaign, as the law sees it.
 *
 * @param channels the channels it may use
 * @param processorCountry where its processor handles the data, ISO 3166-1 alpha-2
 * @param transferBasis the ground named for a transfer outside the EU/EEA
 * @param validFrom inclusive
 * @param validUntil exclusive; null while no end is set
 */
public record Campaign(
        String id,
        Purpose purpose,
        Set<Channel> channels,
        String processorCountry,
        TransferBasis transferBasis,
        Instant validFrom,
        Instant validUntil) {

    public Campaign {
        Objects.requireNonNull(purpose, "purpose");
        Objects.requireNonNull(processorCountry, "processorCountry");
        Objects.requireNonNull(transferBasis, "transferBasis");
        Objects.requireNonNull(validFrom, "validFrom");
        channels = Set.copyOf(channels);
    }

    boolean openAt(Instant at) {
        return !at.isBefore(validFrom) && (validUntil == null || at.isBefore(validUntil));
    }
}
