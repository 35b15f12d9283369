package fi.lupa.consent.rights;

import fi.lupa.consent.pages.Texts;
import fi.lupa.consent.query.ConsentsView.ScopeView;
import fi.lupa.consent.query.ContactEntry;
import fi.lupa.consent.query.HistoryEntry;
import fi.lupa.consent.rights.AccessReport.Dated;
import fi.lupa.consent.rights.AccessReport.Person;
import fi.lupa.consent.rights.AccessReport.Stop;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What is stored about a person in the reader's words, thing by thing: on their own report, and on the console. */
public final class Entries {

    private final Texts texts;

    /** @param texts with the words of a report and of statements */
    public Entries(Texts texts) {
        this.texts = texts;
    }

    /**
     * One thing that is stored.
     *
     * @param title null where the section's is enough
     */
    public record Entry(String title, List<Fact> facts) {}

    /** A name and what is stored under it. */
    public record Fact(String name, String value) {
        @Override
        public String toString() {
            return name + " (hidden)";
        }
    }

    Facts facts() {
        return new Facts();
    }

    /** What is stored, named in the reader's language; what is not stored is left out. */
    final class Facts {

        private final List<Fact> all = new ArrayList<>();

        List<Fact> all() {
            return all;
        }

        Facts add(String name, String value) {
            if (value != null && !value.isBlank()) {
                all.add(new Fact(texts.get("field." + name), value));
            }
            return this;
        }

        Facts add(String name, Dated text) {
            return text == null ? this : add(name, "%s (%s)".formatted(text.value(), texts.moment(text.since())));
        }

        Facts at(String name, Instant moment) {
            return moment == null ? this : add(name, texts.moment(moment));
        }

        Facts word(String name, Enum<?> word) {
            return word == null ? this : add(name, texts.get(name + "." + word.name()));
        }

        Facts id(String name, Object id) {
            return add(name, Objects.toString(id, null));
        }

        Facts many(String name, List<String> values) {
            return add(name, String.join(", ", values));
        }

        /** What has no name of ours goes by its own. */
        Facts named(Map<String, String> values) {
            new TreeMap<>(values).forEach((name, value) -> all.add(new Fact(name, value)));
            return this;
        }
    }

    public Entry person(Person person) {
        Facts facts = facts().add("customerId", person.customerId())
                .add("name", person.name())
                .add("organisation", person.organisation())
                .add("position", person.position());
        person.contactPoints()
                .forEach(point -> facts.add(
                        point.kind().name(),
                        "%s (%s)"
                                .formatted(
                                        Objects.requireNonNullElse(point.value(), point.id())
                                                .replace("\n", ", "),
                                        texts.get("given", texts.moment(point.first()), texts.moment(point.since())))));
        return new Entry(
                null,
                facts.add("language", person.language())
                        .many("tags", person.tags())
                        .at("registeredAt", person.registeredAt())
                        .word("customership", person.customership())
                        .word("kind", person.kind())
                        .all);
    }

    public Entry inForce(ScopeView scope) {
        Facts facts = facts().word("status", scope.status()).at("since", scope.since());
        if (scope.because() != null) {
            facts.add(
                    "because",
                    "%s, %s"
                            .formatted(
                                    will(scope.because().will()),
                                    door(scope.because().door())));
        }
        return new Entry(scope(scope.scope(), scope.topic()), facts.all);
    }

    public Entry statement(HistoryEntry said) {
        return new Entry(
                "%s: %s"
                        .formatted(
                                scope(said.scope(), said.topic()),
                                will(said.will().name())),
                facts().at("saidAt", said.occurredAt())
                        .at("recordedAt", said.recordedAt())
                        .add("door", door(said.door().name()))
                        .add("waits", said.awaitsConfirmation() ? texts.get("yes") : null)
                        .add("wording", said.wording())
                        .add("notice", said.noticeVersion())
                        .add("evidence", said.evidence())
                        .add("recordedBy", said.recordedBy())
                        .id("contactPointId", said.contactPointId())
                        .at("validUntil", said.validUntil())
                        .id("causedBy", said.causedBy())
                        .id("about", said.about())
                        .id("under", said.subjectId())
                        .id("id", said.eventId())
                        .all);
    }

    /** @param address that the message went to; null where it is the person's no more */
    public Entry contact(ContactEntry contact, String address) {
        return new Entry(
                contact.campaignId(),
                facts().word("channel", contact.channel())
                        .add("to", address)
                        .word("purpose", contact.purpose())
                        .id("id", contact.messageId())
                        .all());
    }

    public Entry stop(Stop stop) {
        return new Entry(
                "%s: %s"
                        .formatted(
                                scope(stop.statement().scope(), null),
                                will(stop.statement().will())),
                facts().add("stopped", stop.value())
                        .id("contactPointId", stop.contactPointId())
                        .at("saidAt", stop.statement().occurredAt())
                        .add("door", door(stop.statement().door()))
                        .at("validUntil", stop.statement().validUntil())
                        .all);
    }

    public Entry request(Request request) {
        return new Entry(
                texts.get("right." + request.right().name()),
                facts().at("receivedAt", request.receivedAt())
                        .at("due", request.due())
                        .add("ground", request.ground())
                        .add("evidence", request.evidence())
                        .at("extendedAt", request.extendedAt())
                        .add("extendedBecause", request.extendedBecause())
                        .at("closedAt", request.closedAt())
                        .word("outcome", request.outcome())
                        .add("closedBecause", request.closedBecause())
                        .add("closingEvidence", request.closingEvidence())
                        .id("id", request.requestId())
                        .all);
    }

    public Entry exercised(Exercised done) {
        return new Entry(
                texts.get("done." + done.kind().name()),
                facts().at("recordedAt", done.recordedAt())
                        .add("recordedBy", done.recordedBy())
                        .add("ground", done.ground())
                        .add("evidence", done.evidence())
                        .add("identityCheck", done.identityCheck())
                        .many("corrected", done.corrected())
                        .id("removed", done.contactPointId())
                        .id("id", done.eventId())
                        .all);
    }

    /** @param topic within marketing; null for the whole scope */
    public String scope(Enum<?> scope, String topic) {
        String name = texts.get("scope." + scope.name());
        return topic == null ? name : "%s (%s)".formatted(name, topic);
    }

    public String will(String will) {
        return texts.get("will." + will);
    }

    public String door(String door) {
        return texts.get("door." + door);
    }
}
