package fi.lupa.campaign.routing;

import fi.lupa.campaign.decision.StoredState;
import java.time.Clock;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Sees that what counts for a subject follows who they are: to another name, or to nowhere once they are erased. */
final class StateFollower implements Processor<String, StoredState, String, SpecificRecord> {

    private final Clock clock;
    private Contacted contacted;

    StateFollower(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void init(ProcessorContext<String, SpecificRecord> context) {
        contacted = new Contacted(context);
    }

    @Override
    public void process(Record<String, StoredState> record) {
        StoredState state = record.value();
        if (state == null) {
            contacted.forget(record.key());
        } else {
            contacted.moved(state.whole(), clock.instant());
        }
    }
}
