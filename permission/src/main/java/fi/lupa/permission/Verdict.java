package fi.lupa.permission;

import java.time.Instant;
import java.util.List;

/** The answer to an {@link Enquiry}. */
public sealed interface Verdict {

    /** The moment of the decision. */
    Instant decidedAt();

    /** The policy decided by. */
    String policyVersion();

    /**
     * The message may go out.
     *
     * @param contactPoint the address or number to use
     * @param needed what the purpose needs on the channel
     * @param because the consent it rests on; null where it needs none
     * @param consentRevision revision of the consent state decided on
     * @param notAfter the answer is stale after this moment
     */
    record Cleared(
            ContactPoint contactPoint,
            Terms.Answer needed,
            Statement because,
            long consentRevision,
            Instant decidedAt,
            Instant notAfter,
            String policyVersion)
            implements Verdict {}

    /**
     * The message may go out, and not yet: its channel rests.
     *
     * @param until when it is to be decided again
     * @param consentRevision revision of the consent state decided on
     */
    record Held(Instant until, long consentRevision, Instant decidedAt, String policyVersion) implements Verdict {}

    /**
     * The message must not go out.
     *
     * @param refusals all that apply, the decisive one first; never empty
     * @param consentRevision revision of the consent state decided on; null where there was none
     */
    record Suppressed(List<Refusal> refusals, Long consentRevision, Instant decidedAt, String policyVersion)
            implements Verdict {

        public Suppressed {
            refusals = List.copyOf(refusals);
            if (refusals.isEmpty()) {
                throw new IllegalArgumentException("a suppression without a reason");
            }
        }

        public List<Reason> reasons() {
            return refusals.stream().map(Refusal::reason).toList();
        }
    }
}
