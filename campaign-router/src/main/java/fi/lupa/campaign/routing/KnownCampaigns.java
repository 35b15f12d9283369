package fi.lupa.campaign.routing;

import fi.lupa.edge.streams.Peers;
import fi.lupa.event.CampaignDefined;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** The campaigns as this instance's router knows them now. */
public final class KnownCampaigns {

    private final Peers peers;

    public KnownCampaigns(Peers peers) {
        this.peers = peers;
    }

    public Optional<CampaignDefined> find(String campaignId) {
        return read(campaigns -> Optional.ofNullable(campaigns.get(campaignId)));
    }

    /** All of them, by id. */
    public List<CampaignDefined> all() {
        return read(campaigns -> {
            List<CampaignDefined> all = new ArrayList<>();
            try (KeyValueIterator<String, CampaignDefined> each = campaigns.all()) {
                each.forEachRemaining(campaign -> all.add(campaign.value));
            }
            return all;
        });
    }

    private <R> R read(Function<ReadOnlyKeyValueStore<String, CampaignDefined>, R> reading) {
        return peers.read(RouterTopology.CAMPAIGNS, QueryableStoreTypes.keyValueStore(), reading);
    }
}
