package fi.lupa.standalone.replay.whatif;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.ContactMade;
import fi.lupa.permission.Verdict;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A decision made again.
 *
 * @param now what the other policy makes of it; null where the decision could not be made again
 * @param made what is cleared by it; null where nothing is
 * @param why it could not be made again; null where it could
 * @param byZone whether the other policy would decide otherwise if the phone number, which is not opened, were in another time
 *     zone: one in which the decision comes out as it was recorded, too
 */
record RemadeDecision(RecordedDecision decided, Outcome now, ContactMade made, Why why, boolean byZone) {

    /** Why a decision cannot be made again. */
    enum Why {
        ERASED("the person was erased since"),
        POLICY("the policy that decided is not at hand (--was)"),
        CAMPAIGN("the campaign was defined anew since, and how it was is gone"),
        MESSAGE("the message is gone, and what it asked for would decide"),
        ZONE("the phone number is elsewhere than in the policy's time zone, and where is not opened"),
        STATE("what is left does not lead to what was decided");

        final String words;

        Why(String words) {
            this.words = words;
        }
    }

    /** Who decided, by the version of their policy, and who decides instead. */
    record By(Map<String, Decisions> was, Decisions now) {}

    static RemadeDecision not(RecordedDecision decided, Why why) {
        return new RemadeDecision(decided, null, null, why, false);
    }

    boolean differs() {
        return now != null && !now.equals(decided.outcome());
    }

    /**
     * Makes a decision again by the policy that made it and, in the past in which that comes out as it was recorded, by the
     * other.
     *
     * @param before what had been cleared
     * @param instead what would have been
     */
    static RemadeDecision of(
            RecordedDecision decided,
            SubjectPast past,
            CampaignDefinitions definitions,
            By by,
            List<ContactMade> before,
            List<ContactMade> instead) {
        List<Decisions> deciders = decided.policyVersion() == null
                ? List.copyOf(by.was().values())
                : by.was().containsKey(decided.policyVersion())
                        ? List.of(by.was().get(decided.policyVersion()))
                        : List.of();
        if (deciders.isEmpty()) {
            return not(decided, Why.POLICY);
        }
        List<CampaignDefined> campaigns = SubjectPast.campaigns(decided, definitions);
        if (campaigns.isEmpty()) {
            return not(decided, Why.CAMPAIGN);
        }
        List<List<DecisionBasis>> pasts = past.before(decided, campaigns);
        for (boolean like : new boolean[] {false, true}) {
            for (List<DecisionBasis> some : pasts) {
                for (Decisions decider : deciders) {
                    Predicate<DecisionBasis> fits = then -> fits(decided, then.decide(decider, before), like);
                    List<DecisionBasis> fitting = some.stream().filter(fits).toList();
                    if (!fitting.isEmpty()) {
                        return otherwise(decided, past, fitting, fits, by.now(), instead);
                    }
                }
            }
        }
        boolean elsewhere = pasts.stream()
                .flatMap(List::stream)
                .flatMap(DecisionBasis::elsewhere)
                .anyMatch(then -> deciders.stream()
                        .map(decider -> then.decide(decider, before))
                        .anyMatch(again -> decided.is(again) || decided.isLike(again)));
        return not(decided, elsewhere ? Why.ZONE : Why.STATE);
    }

    private static boolean fits(RecordedDecision decided, Verdict again, boolean like) {
        return like ? decided.isLike(again) : decided.is(again);
    }

    private static RemadeDecision otherwise(
            RecordedDecision decided,
            SubjectPast past,
            List<DecisionBasis> fitting,
            Predicate<DecisionBasis> fits,
            Decisions now,
            List<ContactMade> instead) {
        Verdict first = fitting.get(0).decide(now, instead);
        Outcome outcome = Outcome.of(first);
        boolean agreed = fitting.stream().skip(1).allMatch(then -> Outcome.of(then.decide(now, instead))
                .equals(outcome));
        if (!agreed) {
            return not(decided, past.isGone(decided) ? Why.MESSAGE : Why.STATE);
        }
        boolean byZone = fitting.stream()
                .flatMap(DecisionBasis::elsewhere)
                .filter(then -> !Outcome.of(then.decide(now, instead)).equals(outcome))
                .anyMatch(fits);
        return new RemadeDecision(decided, outcome, made(decided, fitting.get(0), first), null, byZone);
    }

    private static ContactMade made(RecordedDecision decided, DecisionBasis then, Verdict verdict) {
        return verdict instanceof Verdict.Cleared cleared
                ? ContactMade.newBuilder()
                        .setMessageId(decided.messageId())
                        .setCampaignId(decided.campaignId())
                        .setPurpose(then.campaign().getPurpose())
                        .setChannel(decided.channel())
                        .setSubjectId(decided.subjectId())
                        .setContactPointId(cleared.contactPoint().id())
                        .setClearedAt(decided.at())
                        .build()
                : null;
    }
}
