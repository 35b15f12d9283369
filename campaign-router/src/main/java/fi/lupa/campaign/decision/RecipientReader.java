package fi.lupa.campaign.decision;

import fi.lupa.event.ConsentState;
import fi.lupa.permission.Consents;
import fi.lupa.permission.ContactKind;
import fi.lupa.permission.ContactPoint;
import fi.lupa.permission.Door;
import fi.lupa.permission.Scope;
import fi.lupa.permission.Statement;
import fi.lupa.permission.Subject;
import fi.lupa.permission.SubjectKind;
import fi.lupa.permission.Will;
import fi.lupa.schemas.mapping.Words;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;

/**
 * The fast path: reads of a {@link ConsentState}'s Avro bytes what a decision looks at, field by field in the order of today's
 * schema, and steps over the rest. The plain path beside it is {@link Recipient#of}, which every other schema takes; a test
 * holds both to the same answer for whatever state.
 */
final class RecipientReader {

    private static final SubjectKind[] KINDS = Words.table(fi.lupa.event.SubjectKind.class, SubjectKind.class);
    private static final ContactKind[] CONTACT_KINDS = Words.table(fi.lupa.event.ContactKind.class, ContactKind.class);
    private static final Scope[] SCOPES = Words.table(fi.lupa.event.Scope.class, Scope.class);
    private static final Will[] WILLS = Words.table(fi.lupa.event.Will.class, Will.class);
    private static final Door[] DOORS = Words.table(fi.lupa.event.Door.class, Door.class);

    private static final ThreadLocal<BinaryDecoder> DECODER = new ThreadLocal<>();

    /** How one item of a list is read; null leaves it out. */
    @FunctionalInterface
    private interface Item<T> {

        T read(Decoder in) throws IOException;
    }

    private RecipientReader() {}

    /**
     * Reads what today's schema has written.
     *
     * @param from where the Avro begins in the bytes
     * @return null where the plain path is to read it: what is kept in the clear
     * @throws RuntimeException if it has words that the law does not know
     */
    static Recipient read(byte[] bytes, int from) throws IOException {
        BinaryDecoder in = DecoderFactory.get().binaryDecoder(bytes, from, bytes.length - from, DECODER.get());
        DECODER.set(in);
        String id = in.readString();
        SubjectKind kind = word(KINDS, in);
        in.readLong(); // kindSince
        if (in.readIndex() != 0) {
            return null;
        }
        ByteBuffer sealed = in.readIndex() == 0 ? null : in.readBytes(null);
        ByteBuffer wrappedKey = in.readIndex() == 0 ? null : in.readBytes(null);
        List<ContactPoint> points = list(in, RecipientReader::contactPoint);
        skip(in, RecipientReader::skipTextAndMoment); // retracted
        List<Statement> statements = list(in, RecipientReader::statement);
        skip(in, Decoder::skipString); // tags
        skip(in, RecipientReader::skipTextAndMoment); // forms
        if (in.readIndex() != 0) {
            skipTextAndMoment(in); // language
        }
        moment(in); // registeredAt
        in.readEnum(); // customership
        in.readBoolean(); // essentialOnly
        long revision = in.readLong();
        String sameAs = text(in);
        List<String> alsoKnownAs = list(in, some -> {
            String alias = some.readString();
            some.readLong(); // since
            return moment(some) == null ? alias : null; // sharedSince
        });
        boolean shared = !list(in, Decoder::readString).isEmpty(); // claimedBy
        List<Statement> permittedBySeveral = list(in, RecipientReader::statement);
        List<String> possibleDuplicates = list(in, Decoder::readString);
        Subject subject = new Subject(id, kind, Consents.of(statements, permittedBySeveral), points, shared, revision);
        return new Recipient(subject, sameAs, alsoKnownAs, possibleDuplicates, null, sealed, wrappedKey);
    }

    private static ContactPoint contactPoint(Decoder in) throws IOException {
        return new ContactPoint(
                word(CONTACT_KINDS, in),
                in.readString(),
                Instant.ofEpochMilli(in.readLong()),
                Instant.ofEpochMilli(in.readLong()),
                in.readBoolean());
    }

    private static Statement statement(Decoder in) throws IOException {
        Scope scope = word(SCOPES, in);
        String topic = text(in);
        String contactPoint = text(in);
        Will will = word(WILLS, in);
        boolean awaitsConfirmation = in.readBoolean();
        Instant occurredAt = Instant.ofEpochMilli(in.readLong());
        Instant recordedAt = Instant.ofEpochMilli(in.readLong());
        Door door = word(DOORS, in);
        UUID eventId = UUID.fromString(in.readString());
        String noticeVersion = text(in);
        Instant validUntil = moment(in);
        String about = text(in);
        return new Statement(
                eventId,
                scope,
                topic,
                will,
                contactPoint,
                occurredAt,
                recordedAt,
                door,
                awaitsConfirmation,
                noticeVersion,
                validUntil,
                about == null ? null : UUID.fromString(about));
    }

    private static <E> E word(E[] words, Decoder in) throws IOException {
        E word = words[in.readEnum()];
        if (word == null) {
            throw new IllegalArgumentException("a word that the law does not know");
        }
        return word;
    }

    /** A text that may be null. */
    private static String text(Decoder in) throws IOException {
        return in.readIndex() == 0 ? null : in.readString();
    }

    /** A moment that may be null. */
    private static Instant moment(Decoder in) throws IOException {
        return in.readIndex() == 0 ? null : Instant.ofEpochMilli(in.readLong());
    }

    private static <T> List<T> list(Decoder in, Item<T> item) throws IOException {
        long block = in.readArrayStart();
        if (block == 0) {
            return List.of();
        }
        List<T> items = new ArrayList<>();
        for (; block != 0; block = in.arrayNext()) {
            for (long i = 0; i < block; i++) {
                T read = item.read(in);
                if (read != null) {
                    items.add(read);
                }
            }
        }
        return items;
    }

    /** How an item is stepped over. */
    @FunctionalInterface
    private interface Step {

        void over(Decoder in) throws IOException;
    }

    // Item by item, as the plain path reads them: Decoder.skipArray goes by the length that a block says it has.
    private static void skip(Decoder in, Step step) throws IOException {
        for (long block = in.readArrayStart(); block != 0; block = in.arrayNext()) {
            for (long i = 0; i < block; i++) {
                step.over(in);
            }
        }
    }

    private static void skipTextAndMoment(Decoder in) throws IOException {
        in.skipString();
        in.readLong();
    }
}
