package fi.lupa.consent.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.consent.state.ErasedFiles;
import fi.lupa.consent.state.PublishedState;
import fi.lupa.consent.state.SubjectNotes;
import fi.lupa.event.ContactMade;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.ErasedAlias;
import fi.lupa.event.RightExercised;
import fi.lupa.event.RightKind;
import fi.lupa.event.SubjectFile;
import fi.lupa.permission.Policy;
import fi.lupa.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Erases a subject: the key is destroyed, the state is a tombstone, the file keeps nothing but stops and the mark of the
 * erasure, and everybody else that the person was known as is erased after them.
 *
 * <p>All of it follows from the record and from what the mark keeps, so a crash at any step does it again, to the same end.
 */
final class Erasures {

    static final String RIGHTS = "write-rights";

    /** A log is compacted behind its newest segment only, and a new one begins with a write: so the tombstones are repeated. */
    static final Duration REPEATED_FOR = Topics.REPLACED_GO_WITHIN.multipliedBy(3);

    private final Policy policy;
    private final ProcessorContext<String, SpecificRecord> context;
    private final OpenFiles files;
    private final History history;
    private final KeyValueStore<String, RightExercised> rights;
    private final KeyValueStore<String, ContactMade> contacts;

    Erasures(Policy policy, ProcessorContext<String, SpecificRecord> context, OpenFiles files, History history) {
        this.policy = policy;
        this.context = context;
        this.files = files;
        this.history = history;
        this.rights = context.getStateStore(ConsentTopology.RIGHTS);
        this.contacts = context.getStateStore(ConsentTopology.CONTACTS);
    }

    /** Keeps what was done about a subject's rights, and erases where that was ordered and no hold forbids it. */
    void exercised(Record<String, SpecificRecord> record, RightExercised right) {
        if (right.getKind() != RightKind.ERASED) {
            Rights.put(rights, right);
            return;
        }
        List<RightExercised> before = Rights.of(rights, record.key());
        boolean carriedOut = before.contains(right);
        if (before.contains(refused(right))) {
            return; // Read again, perhaps after the hold was lifted: the proof stands.
        }
        if (!carriedOut && Rights.hold(before).isPresent()) {
            // Set after the order was answered: the proof says that nothing was erased.
            Rights.put(rights, refused(right));
            return;
        }
        erase(record, right);
        // Last: whoever reads that it is carried out finds everything erased.
        Rights.put(rights, right);
    }

    private static RightExercised refused(RightExercised order) {
        return RightExercised.newBuilder(order)
                .setKind(RightKind.ERASURE_REFUSED)
                .build();
    }

    private void erase(Record<String, SpecificRecord> record, RightExercised ordered) {
        OpenFiles.OpenFile open = files.open(record);
        history.forget(record.key(), ordered.getRecordedAt());
        Contacts.forget(contacts, record.key());
        SubjectFile erased = ErasedFiles.erased(open.file(), ordered, history.saidBy(record.key()), policy);
        open.keep(erased);
        destroy(record.key(), erased.getErasure().getAt(), record.timestamp());
        if (!ErasedFiles.isGone(erased)) {
            context.forward(record.withValue(open.published(PublishedState.of(erased, policy))), FoldProcessor.STATE);
        }
        context.forward(record.withValue(new ContactPointStop(record.key(), erased.getStops())), FoldProcessor.STOPS);
        if (erased.getErasure().getEventId().equals(ordered.getEventId())) {
            erased.getErasure()
                    .getAlso()
                    .forEach(alias -> context.forward(
                            record.withKey(alias.getSubjectId()).withValue(after(ordered, alias)), RIGHTS));
        }
        SubjectNotes.partings(erased)
                .forEach(note ->
                        context.forward(record.withKey(note.getSubjectId()).withValue(note), FoldProcessor.NOTES));
    }

    private void destroy(String subjectId, Instant at, long timestamp) {
        files.destroyKey(subjectId, at, timestamp);
        context.forward(new Record<>(subjectId, null, timestamp), FoldProcessor.STATE);
    }

    /** The order to erase another name of the same person; the same whenever it is given. */
    private static RightExercised after(RightExercised ordered, ErasedAlias alias) {
        return RightExercised.newBuilder(ordered)
                .setEventId(UUID.nameUUIDFromBytes(
                        (ordered.getEventId() + "/also/" + alias.getSubjectId()).getBytes(UTF_8)))
                .setSubjectId(alias.getSubjectId())
                .setErasedKind(alias.getKind())
                .setErasedWith(ordered.getSubjectId())
                .build();
    }

    /** Repeats the tombstones of late, for as long as the broker may keep what they replace. */
    void repeat(long now) {
        Rights.each(rights, right -> {
            boolean recent =
                    Instant.ofEpochMilli(now).isBefore(right.getRecordedAt().plus(REPEATED_FOR));
            if (right.getKind() == RightKind.ERASED && recent && files.isGone(right.getSubjectId())) {
                destroy(right.getSubjectId(), right.getRecordedAt(), now);
            }
        });
    }
}
