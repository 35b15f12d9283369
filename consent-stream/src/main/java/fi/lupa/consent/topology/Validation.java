package fi.lupa.consent.topology;

import fi.lupa.consent.identity.ClockSkew;
import fi.lupa.edge.streams.UnprocessableException;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Will;
import fi.lupa.schemas.mapping.Statements;
import java.time.Instant;

/** What a statement has to be to count, whoever wrote it to its topic. */
public final class Validation {

    private Validation() {}

    /**
     * The statement as it counts.
     *
     * @param at the record's own time
     * @throws UnprocessableException with why it counts for nothing
     */
    public static ConsentChanged statement(String key, ConsentChanged written, Instant at) {
        checkKey(key, written.getSubjectId());
        if ((written.getWill() == Will.INVALIDATE) != (written.getAbout() != null)) {
            throw new UnprocessableException("an INVALIDATE names the statement it is about, and nothing else does");
        }
        if (ClockSkew.isTooFarAhead(written.getOccurredAt(), at)) {
            throw new UnprocessableException("occurredAt lies more than five minutes ahead of the record's own time");
        }
        try {
            Statements.of(written);
        } catch (IllegalArgumentException e) {
            throw new UnprocessableException("the law has no words for it: " + e.getMessage());
        }
        Instant said = ClockSkew.notAhead(written.getOccurredAt(), at);
        return said.equals(written.getOccurredAt())
                ? written
                : ConsentChanged.newBuilder(written).setOccurredAt(said).build();
    }

    static void checkKey(String key, String subjectId) {
        if (!key.equals(subjectId)) {
            throw new UnprocessableException("the record's key is not the subject that its value names");
        }
    }
}
