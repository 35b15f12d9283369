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

    @Override
    public void process(Record<String, ContactMade> record) {
        contacted.count(record.key(), record.value());
    }
}
