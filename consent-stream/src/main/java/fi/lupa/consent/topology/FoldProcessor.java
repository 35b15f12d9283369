package fi.lupa.consent.topology;

import fi.lupa.consent.confirmation.Confirmations;
import fi.lupa.consent.identity.ClockSkew;
import fi.lupa.consent.identity.FormIdentity;
import fi.lupa.consent.state.StateFold;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.streams.UnprocessableException;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.FormSubmitted;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Folds a subject's forms and statements into their state, and publishes it.
 *
 * <p>The state is published again also when an event changes nothing: after a crash the store may know what the topic has
 * not been told.
 */
final class FoldProcessor implements Processor<String, SpecificRecord, String, SpecificRecord> {

    static final String STATE = "write-state";

    private final SubjectIds ids;
    private final Confirmations confirmations;
    private ProcessorContext<String, SpecificRecord> context;
    private ConfirmationRequests requests;
    private KeyValueStore<String, ConsentState> states;

    FoldProcessor(SubjectIds ids, Confirmations confirmations) {
        this.ids = ids;
        this.confirmations = confirmations;
    }

    @Override
    public void init(ProcessorContext<String, SpecificRecord> context) {
        this.context = context;
        this.requests = new ConfirmationRequests(confirmations, ids, context);
        this.states = context.getStateStore(ConsentTopology.CONSENT_STATE);
    }

    @Override
    public void process(Record<String, SpecificRecord> record) {
        String subjectId = record.key();
        if (subjectId == null || subjectId.isBlank()) {
            throw new UnprocessableException("the record's key names no subject");
        }
        ConsentState before = states.get(subjectId);
        ConsentState after;
        if (record.value() instanceof ConsentChanged changed) {
            after = after(before, subjectId, changed, record.timestamp());
        } else if (record.value() instanceof FormSubmitted form) {
            after = after(before, subjectId, form);
        } else {
            throw new UnprocessableException("the record has no value");
        }
        states.put(subjectId, after);
        context.forward(record.withValue(after), STATE);
        requests.afterFold(after, record);
    }

    /** Under a key that is not its sender's, a form would put its address into another's state. */
    private ConsentState after(ConsentState before, String subjectId, FormSubmitted form) {
        FormIdentity identity = FormIdentity.of(form, ids);
        checkKey(subjectId, identity.subjectId());
        return StateFold.after(before, subjectId, form, identity);
    }

    private static ConsentState after(ConsentState before, String subjectId, ConsentChanged changed, long recordTime) {
        checkKey(subjectId, changed.getSubjectId());
        if (ClockSkew.isTooFarAhead(changed.getOccurredAt(), Instant.ofEpochMilli(recordTime))) {
            throw new UnprocessableException("occurredAt lies more than five minutes ahead of the record's own time");
        }
        return StateFold.after(before, subjectId, changed);
    }

    private static void checkKey(String key, String subjectId) {
        if (!key.equals(subjectId)) {
            throw new UnprocessableException("the record's key is not the subject that its value names");
        }
    }
}
