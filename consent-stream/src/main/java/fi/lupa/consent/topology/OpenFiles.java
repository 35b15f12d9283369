package fi.lupa.consent.topology;

import fi.lupa.consent.state.ErasedFiles;
import fi.lupa.consent.state.SealedPieces;
import fi.lupa.consent.state.SubjectFiles;
import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.edge.sealing.Seal;
import fi.lupa.event.ConsentState;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.SubjectFile;
import fi.lupa.event.SubjectNote;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** The files of subjects: sealed in their store and on every topic, open to the fold while it works on one record. */
final class OpenFiles {

    private final MasterKey master;
    private final SubjectKeys keys;
    private final KeyValueStore<String, SubjectFile> store;

    OpenFiles(MasterKey master, ProcessorContext<String, SpecificRecord> context) {
        this.master = master;
        this.keys = new SubjectKeys(master, context);
        this.store = context.getStateStore(ConsentTopology.SUBJECTS);
    }

    /** The file of a record's subject, open until the record is done with. */
    OpenFile open(Record<String, SpecificRecord> record) {
        return new OpenFile(record);
    }

    /** Whether the subject was erased, and nothing has been heard of them since. */
    boolean isGone(String subjectId) {
        SubjectFile kept = store.get(subjectId);
        return kept != null && ErasedFiles.isGone(kept);
    }

    void destroyKey(String subjectId, Instant erasedAt, long timestamp) {
        keys.destroy(subjectId, erasedAt, timestamp);
    }

    final class OpenFile {

        private final Record<String, SpecificRecord> record;
        private final SealedPieces pieces = new SealedPieces(() -> seal(known()), () -> seal(made()));
        private final SubjectFile file;
        private SubjectKeys.Key key;

        private OpenFile(Record<String, SpecificRecord> record) {
            this.record = record;
            SubjectFile kept = store.get(record.key());
            this.file = kept == null ? SubjectFiles.empty(record.key()) : pieces.opened(kept);
        }

        SubjectFile file() {
            return file;
        }

        void keep(SubjectFile after) {
            store.put(record.key(), pieces.sealed(after));
        }

        /** The state for everybody to read, and of whom it is for holders of the master key alone. */
        ConsentState published(ConsentState state) {
            ConsentState sealed = pieces.sealed(state);
            return sealed.getSealed() == null ? sealed : SealedPieces.withKey(sealed, known().wrapped());
        }

        private SubjectKeys.Key known() {
            if (key == null) {
                key = keys.find(record.key());
            }
            return key;
        }

        private SubjectKeys.Key made() {
            key = keys.findOrMake(record);
            return key;
        }

        private static Seal seal(SubjectKeys.Key key) {
            return key == null ? null : key.seal();
        }
    }

    /**
     * The form with its sender in the clear; sealed as it is where the sender's key is gone.
     *
     * @throws fi.lupa.edge.sealing.UnopenableException if it was sealed under another key
     */
    FormSubmitted opened(Record<String, ?> record, FormSubmitted form) {
        SubjectKeys.Key key = form.getSealed() == null ? null : keys.find(record.key());
        return key == null
                ? form
                : FormSubmitted.newBuilder(form)
                        .setPersonal(key.seal().openForm(form.getSealed(), record.key(), form.getEventId()))
                        .setSealed(null)
                        .build();
    }

    /** A note for its way to another task, which has other keys. */
    SubjectNote sealed(SubjectNote note) {
        return with(note, forTheWay()::sealed);
    }

    SubjectNote opened(SubjectNote note) {
        return with(note, forTheWay()::opened);
    }

    private SealedPieces forTheWay() {
        return new SealedPieces(master::forTheWay, master::forTheWay);
    }

    private static SubjectNote with(SubjectNote note, UnaryOperator<ConsentState> each) {
        return note.getJoined() == null
                ? note
                : SubjectNote.newBuilder(note)
                        .setJoined(SealedPieces.with(note.getJoined(), each))
                        .build();
    }
}
