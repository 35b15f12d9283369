package fi.lupa.consent.topology;

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
final class FoldProcessor implements Processor<String, SpecificRecord, String, ConsentState> {

    private final SubjectIds ids;
    private ProcessorContext<String, ConsentState> context;
    private KeyValueStore<String, ConsentState> states;

    FoldProcessor(SubjectIds ids) {
        this.ids = ids;
    }

    @Override
    public void init(ProcessorContext<String, ConsentState> context) {
        this.context = context;
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
        context.forward(record.withValue(after));
    }

    /** Under a key that is not its sender's, a form would put its address into another's state. */
    private ConsentState after(ConsentState before, String subjectId, FormSubmitted form) {
        FormIdentity identity = FormIdentity.of(form, ids);
        checkKey(subjectId, identity.subjectId());
        return StateFold.after(before, subjectId, form, identity);
    }

    private static ConsentState after(ConsentState before, String subjectId, ConsentChanged changed, long recordTime) {
        checkKey(subjectId, changed.getSubjectId());
        Instant now = Instant.ofEpochMilli(recordTime);
        if (ClockSkew.isTooFarAhead(changed.getOccurredAt(), now)) {
            throw new UnprocessableException("occurredAt lies more than five minutes ahead of the record's own time");
        }
        return StateFold.after(before, subjectId, notAhead(changed, now));
    }

    private static ConsentChanged notAhead(ConsentChanged changed, Instant now) {
        Instant at = ClockSkew.notAhead(changed.getOccurredAt(), now);
        return at.equals(changed.getOccurredAt())
                ? changed
                : ConsentChanged.newBuilder(changed).setOccurredAt(at).build();
    }

    private static void checkKey(String key, String subjectId) {
        if (!key.equals(subjectId)) {
            throw new UnprocessableException("the record's key is not the subject that its value names");
        }
    }
}
