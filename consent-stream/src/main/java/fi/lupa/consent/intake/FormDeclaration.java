package fi.lupa.consent.intake;

import fi.lupa.event.FormType;
import fi.lupa.event.Scope;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.Will;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@code forms.yaml} says of one form.
 *
 * @param origins the sites whose pages may post it from a browser
 * @param notice version of the privacy notice it shows; null where it shows none
 * @param confirmation whether a consent on it counts only once confirmed
 * @param fields by the form's own field names
 * @param statements by the form's own checkbox names
 */
record FormDeclaration(
        String id,
        FormType type,
        String site,
        SubjectKind subject,
        Set<String> origins,
        String notice,
        boolean confirmation,
        List<String> tags,
        Map<String, Field> fields,
        Map<String, Checkbox> statements) {

    /** What a field is. */
    enum Meaning {
        customerId,
        email,
        phone,
        name,
        organisation,
        position,
        street,
        postalCode,
        city,
        country,
        billing,
        occurredAt,
        language,
        campaignId,
        tag
    }

    /** A field that Lupa understands. */
    record Field(Meaning is, boolean required) {}

    /**
     * A checkbox that says something about permission.
     *
     * @param topic within marketing; null for the whole scope
     * @param unticked what leaving it empty says; null for nothing
     * @param values what a browser sends when it is ticked
     * @param wording the words beside it, by language
     */
    record Checkbox(
            Scope scope, String topic, Will ticked, Will unticked, Set<String> values, Map<String, String> wording) {

        /** The words in the language, else in the first that the declaration gives; null where it gives none. */
        String wording(String language) {
            String own = language == null ? null : wording.get(language);
            return own != null || wording.isEmpty()
                    ? own
                    : wording.values().iterator().next();
        }
    }
}
