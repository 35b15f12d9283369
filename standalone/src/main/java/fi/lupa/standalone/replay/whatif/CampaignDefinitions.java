package fi.lupa.standalone.replay.whatif;

import fi.lupa.event.CampaignDefined;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The campaigns' definitions that are left: of each the newest, and what of the older ones compaction has not taken yet. */
final class CampaignDefinitions {

    private final Map<String, List<CampaignDefined>> byId = new HashMap<>();

    void add(CampaignDefined campaign) {
        byId.computeIfAbsent(campaign.getCampaignId(), id -> new ArrayList<>()).add(campaign);
    }

    /**
     * The definition that was in force then; after it the one before, where the router may not have known the newer yet.
     *
     * @param late how long after it was made a definition may have been unknown
     * @return empty where none of then is left
     */
    List<CampaignDefined> at(String campaignId, Instant then, Duration late) {
        List<CampaignDefined> found = new ArrayList<>();
        for (CampaignDefined one : byId.getOrDefault(campaignId, List.of())) {
            if (!one.getDefinedAt().isAfter(then)) {
                if (!found.isEmpty() && one.getDefinedAt().plus(late).isBefore(then)) {
                    found.clear();
                }
                found.add(0, one);
            }
        }
        return found;
    }
}
