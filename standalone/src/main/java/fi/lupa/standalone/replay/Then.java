package fi.lupa.standalone.replay;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactMade;
import fi.lupa.event.ContactPointStop;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a decision was made on, as far as what is left tells.
 *
 * @param campaign null where none was defined
 * @param state null where nothing was known of the recipient
 * @param stops by address or number
 */
record Then(
        Enquiry enquiry,
        CampaignDefined campaign,
        ConsentState state,
        Map<String, ContactPointStop> stops,
        Instant at) {

    /** Decides by the router's own function. */
    Verdict decide(Decisions decisions, List<ContactMade> before) {
        return decisions
                .decide(enquiry, campaign, state, new Before(stops, before), at)
                .verdict();
    }

    /** What was known beside the state; of contacts those that count for the recipient. */
    private record Before(Map<String, ContactPointStop> stops, List<ContactMade> made) implements Decisions.Known {

        @Override
        public ContactPointStop stops(String contactPointId) {
            return stops.get(contactPointId);
        }

        @Override
        public boolean wasCleared(String subjectId, String of, String campaignId, String messageId, Instant after) {
            return made.stream()
                    .anyMatch(one -> one.getSubjectId().equals(of)
                            && one.getCampaignId().equals(campaignId)
                            && one.getMessageId().equals(messageId)
                            && one.getClearedAt().isAfter(after));
        }

        @Override
        public List<ContactMade> contacts(String subjectId, Instant after) {
            return made.stream()
                    .filter(one -> one.getClearedAt().isAfter(after))
                    .toList();
        }
    }
}
