package fi.lupa.consent.topology;

import fi.lupa.consent.confirmation.Confirmations;
import fi.lupa.consent.identity.FormIdentity;
import fi.lupa.consent.state.ErasedFiles;
import fi.lupa.consent.state.PublishedState;
import fi.lupa.consent.state.SubjectFiles;
import fi.lupa.consent.state.SubjectNotes;
import fi.lupa.consent.topology.History.Kept;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.kafka.TraceHeaders;
import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.edge.sealing.UnopenableException;
import fi.lupa.edge.streams.UnprocessableException;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.RightExercised;
import fi.lupa.event.RightKind;
import fi.lupa.event.SubjectFile;
import fi.lupa.event.SubjectLinked;
import fi.lupa.event.SubjectNote;
import fi.lupa.event.Will;
import fi.lupa.permission.Policy;
import fi.lupa.schemas.mapping.Statements;
import java.time.Duration;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Folds a subject's forms and statements into their file, tells the files of linked subjects, and publishes the outcome.
 *
 * <p>All of it is done again also when an event changes nothing: after a crash the store may know what the topics have not
 * been told. Only what others have passed on is not told for ever.
 */
final class FoldProcessor implements Processor<String, SpecificRecord, String, SpecificRecord> {

    static final String STATE = "write-state";
    static final String STOPS = "write-stops";
    static final String NOTES = "write-notes";

    /** How often what changes nothing is passed on from file to file. */
    private static final int REPEATS = 6;

    private static final Duration REPEATING_TOMBSTONES = Duration.ofHours(1);

    private final SubjectIds ids;
    private final MasterKey master;
    private final Policy policy;
    private final Confirmations confirmations;
    private ProcessorContext<String, SpecificRecord> context;
    private OpenFiles files;
    private History history;
    private ConfirmationRequests requests;
    private Erasures erasures;

    FoldProcessor(SubjectIds ids, MasterKey master, Policy policy, Confirmations confirmations) {
        this.ids = ids;
        this.master = master;
        this.policy = policy;
        this.confirmations = confirmations;
    }

    @Override
    public void init(ProcessorContext<String, SpecificRecord> context) {
        this.context = context;
        this.files = new OpenFiles(master, context);
        this.history = new History(context.getStateStore(ConsentTopology.HISTORY));
        this.requests = new ConfirmationRequests(confirmations, ids, context);
        this.erasures = new Erasures(policy, context, files, history);
        context.schedule(REPEATING_TOMBSTONES, PunctuationType.WALL_CLOCK_TIME, erasures::repeat);
    }

    @Override
    public void process(Record<String, SpecificRecord> read) {
        Record<String, SpecificRecord> record = read.withHeaders(TraceHeaders.of(read.headers()));
        String subjectId = record.key();
        if (subjectId == null || subjectId.isBlank()) {
            throw new UnprocessableException("the record's key names no subject");
        }
        if (record.value() instanceof ConsentChanged changed) {
            said(record, files.open(record), changed);
        } else if (record.value() instanceof FormSubmitted form) {
            submitted(record, form);
        } else if (record.value() instanceof SubjectLinked linked) {
            Validation.checkKey(subjectId, linked.getSubjectId());
            OpenFiles.OpenFile open = files.open(record);
            told(record, open, SubjectFiles.after(open.file(), linked));
        } else if (record.value() instanceof RightExercised right) {
            Validation.checkKey(subjectId, right.getSubjectId());
            erasures.exercised(record, right);
            if (right.getKind() == RightKind.RECTIFIED && right.getContactPointId() != null) {
                OpenFiles.OpenFile open = files.open(record);
                told(
                        record,
                        open,
                        SubjectFiles.retracted(open.file(), right.getContactPointId(), right.getRecordedAt()));
            }
        } else if (record.value() instanceof SubjectNote note) {
            Validation.checkKey(subjectId, note.getSubjectId());
            noted(record, files.open(record), files.opened(note));
        } else {
            throw new UnprocessableException("the record has no value");
        }
    }

    private void submitted(Record<String, SpecificRecord> record, FormSubmitted sealed) {
        FormSubmitted form;
        try {
            form = files.opened(record, sealed);
        } catch (UnopenableException e) {
            throw new UnprocessableException("the form is sealed under a key that its subject does not have");
        }
        OpenFiles.OpenFile open = files.open(record);
        boolean keyIsGone = form.getPersonal() == null && form.getSealed() != null;
        if (keyIsGone || ErasedFiles.isErased(open.file(), form.getReceivedAt())) {
            return; // Erased, and with the key whatever the form told.
        }
        // Under a key that is not its sender's, a form would put its address into another's state.
        FormIdentity identity = FormIdentity.of(form, ids);
        Validation.checkKey(record.key(), identity.subjectId());
        told(record.withValue(form), open, SubjectFiles.after(open.file(), form, identity));
    }

    private void said(Record<String, SpecificRecord> record, OpenFiles.OpenFile open, ConsentChanged written) {
        ConsentChanged changed = Validation.statement(record.key(), written, Instant.ofEpochMilli(record.timestamp()));
        SubjectFile before = open.file();
        boolean ofNobody = ErasedFiles.isGone(before) && bindsContactPoint(changed);
        if (ofNobody || ErasedFiles.isErased(before, changed.getRecordedAt())) {
            // Of the erased only what it stops is still of worth, as a press on an old message's link.
            stoppedElsewhere(record, before, changed);
            return;
        }
        Kept kept = history.said(changed);
        changed = kept.statement();
        SubjectFile after = changed.getWill() == Will.INVALIDATE || kept.replaces()
                ? SubjectFiles.refolded(before, history.saidBy(record.key()))
                : SubjectFiles.after(before, changed);
        if (bindsContactPoint(changed) && changed.getContactPointId().equals(record.key())) {
            after = stopped(record, after, changed);
        } else {
            stoppedElsewhere(record, before, changed);
        }
        told(record, open, after);
    }

    /** Tells the address or number that a no was said for. */
    private void stoppedElsewhere(Record<String, SpecificRecord> record, SubjectFile file, ConsentChanged changed) {
        if (bindsContactPoint(changed)) {
            forward(record, SubjectNotes.stop(file, changed));
        }
    }

    private void noted(Record<String, SpecificRecord> record, OpenFiles.OpenFile open, SubjectNote note) {
        SubjectFile before = open.file();
        if (note.getStop() != null) {
            open.keep(stopped(record, before, note.getStop()));
            return;
        }
        SubjectFile after = note.getJoined() == null ? before : SubjectFiles.after(before, note.getJoined());
        if (note.getErasedAt() != null) {
            after = SubjectFiles.parted(after, note.getFrom(), note.getErasedAt());
        }
        if (note.getTellsSameAs()) {
            after = SubjectFiles.afterSameAs(after, note.getFrom(), note.getSameAs());
        }
        told(record, open, after);
    }

    /** Keeps the file, publishes what it comes to, and tells the linked. */
    private void told(Record<String, SpecificRecord> record, OpenFiles.OpenFile open, SubjectFile after) {
        SubjectFile revised = PublishedState.revised(open.file(), after, policy);
        open.keep(revised);
        if (ErasedFiles.isGone(revised)) {
            return; // The tombstone stands.
        }
        ConsentState published = PublishedState.of(revised, policy);
        context.forward(record.withValue(open.published(published)), STATE);
        requests.afterFold(published, record);
        int passedOn = record.value() instanceof SubjectNote note ? note.getPassedOn() : 0;
        if (passedOn < REPEATS || !revised.equals(open.file())) {
            SubjectNotes.notes(record.value(), revised, passedOn).forEach(note -> forward(record, note));
        }
    }

    /** Takes a no, or its correction, into the stops of the address or number it was said for, and publishes them. */
    private SubjectFile stopped(Record<String, SpecificRecord> record, SubjectFile file, ConsentChanged stop) {
        Kept kept = history.stopped(stop);
        SubjectFile after = stop.getWill() == Will.INVALIDATE || kept.replaces()
                ? SubjectFiles.refoldedStops(file, history.stopsOf(record.key()))
                : SubjectFiles.afterStop(file, kept.statement());
        context.forward(record.withValue(new ContactPointStop(record.key(), after.getStops())), STOPS);
        return after;
    }

    private void forward(Record<String, SpecificRecord> record, SubjectNote note) {
        context.forward(record.withKey(note.getSubjectId()).withValue(files.sealed(note)), NOTES);
    }

    private static boolean bindsContactPoint(ConsentChanged changed) {
        return changed.getContactPointId() != null
                && (changed.getWill() == Will.INVALIDATE
                        || Statements.of(changed).stopsContactPoint());
    }
}
