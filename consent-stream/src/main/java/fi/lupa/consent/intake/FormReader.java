package fi.lupa.consent.intake;

import fi.lupa.consent.identity.ClockSkew;
import fi.lupa.consent.intake.FormDeclaration.Checkbox;
import fi.lupa.consent.intake.FormDeclaration.Meaning;
import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.identity.ParsedIdentifier;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.event.Collection;
import fi.lupa.event.FormPersonalData;
import fi.lupa.event.FormStatement;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.PostalAddress;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import fi.lupa.schemas.mapping.Words;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Reads one posted form by its declaration, and shows every fault at once. */
final class FormReader {

    /** Names that the door itself understands in any form. */
    static final String KEY = "_key";

    private static final String EVENT_ID = "_eventId";
    private static final String OCCURRED_AT = "_occurredAt";
    private static final String LANGUAGE = "_language";
    static final Set<String> OF_THE_DOOR = Set.of(KEY, EVENT_ID, OCCURRED_AT, LANGUAGE);

    private final FormDeclaration form;
    private final PostedFields posted;
    private final SubjectIds ids;
    private final Instant receivedAt;
    private final List<Fault> faults = new ArrayList<>();
    private final Map<Meaning, String> known = new HashMap<>();
    private final Map<String, String> billing = new HashMap<>();
    private final List<String> tags = new ArrayList<>();
    private final Map<String, String> others = new HashMap<>();

    FormReader(FormDeclaration form, PostedFields posted, SubjectIds ids, Instant receivedAt) {
        this.form = form;
        this.posted = posted;
        this.ids = ids;
        this.receivedAt = receivedAt;
    }

    /**
     * The event that the form is.
     *
     * @param idempotencyKey the caller's own name for this submission; null to take the form's, or a new one
     * @param collection how it came
     * @throws ProblemException 400 with every fault
     */
    FormSubmitted read(String idempotencyKey, Collection collection) {
        sort();
        UUID eventId = eventId(idempotencyKey);
        Instant occurredAt = occurredAt();
        String spoken = language();
        SubjectIds.Identifiers identifiers = identifiers();
        List<FormStatement> statements = statements(spoken, identifiers);
        if (!faults.isEmpty()) {
            throw ProblemException.badRequest(faults);
        }
        return FormSubmitted.newBuilder()
                .setEventId(eventId)
                .setOccurredAt(occurredAt)
                .setReceivedAt(receivedAt)
                .setFormId(form.id())
                .setFormType(form.type())
                .setSite(form.site())
                .setSubjectKind(form.subject())
                .setPersonal(personal(identifiers))
                .setStatements(statements)
                .setNoticeVersion(form.notice())
                .setLanguage(spoken)
                .setTags(tags)
                .setCampaignId(known.get(Meaning.campaignId))
                .setCollection(collection)
                .build();
    }

    /** Each posted field to what its declaration says it is; one that no declaration names is kept under its own name. */
    private void sort() {
        tags.addAll(form.tags());
        form.fields().forEach((name, field) -> {
            String value = posted.first(name);
            if (value == null) {
                if (field.required()) {
                    faults.add(new Fault(name, "This field is required."));
                }
            } else if (field.is() == Meaning.billing) {
                billing.put(name, value);
            } else if (field.is() == Meaning.tag) {
                tags.addAll(posted.all(name));
            } else {
                known.put(field.is(), value);
            }
        });
        posted.values().forEach((name, values) -> {
            boolean declared =
                    form.fields().containsKey(name) || form.statements().containsKey(name);
            if (!declared && !OF_THE_DOOR.contains(name) && !values.isEmpty()) {
                others.put(name, String.join("\n", values));
            }
        });
    }

    private UUID eventId(String idempotencyKey) {
        String given = idempotencyKey == null ? posted.first(EVENT_ID) : idempotencyKey;
        if (given == null) {
            return UUID.randomUUID();
        }
        if (given.length() == 36) {
            try {
                return UUID.fromString(given);
            } catch (IllegalArgumentException e) {
                // told below, as for any other text
            }
        }
        faults.add(new Fault(idempotencyKey == null ? EVENT_ID : "Idempotency-Key", "This is not a UUID."));
        return null;
    }

    private Instant occurredAt() {
        String field = known.containsKey(Meaning.occurredAt) ? nameOf(Meaning.occurredAt) : OCCURRED_AT;
        String given = known.getOrDefault(Meaning.occurredAt, posted.first(OCCURRED_AT));
        if (given == null) {
            return receivedAt;
        }
        try {
            Instant at = Instant.parse(given);
            if (ClockSkew.isTooFarAhead(at, receivedAt)) {
                faults.add(new Fault(
                        field, "This moment lies more than five minutes in the future; set the sender's clock."));
            }
            if (at.isBefore(Instant.EPOCH)) {
                faults.add(new Fault(field, "This moment lies before 1970; check the year."));
            }
            return ClockSkew.notAhead(at.truncatedTo(ChronoUnit.MILLIS), receivedAt);
        } catch (DateTimeParseException e) {
            faults.add(new Fault(field, "This is not a moment; write it as 2026-01-31T09:30:00Z."));
            return null;
        }
    }

    /** The language's two letters; null where the form does not tell. */
    private String language() {
        String given = known.getOrDefault(Meaning.language, posted.first(LANGUAGE));
        if (given == null || given.matches("[A-Za-z]{2}([-_].{1,32})?")) {
            return given == null ? null : given.substring(0, 2).toLowerCase(Locale.ROOT);
        }
        String field = known.containsKey(Meaning.language) ? nameOf(Meaning.language) : LANGUAGE;
        faults.add(new Fault(field, "A language is two letters, as fi."));
        return null;
    }

    private SubjectIds.Identifiers identifiers() {
        SubjectIds.Identifiers identifiers =
                ids.read(known.get(Meaning.customerId), known.get(Meaning.email), known.get(Meaning.phone));
        fault(Meaning.customerId, identifiers.customerId());
        fault(Meaning.email, identifiers.email());
        fault(Meaning.phone, identifiers.phone());
        if (identifiers.customerId() == null && identifiers.email() == null && identifiers.phone() == null) {
            faults.add(new Fault(
                    null,
                    "The form says nothing of who sent it: a customer number, an email address or a phone number."));
        }
        return identifiers;
    }

    private void fault(Meaning meaning, ParsedIdentifier identifier) {
        if (identifier instanceof ParsedIdentifier.Invalid invalid) {
            faults.add(new Fault(nameOf(meaning), invalid.why()));
        }
    }

    private String nameOf(Meaning meaning) {
        return form.fields().entrySet().stream()
                .filter(field -> field.getValue().is() == meaning)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(meaning.name());
    }

    private List<FormStatement> statements(String language, SubjectIds.Identifiers identifiers) {
        List<FormStatement> statements = new ArrayList<>();
        form.statements().forEach((name, box) -> {
            Will will = will(name, box);
            if (will == null) {
                return;
            }
            checkReach(name, box.scope(), will, identifiers);
            statements.add(FormStatement.newBuilder()
                    .setScope(box.scope())
                    .setTopic(box.topic())
                    .setWill(will)
                    .setWording(box.wording(language))
                    .setAwaitsConfirmation(will == Will.GRANT && form.confirmation() && isConfirmable(box.scope()))
                    .build());
        });
        return statements;
    }

    /** A confirmation is asked for at an address or number; a consent that has none counts at once. */
    private static boolean isConfirmable(Scope scope) {
        return Words.same(scope, fi.lupa.permission.Scope.class).consentNeedsContactPoint();
    }

    /** What the box says; null where it says nothing. JSON may send true and false for ticked and not. */
    private Will will(String name, Checkbox box) {
        List<String> values = posted.all(name);
        if (values.isEmpty() || values.equals(List.of("false"))) {
            return box.unticked();
        }
        if (values.stream()
                .allMatch(value -> value.equals("true") || box.values().contains(value))) {
            return box.ticked();
        }
        faults.add(new Fault(
                name,
                "The box was sent with a value that its declaration does not know; ticked is "
                        + String.join(" or ", box.values()) + "."));
        return null;
    }

    /** A consent to be written to needs the address it is given for. */
    private void checkReach(String name, Scope scope, Will will, SubjectIds.Identifiers identifiers) {
        if (will != Will.GRANT) {
            return;
        }
        if (scope == Scope.EMAIL && identifiers.email() == null) {
            faults.add(new Fault(name, "The consent is for email, and no email address was given."));
        }
        if (scope == Scope.MOBILE && identifiers.phone() == null) {
            faults.add(new Fault(name, "The consent is for messages to a mobile phone, and no number was given."));
        }
    }

    private FormPersonalData personal(SubjectIds.Identifiers identifiers) {
        return FormPersonalData.newBuilder()
                .setCustomerId(value(identifiers.customerId()))
                .setEmail(value(identifiers.email()))
                .setPhone(value(identifiers.phone()))
                .setName(known.get(Meaning.name))
                .setOrganisation(known.get(Meaning.organisation))
                .setPosition(known.get(Meaning.position))
                .setAddress(address())
                .setBilling(billing)
                .setFields(others)
                .build();
    }

    private PostalAddress address() {
        if (Set.of(Meaning.street, Meaning.postalCode, Meaning.city).stream().noneMatch(known::containsKey)) {
            return null;
        }
        return PostalAddress.newBuilder()
                .setStreet(known.get(Meaning.street))
                .setPostalCode(known.get(Meaning.postalCode))
                .setCity(known.get(Meaning.city))
                .setCountry(known.get(Meaning.country))
                .build();
    }

    private static String value(ParsedIdentifier identifier) {
        return identifier instanceof ParsedIdentifier.Valid valid ? valid.value() : null;
    }
}
