package fi.lupa.consent.receipts;

import fi.lupa.consent.identity.FormIdentity;
import fi.lupa.consent.topology.FormStatements;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.links.Link;
import fi.lupa.edge.links.LinkTokens;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.FormSubmitted;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/** Makes the links that people get to their receipts. A link shows one statement, changes nothing, and works for 90 days. */
public final class ReceiptLinks {

    static final Duration WORK_FOR = Duration.ofDays(90);

    private final URI publicUrl;
    private final LinkTokens tokens;
    private final SubjectIds ids;
    private final boolean signed;

    /**
     * @param publicUrl what links begin with, without a slash at the end
     * @param signed whether there is a key to sign receipts with; a link to a receipt that is refused is none
     */
    public ReceiptLinks(URI publicUrl, LinkTokens tokens, SubjectIds ids, boolean signed) {
        this.publicUrl = publicUrl;
        this.tokens = tokens;
        this.ids = ids;
        this.signed = signed;
    }

    /** To the receipt of a statement that has just been recorded; null where receipts are not signed. */
    public URI of(ConsentChanged changed) {
        return of(changed.getSubjectId(), changed.getEventId(), changed.getRecordedAt());
    }

    /** To the receipts of what a form says, in its order; null where receipts are not signed. */
    public List<URI> of(FormSubmitted form) {
        return signed
                ? FormStatements.of(form, FormIdentity.of(form, ids)).stream()
                        .map(this::of)
                        .toList()
                : null;
    }

    /**
     * To the receipt of a statement of any age; null where receipts are not signed.
     *
     * @param subjectId whom it was recorded under, also where they have been found to be somebody else since
     * @param from the link works for 90 days from this moment on
     */
    public URI of(String subjectId, UUID eventId, Instant from) {
        if (!signed) {
            return null;
        }
        Instant end = from.plus(WORK_FOR).truncatedTo(ChronoUnit.SECONDS);
        return URI.create(publicUrl + "/receipts/" + tokens.sign(new Link.Receipt(subjectId, eventId, end)));
    }
}
