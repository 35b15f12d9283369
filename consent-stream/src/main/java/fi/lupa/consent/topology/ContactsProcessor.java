package fi.lupa.consent.topology;

import fi.lupa.consent.state.ErasedFiles;
import fi.lupa.edge.streams.UnprocessableException;
import fi.lupa.event.ContactMade;
import fi.lupa.event.SubjectFile;
import fi.lupa.event.SubjectKey;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Keeps what the router cleared for each subject who has not been erased. */
final class ContactsProcessor implements Processor<String, ContactMade, Void, Void> {

    private KeyValueStore<String, ContactMade> contacts;
    private KeyValueStore<String, SubjectKey> keys;
    private KeyValueStore<String, SubjectFile> subjects;

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        contacts = context.getStateStore(ConsentTopology.CONTACTS);
        keys = context.getStateStore(ConsentTopology.KEYS);
        subjects = context.getStateStore(ConsentTopology.SUBJECTS);
    }

    @Override
    public void process(Record<String, ContactMade> record) {
        if (record.key() == null || record.value() == null) {
            throw new UnprocessableException("the record names no subject, or no message");
        }
        if (!isGone(record.key())) {
            Contacts.put(contacts, record.key(), record.value());
        }
    }

    /** Their file, which may be long, is read only where their key tells of an erasure. */
    private boolean isGone(String subjectId) {
        SubjectKey key = keys.get(subjectId);
        if (key == null || key.getErasedAt() == null) {
            return false;
        }
        SubjectFile file = subjects.get(subjectId);
        return file != null && ErasedFiles.isGone(file);
    }
}
