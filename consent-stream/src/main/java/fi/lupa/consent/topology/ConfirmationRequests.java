package fi.lupa.consent.topology;

import fi.lupa.consent.confirmation.ConfirmationMessage;
import fi.lupa.consent.confirmation.Confirmations;
import fi.lupa.consent.confirmation.Token;
import fi.lupa.consent.identity.FormIdentity;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.DatedText;
import fi.lupa.event.FormStatement;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.PendingConfirmation;
import fi.lupa.event.StatePersonalData;
import fi.lupa.permission.Scope;
import fi.lupa.schemas.mapping.Words;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Asks for the confirmation of a consent when it begins to wait for one.
 *
 * <p>A form and its statements come by two topics, in either order; the later of the two finds both the pending consent and
 * the address to ask at. Each statement is asked about once. Only the very record it was asked upon, read again after a
 * crash, asks again: the message may not have been written. Both links then work until one is used.
 */
final class ConfirmationRequests {

    static final String SINK = "ask-confirmation";

    private final Confirmations confirmations;
    private final SubjectIds ids;
    private final SecureRandom random = new SecureRandom();
    private final ProcessorContext<String, SpecificRecord> context;
    private final WindowStore<String, PendingConfirmation> asked;

    ConfirmationRequests(
            Confirmations confirmations, SubjectIds ids, ProcessorContext<String, SpecificRecord> context) {
        this.confirmations = confirmations;
        this.ids = ids;
        this.context = context;
        this.asked = context.getStateStore(Confirmations.STORE);
    }

    /** @param state as it is published after the record was folded */
    void afterFold(ConsentState state, Record<String, SpecificRecord> record) {
        Instant now = Instant.ofEpochMilli(record.timestamp());
        for (ConsentChanged said : saidBy(record.value())) {
            boolean confirmable = said.getAwaitsConfirmation()
                    && Words.same(said.getScope(), Scope.class).consentNeedsContactPoint();
            if (confirmable
                    && Confirmations.awaits(state, said.getScope(), said.getContactPointId(), said.getEventId(), now)) {
                ask(said, state, record, now);
            }
        }
    }

    private List<ConsentChanged> saidBy(SpecificRecord event) {
        if (event instanceof ConsentChanged changed) {
            return List.of(changed);
        }
        boolean asks = event instanceof FormSubmitted form
                && form.getStatements().stream().anyMatch(FormStatement::getAwaitsConfirmation);
        return asks ? FormStatements.of((FormSubmitted) event, FormIdentity.of((FormSubmitted) event, ids)) : List.of();
    }

    private void ask(ConsentChanged said, ConsentState state, Record<String, SpecificRecord> record, Instant now) {
        StatePersonalData personal = state.getPersonal();
        String address = personal == null ? null : personal.getContactPoints().get(said.getContactPointId());
        String here = here();
        String askedKey = Confirmations.asked(said.getEventId());
        Optional<PendingConfirmation> before = confirmations.find(asked, askedKey, now);
        if (address == null
                || before.filter(known -> !known.getAskedUpon().equals(here)).isPresent()) {
            return;
        }
        Token token = Token.from(random);
        DatedText language = state.getLanguage();
        PendingConfirmation pending = PendingConfirmation.newBuilder()
                .setStatementId(said.getEventId())
                .setSubjectId(state.getSubjectId())
                .setScope(said.getScope())
                .setContactPointId(said.getContactPointId())
                .setNoticeVersion(said.getNoticeVersion())
                .setWording(said.getWording())
                .setLanguage(language == null ? null : language.getValue())
                // By the record's time, not the machine's: history read again asks nobody anew.
                .setExpiresAt(now.plus(confirmations.within()))
                .setAskedUpon(here)
                .build();
        asked.put(token.hash(), pending, record.timestamp());
        asked.put(askedKey, pending, record.timestamp());
        context.forward(
                record.withValue(ConfirmationMessage.of(pending, address, confirmations.link(token), now)), SINK);
    }

    /** Where the record lies that is being folded. */
    private String here() {
        return context.recordMetadata()
                .map(metadata -> "%s-%d@%d".formatted(metadata.topic(), metadata.partition(), metadata.offset()))
                .orElseThrow();
    }
}
