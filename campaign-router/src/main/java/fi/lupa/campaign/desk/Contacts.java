package fi.lupa.campaign.desk;

import fi.lupa.campaign.routing.Contacted;
import fi.lupa.campaign.routing.RouterTopology;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.ContactMade;
import fi.lupa.event.ContactsMade;
import fi.lupa.permission.Channel;
import fi.lupa.schemas.mapping.Words;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.stream.Stream;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/** The last messages that were cleared for a campaign, the newest first. */
public record Contacts(List<Contact> newest) {

    /** How many are told at most. */
    public static final int MOST = 100;

    /** What a row tells of a contact. */
    static final String[] COLUMNS = {"clearedAt", "channel", "messageId", "subjectId"};

    private static final Comparator<Contact> BY_AGE = Comparator.comparing(Contact::clearedAt)
            .thenComparing(Contact::messageId)
            .thenComparing(Contact::subjectId);

    /** @param subjectId the recipient, pseudonymous */
    public record Contact(Instant clearedAt, Channel channel, String messageId, String subjectId) {

        static Contact of(ContactMade made) {
            return new Contact(
                    made.getClearedAt(),
                    Words.same(made.getChannel(), Channel.class),
                    made.getMessageId(),
                    made.getSubjectId());
        }
    }

    /** Those of this instance. */
    static Contacts here(Peers peers, Figures figures) {
        Queue<Contact> newest = new PriorityQueue<>(BY_AGE);
        each(peers, figures.campaignId(), figures.sinceTheLast(MOST), made -> {
            newest.add(Contact.of(made));
            if (newest.size() > MOST) {
                newest.remove();
            }
        });
        return newest(newest.stream());
    }

    /** Looks at what was cleared for a campaign here from then on, in no order. */
    static void each(Peers peers, String campaignId, Instant since, Contacted.Look look) {
        peers.read(RouterTopology.CONTACTS, QueryableStoreTypes.<String, ContactsMade>keyValueStore(), contacts -> {
            Contacted.each(contacts, campaignId, since, look);
            return null;
        });
    }

    /** In the order of the columns. */
    static String[] values(ContactMade made) {
        return new String[] {
            made.getClearedAt().toString(), made.getChannel().name(), made.getMessageId(), made.getSubjectId()
        };
    }

    /** With those of another instance. */
    Contacts with(Contacts other) {
        return newest(Stream.concat(newest.stream(), other.newest.stream()));
    }

    private static Contacts newest(Stream<Contact> contacts) {
        return new Contacts(contacts.sorted(BY_AGE.reversed()).limit(MOST).toList());
    }
}
