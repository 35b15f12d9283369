package fi.lupa.consent.topology;

import fi.lupa.consent.state.SubjectFiles;
import fi.lupa.edge.streams.UnprocessableException;
import fi.lupa.event.ContactMade;
import fi.lupa.event.SubjectFile;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Keeps what the router cleared for each subject who has not been erased. */
final class ContactsProcessor implements Processor<String, ContactMade, Void, Void> {

    private KeyValueStore<String, ContactMade> contacts;
    private KeyValueStore<String, SubjectFile> subjects;

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        contacts = context.getStateStore(ConsentTopology.CONTACTS);
        subjects = context.getStateStore(ConsentTopology.SUBJECTS);
    }

    @Override
    public void process(Record<String, ContactMade> record) {
        if (record.key() == null || record.value() == null) {
            throw new UnprocessableException("the record names no subject, or no message");
        }
        SubjectFile file = subjects.get(record.key());
        if (file == null || !SubjectFiles.isGone(file)) {
            Contacts.put(contacts, record.key(), record.value());
        }
    }
}
