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
@FunctionalInterface
public interface KnownCampaigns {

    /** All of them, by id. */
    List<CampaignDefined> all();

    default Optional<CampaignDefined> find(String campaignId) {
        return all().stream()
                .filter(campaign -> campaign.getCampaignId().equals(campaignId))
                .findFirst();
    }

    /** Those of the router's own store. */
    static KnownCampaigns at(Peers peers) {
        return new InStore(peers);
    }

    /** The store finds by id without looking at the others. */
    record InStore(Peers peers) implements KnownCampaigns {

        @Override
        public Optional<CampaignDefined> find(String campaignId) {
            return read(campaigns -> Optional.ofNullable(campaigns.get(campaignId)));
        }

        @Override
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
}
