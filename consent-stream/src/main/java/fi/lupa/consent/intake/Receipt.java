package fi.lupa.consent.intake;

import fi.lupa.event.FormStatement;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * The answer to a form that is on disk: what was understood of it, and what was only kept.
 *
 * @param identifiers what the sender is known by, in the one form of each
 * @param statements what will count of what was ticked
 * @param keptFields names of the fields that were kept without being understood
 */
record Receipt(
        UUID eventId,
        String formId,
        Instant occurredAt,
        Instant receivedAt,
        Map<String, String> identifiers,
        List<Understood> statements,
        List<String> keptFields) {

    /**
     * One statement, as it was understood.
     *
     * @param topic within marketing; null for the whole scope
     * @param receipt link to the person's receipt; null where receipts are not signed
     */
    record Understood(Scope scope, String topic, Will will, String wording, boolean awaitsConfirmation, URI receipt) {

        static Understood of(FormStatement statement, URI receipt) {
            return new Understood(
                    statement.getScope(),
                    statement.getTopic(),
                    statement.getWill(),
                    statement.getWording(),
                    statement.getAwaitsConfirmation(),
                    receipt);
        }
    }

    /** @param receipts links to the receipts of the form's statements, in their order; null where they are not signed */
    static Receipt of(FormSubmitted form, List<URI> receipts) {
        Map<String, String> identifiers = new TreeMap<>();
        put(identifiers, "customerId", form.getPersonal().getCustomerId());
        put(identifiers, "email", form.getPersonal().getEmail());
        put(identifiers, "phone", form.getPersonal().getPhone());
        return new Receipt(
                form.getEventId(),
                form.getFormId(),
                form.getOccurredAt(),
                form.getReceivedAt(),
                identifiers,
                IntStream.range(0, form.getStatements().size())
                        .mapToObj(i ->
                                Understood.of(form.getStatements().get(i), receipts == null ? null : receipts.get(i)))
                        .toList(),
                form.getPersonal().getFields().keySet().stream().sorted().toList());
    }

    private static void put(Map<String, String> identifiers, String name, String value) {
        if (value != null) {
            identifiers.put(name, value);
        }
    }

    @Override
    public String toString() {
        return "Receipt[" + eventId + "]";
    }
}
