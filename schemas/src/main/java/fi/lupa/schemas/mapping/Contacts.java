package fi.lupa.schemas.mapping;

import fi.lupa.event.ContactMade;
import fi.lupa.event.MessageCleared;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Contact;
import fi.lupa.permission.Purpose;

/** A {@link Contact}, as {@code campaign.contacts} tells of it. */
public final class Contacts {

    private Contacts() {}

    /** @param theirs whether the recipient asked about is whom it was for */
    public static Contact of(ContactMade made, boolean theirs) {
        return new Contact(
                made.getCampaignId(),
                Words.same(made.getPurpose(), Purpose.class),
                Words.same(made.getChannel(), Channel.class),
                made.getContactPointId(),
                theirs,
                made.getClearedAt());
    }

    public static ContactMade made(MessageCleared cleared) {
        return ContactMade.newBuilder()
                .setMessageId(cleared.getMessageId())
                .setCampaignId(cleared.getCampaignId())
                .setPurpose(cleared.getPurpose())
                .setChannel(cleared.getChannel())
                .setSubjectId(cleared.getSubjectId())
                .setContactPointId(cleared.getContactPointId())
                .setClearedAt(cleared.getDecidedAt())
                .build();
    }
}
