package fi.lupa.standalone.replay.whatif;

import fi.lupa.event.Channel;
import fi.lupa.event.ContactMade;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.Reason;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.mapping.Words;
import java.time.Instant;
import java.util.List;

/**
 * A decision as it was recorded.
 *
 * @param contact what was cleared; null where it was suppressed
 * @param reasons why it was suppressed; empty where it was cleared
 * @param policyVersion null where nothing that is left tells it
 * @param ofNobody whether nothing was known of the recipient
 */
record RecordedDecision(
        String subjectId,
        String campaignId,
        String messageId,
        Channel channel,
        Instant at,
        ContactMade contact,
        List<Reason> reasons,
        String policyVersion,
        boolean ofNobody) {

    static RecordedDecision cleared(ContactMade made, String policyVersion) {
        return new RecordedDecision(
                made.getSubjectId(),
                made.getCampaignId(),
                made.getMessageId(),
                made.getChannel(),
                made.getClearedAt(),
                made,
                List.of(),
                policyVersion,
                false);
    }

    static RecordedDecision suppressed(MessageSuppressed refused) {
        return new RecordedDecision(
                refused.getSubjectId(),
                refused.getCampaignId(),
                refused.getMessageId(),
                refused.getChannel(),
                refused.getDecidedAt(),
                null,
                refused.getReasons(),
                refused.getPolicyVersion(),
                refused.getConsentRevision() == null);
    }

    Outcome outcome() {
        return contact == null
                ? new Outcome(Outcome.Kind.SUPPRESSED, reasons.get(0))
                : new Outcome(Outcome.Kind.CLEARED, null);
    }

    /** Whether a decision made again is this one, with all that was recorded of it. */
    boolean is(Verdict again) {
        return again instanceof Verdict.Cleared cleared
                ? contact != null
                        && contact.getContactPointId()
                                .equals(cleared.contactPoint().id())
                : again instanceof Verdict.Suppressed suppressed
                        && reasons.equals(suppressed.reasons().stream()
                                .map(reason -> Words.same(reason, Reason.class))
                                .toList());
    }

    /** Whether a decision made again came out the same, and for the same decisive reason. */
    boolean isLike(Verdict again) {
        return contact == null && Outcome.of(again).equals(outcome());
    }
}
