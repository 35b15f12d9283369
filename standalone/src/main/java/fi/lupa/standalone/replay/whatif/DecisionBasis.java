package fi.lupa.standalone.replay.whatif;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactMade;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.StatePersonalData;
import fi.lupa.permission.ContactKind;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a decision was made on, as far as what is left tells.
 *
 * @param campaign null where none was defined
 * @param state null where nothing was known of the recipient
 * @param stops by address or number
 */
record DecisionBasis(
        Enquiry enquiry,
        CampaignDefined campaign,
        ConsentState state,
        Map<String, ContactPointStop> stops,
        Instant at) {

    /** A number for nearly each hour of the world's clocks. */
    static final List<String> NUMBERS = List.of(
            "+18085551234",
            "+12135551234",
            "+13035551234",
            "+13125551234",
            "+5114441234",
            "+59122441234",
            "+541143211234",
            "+2382211234",
            "+3545551234",
            "+46701234567",
            "+358401234567",
            "+74951234567",
            "+97142341234",
            "+998712345678",
            "+911123456789",
            "+6621234567",
            "+6561234567",
            "+81312345678",
            "+61212345678",
            "+687254321",
            "+6793321234",
            "+67623456");

    /** The same wherever else on earth the recipient's number may be; nothing where none is asked for. */
    Stream<DecisionBasis> elsewhere() {
        return state == null || enquiry.channel().reachedAt() != ContactKind.PHONE
                ? Stream.empty()
                : NUMBERS.stream().map(this::withNumber);
    }

    private DecisionBasis withNumber(String number) {
        ConsentState there = new ConsentState();
        state.getSchema().getFields().forEach(field -> there.put(field.pos(), state.get(field.pos())));
        StatePersonalData personal = StatePersonalData.newBuilder()
                .setContactPoints(state.getPersonal().getContactPoints().keySet().stream()
                        .collect(Collectors.toMap(point -> point, point -> number)))
                .build();
        there.put(state.getSchema().getField("personal").pos(), personal);
        return new DecisionBasis(enquiry, campaign, there, stops, at);
    }

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
