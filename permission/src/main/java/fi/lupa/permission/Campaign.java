package fi.lupa.permission;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A campaign, as the law sees it.
 *
 * @param topic within marketing; null for none
 * @param channels the channels it may use
 * @param processorCountry where its processor handles the data, ISO 3166-1 alpha-2
 * @param transferBasis the ground named for a transfer outside the EU/EEA
 * @param validFrom inclusive
 * @param validUntil exclusive; null while no end is set
 * @param caps of its own, beside those of the terms
 * @param quietHours of its own, beside those of the terms
 */
public record Campaign(
        String id,
        Purpose purpose,
        String topic,
        Set<Channel> channels,
        String processorCountry,
        TransferBasis transferBasis,
        Instant validFrom,
        Instant validUntil,
        List<Cap> caps,
        List<Terms.QuietHours> quietHours) {

    /** At most so many of its messages to one person within a rolling window. */
    public record Cap(int most, Duration window) {}

    public Campaign {
        Objects.requireNonNull(purpose, "purpose");
        Objects.requireNonNull(processorCountry, "processorCountry");
        Objects.requireNonNull(transferBasis, "transferBasis");
        Objects.requireNonNull(validFrom, "validFrom");
        channels = Set.copyOf(channels);
        caps = List.copyOf(caps);
        quietHours = List.copyOf(quietHours);
    }

    /** A campaign on no topic that is bound by the terms alone. */
    public Campaign(
            String id,
            Purpose purpose,
            Set<Channel> channels,
            String processorCountry,
            TransferBasis transferBasis,
            Instant validFrom,
            Instant validUntil) {
        this(id, purpose, null, channels, processorCountry, transferBasis, validFrom, validUntil, List.of(), List.of());
    }

    boolean openAt(Instant at) {
        return !at.isBefore(validFrom) && (validUntil == null || at.isBefore(validUntil));
    }
}
