package fi.lupa.campaign.routing;

import fi.lupa.event.ContactMade;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Counts for a subject what was cleared for another who is the same, or is reached at the same address or number. */
final class NoteProcessor implements Processor<String, ContactMade, String, SpecificRecord> {

    private Contacted contacted;

    @Override
    public void init(ProcessorContext<String, SpecificRecord> context) {
        contacted = new Contacted(context);
    }

    /**
     * What was cleared for the subject itself comes back where another had been told of it and is found to be the subject: its own
     * router has counted it, or has forgotten it since because the subject was erased.
     */
    @Override
    public void process(Record<String, ContactMade> record) {
        if (!record.value().getSubjectId().equals(record.key())) {
            contacted.count(record.key(), record.value());
        }
    }
}
