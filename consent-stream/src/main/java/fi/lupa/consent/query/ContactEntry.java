package fi.lupa.consent.query;

import fi.lupa.event.Channel;
import fi.lupa.event.ContactMade;
import fi.lupa.event.Purpose;
import java.time.Instant;
import java.util.Comparator;

/**
 * A message that was cleared, without its words.
 *
 * @param subjectId under which of the person's names
 */
public record ContactEntry(
        String messageId,
        String campaignId,
        Purpose purpose,
        Channel channel,
        String subjectId,
        String contactPointId,
        Instant clearedAt) {

    static final Comparator<ContactEntry> OLDEST_FIRST =
            Comparator.comparing(ContactEntry::clearedAt).thenComparing(ContactEntry::messageId);

    static ContactEntry of(ContactMade made) {
        return new ContactEntry(
                made.getMessageId(),
                made.getCampaignId(),
                made.getPurpose(),
                made.getChannel(),
                made.getSubjectId(),
                made.getContactPointId(),
                made.getClearedAt());
    }
}
