package fi.lupa.consent.topology;

import fi.lupa.consent.identity.ClockSkew;
import fi.lupa.consent.identity.FormIdentity;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.kafka.TraceHeaders;
import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.edge.sealing.Seal;
import fi.lupa.edge.streams.UnprocessableException;
import fi.lupa.event.FormSubmitted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * Takes a form from the inbox into the subject's history, its sender sealed, and what it says about permission into the
 * statements.
 *
 * <p>The same form under the same eventId at a later place in the inbox is sent twice, and ends here. At the same place it is the
 * same record read again after a crash, and goes on: what it led to may not have been written.
 */
final class IntakeProcessor implements Processor<String, FormSubmitted, String, SpecificRecord> {

    static final String FORMS = "write-forms";
    static final String CHANGES = "write-changes";
    static final String LINKS = "write-links";
    static final String READDRESSED = "readdress-form";

    private final SubjectIds ids;
    private final MasterKey master;
    private ProcessorContext<String, SpecificRecord> context;
    private WindowStore<String, String> submissions;
    private SubjectKeys keys;

    IntakeProcessor(SubjectIds ids, MasterKey master) {
        this.ids = ids;
        this.master = master;
    }

    @Override
    public void init(ProcessorContext<String, SpecificRecord> context) {
        this.context = context;
        this.submissions = context.getStateStore(ConsentTopology.SUBMISSIONS);
        this.keys = new SubjectKeys(master, context);
    }

    @Override
    public void process(Record<String, FormSubmitted> record) {
        FormSubmitted form = record.value();
        if (form == null) {
            throw new UnprocessableException("the record has no value");
        }
        Instant now = Instant.ofEpochMilli(record.timestamp());
        if (ClockSkew.isTooFarAhead(form.getOccurredAt(), now)) {
            throw new UnprocessableException("occurredAt lies more than five minutes ahead of the record's own time");
        }
        FormIdentity identity = FormIdentity.of(form, ids);
        Record<String, FormSubmitted> traced = record.withHeaders(TraceHeaders.of(record.headers()));
        if (!identity.subjectId().equals(record.key())) {
            // Only where the subject's other records are read is the subject's key made.
            context.forward(traced.withKey(identity.subjectId()), READDRESSED);
            return;
        }
        Instant erasedAt = keys.erasedAt(record.key());
        if (erasedAt != null && !form.getReceivedAt().isAfter(erasedAt)) {
            return; // Who sent it was erased while it lay in the inbox.
        }
        if (isRepetition(form, identity.subjectId(), record.timestamp())) {
            return;
        }
        Record<String, FormSubmitted> taken = traced.withValue(notAhead(identity.normalised(form), now));
        context.forward(taken.withValue(sealed(taken)), FORMS);
        FormStatements.of(taken.value(), identity)
                .forEach(changed -> context.forward(taken.withValue(changed), CHANGES));
        FormLinks.of(taken.value(), identity)
                .forEach(linked ->
                        context.forward(taken.withKey(linked.getSubjectId()).withValue(linked), LINKS));
    }

    /**
     * An id that another's form bears, too, as on a page that was cached, makes neither a repetition; nor of the same sender one
     * that says something else than the last: their no after a yes is meant.
     */
    private boolean isRepetition(FormSubmitted form, String subjectId, long now) {
        Submission here =
                new Submission(subjectId, context.recordMetadata().orElseThrow().offset(), content(form));
        String key = form.getEventId().toString();
        Submission last = last(key, now);
        if (last != null && !last.subjectId().equals(subjectId)) {
            key += "/" + subjectId;
            last = last(key, now);
        }
        if (last != null && last.saysTheSame(here)) {
            return last.offset() != here.offset();
        }
        submissions.put(key, here.text(), now);
        return false;
    }

    /** What the form says, whenever it was sent. */
    private String content(FormSubmitted form) {
        FormSubmitted timeless = FormSubmitted.newBuilder(form)
                .setOccurredAt(Instant.EPOCH)
                .setReceivedAt(Instant.EPOCH)
                .build();
        try {
            return ids.hash(timeless.toByteBuffer());
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes what is written to it", e);
        }
    }

    private FormSubmitted sealed(Record<String, FormSubmitted> taken) {
        FormSubmitted form = taken.value();
        Seal seal = keys.findOrMake(taken).seal();
        return FormSubmitted.newBuilder(form)
                .setSealed(seal.form(form.getPersonal(), taken.key(), form.getEventId()))
                .setPersonal(null)
                .build();
    }

    private static FormSubmitted notAhead(FormSubmitted form, Instant now) {
        Instant at = ClockSkew.notAhead(form.getOccurredAt(), now);
        return at.equals(form.getOccurredAt())
                ? form
                : FormSubmitted.newBuilder(form).setOccurredAt(at).build();
    }

    private Submission last(String key, long now) {
        long kept = ConsentTopology.SUBMISSIONS_KEPT.toMillis();
        Submission last = null;
        try (WindowStoreIterator<String> found = submissions.fetch(key, now - kept, now + kept)) {
            while (found.hasNext()) {
                last = Submission.parse(found.next().value);
            }
        }
        return last;
    }
}
