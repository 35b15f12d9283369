package fi.lupa.consent.rights;

import fi.lupa.consent.controller.Controller;
import fi.lupa.consent.pages.Texts;
import fi.lupa.consent.query.ConsentsView.ScopeView;
import fi.lupa.consent.query.HistoryEntry;
import fi.lupa.consent.rights.AccessReport.Address;
import fi.lupa.consent.rights.AccessReport.Asked;
import fi.lupa.consent.rights.AccessReport.Cleared;
import fi.lupa.consent.rights.AccessReport.Dated;
import fi.lupa.consent.rights.AccessReport.Form;
import fi.lupa.consent.rights.AccessReport.Handler;
import fi.lupa.consent.rights.AccessReport.Link;
import fi.lupa.consent.rights.AccessReport.Person;
import fi.lupa.consent.rights.AccessReport.Place;
import fi.lupa.consent.rights.AccessReport.Sender;
import fi.lupa.consent.rights.AccessReport.Stop;
import fi.lupa.consent.rights.AccessReport.Suppressed;
import fi.lupa.consent.rights.AccessReport.Ticked;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A report in the reader's words: sections of entries, each a list of facts. */
public final class ReportPage {

    /** From here on kept so long is told in days. */
    private static final long HOURS_OF_TWO_DAYS = 48;

    private final Texts texts;
    private final Texts words;
    private final Locale locale;
    private final List<Section> sections = new ArrayList<>();

    private ReportPage(Texts texts) {
        this.texts = texts;
        this.words = Texts.of("statement", texts.locale());
        this.locale = texts.locale().equals(Locale.ENGLISH) ? Locale.UK : texts.locale();
    }

    /**
     * A part of the page.
     *
     * @param intro null for none
     */
    public record Section(String id, String title, String intro, List<Entry> entries) {}

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

    static List<Section> of(AccessReport report, Optional<Controller> controller, Texts texts) {
        ReportPage page = new ReportPage(texts);
        page.section("person", Stream.of(report.person()), page::person);
        page.section("inForce", report.inForce().stream(), page::inForce);
        page.section("statements", report.statements().stream(), page::statement);
        page.section("stops", report.stops().stream(), page::stop);
        page.section("forms", report.forms().stream(), page::form);
        page.section("cleared", report.messages().cleared().stream(), page::cleared);
        page.section("suppressed", report.messages().suppressed().stream(), page::suppressed);
        page.section("asked", report.messages().asked().stream(), page::asked);
        page.section("requests", report.requests().stream(), page::request);
        page.section("rights", report.rights().stream(), page::exercised);
        page.section("names", Stream.of(report), page::names);
        page.section("links", report.links().stream(), page::link);
        page.section("processors", report.processors().stream(), page::handler);
        page.section("copies", report.copies().stream(), page::place);
        if (controller.isPresent()) {
            page.section("retention", report.retention().stream(), page::sentence);
            page.section("controller", controller.stream(), page::controller);
        }
        return page.sections;
    }

    private <T> void section(String id, Stream<T> stored, Function<T, Entry> entry) {
        sections.add(new Section(
                id,
                texts.get("section." + id),
                texts.get("intro." + id),
                stored.map(entry).toList()));
    }

    private Facts facts() {
        return new Facts();
    }

    /** What is stored, named in the reader's language; what is not stored is left out. */
    private final class Facts {

        private final List<Fact> all = new ArrayList<>();

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

    private Entry sentence(String sentence) {
        return new Entry(null, facts().add("kept", sentence).all);
    }

    private Entry person(Person person) {
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

    private Entry inForce(ScopeView scope) {
        Facts facts = facts().word("status", scope.status()).at("since", scope.since());
        if (scope.because() != null) {
            facts.add(
                    "because",
                    "%s, %s"
                            .formatted(
                                    will(scope.because().will()),
                                    door(scope.because().door())));
        }
        return new Entry(scope(scope.scope()), facts.all);
    }

    private Entry statement(HistoryEntry said) {
        return new Entry(
                "%s: %s".formatted(scope(said.scope()), will(said.will().name())),
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

    private Entry stop(Stop stop) {
        return new Entry(
                "%s: %s"
                        .formatted(
                                scope(stop.statement().scope()),
                                will(stop.statement().will())),
                facts().add("stopped", stop.value())
                        .id("contactPointId", stop.contactPointId())
                        .at("saidAt", stop.statement().occurredAt())
                        .add("door", door(stop.statement().door()))
                        .at("validUntil", stop.statement().validUntil())
                        .all);
    }

    private Entry form(Form form) {
        Sender sender = form.sender();
        Facts facts = facts().at("sentAt", form.occurredAt())
                .at("receivedAt", form.receivedAt())
                .add("site", form.site())
                .word("collection", form.collection())
                .add("customerId", sender.customerId())
                .add("EMAIL", sender.email())
                .add("PHONE", sender.phone())
                .add("name", sender.name())
                .add("organisation", sender.organisation())
                .add("position", sender.position())
                .add("POSTAL", line(sender.address()))
                .named(sender.billing())
                .named(sender.fields());
        for (Ticked said : form.statements()) {
            facts.add(
                    "said",
                    Stream.of(scope(said.scope()) + ": " + will(said.will().name()), said.wording())
                            .filter(Objects::nonNull)
                            .collect(Collectors.joining(" – ")));
        }
        return new Entry(
                form.formId(),
                facts.many("tags", form.tags())
                        .add("notice", form.noticeVersion())
                        .add("language", form.language())
                        .add("campaign", form.campaignId())
                        .id("under", form.subjectId())
                        .id("id", form.eventId())
                        .all);
    }

    private static String line(Address address) {
        return address == null
                ? null
                : Stream.of(address.street(), address.postalCode(), address.city(), address.country())
                        .filter(part -> part != null && !part.isBlank())
                        .collect(Collectors.joining(", "));
    }

    private Entry cleared(Cleared message) {
        return new Entry(
                message.messageId(),
                facts().add("campaign", message.campaignId())
                        .word("channel", message.channel())
                        .word("purpose", message.purpose())
                        .add("to", message.contactPoint())
                        .add("template", message.template())
                        .named(message.parameters())
                        .at("decidedAt", message.decidedAt())
                        .add("policy", message.policyVersion())
                        .all);
    }

    private Entry suppressed(Suppressed message) {
        return new Entry(
                message.messageId(),
                facts().add("campaign", message.campaignId())
                        .word("channel", message.channel())
                        .add(
                                "reasons",
                                message.reasons().stream()
                                        .map(reason -> texts.get("reason." + reason.name()))
                                        .collect(Collectors.joining(" ")))
                        .at("decidedAt", message.decidedAt())
                        .add("policy", message.policyVersion())
                        .all);
    }

    private Entry asked(Asked message) {
        return new Entry(
                message.messageId(),
                facts().add("campaign", message.campaignId())
                        .word("channel", message.channel())
                        .add("template", message.template())
                        .named(message.parameters())
                        .at("askedAt", message.requestedAt())
                        .all);
    }

    private Entry request(Request request) {
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

    private Entry exercised(Exercised done) {
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

    private Entry names(AccessReport report) {
        return new Entry(
                null,
                facts().id("pseudonym", report.subjectId())
                        .many("alsoKnownAs", report.alsoKnownAs())
                        .id("possibleDuplicates", report.possibleDuplicates() == 0 ? null : report.possibleDuplicates())
                        .all);
    }

    private Entry link(Link link) {
        return new Entry(
                texts.get(link.linked() ? "linked" : "parted"),
                facts().id("pseudonym", link.subjectId())
                        .id("sameAs", link.sameAs())
                        .word("linkGround", link.ground())
                        .at("recordedAt", link.recordedAt())
                        .add("recordedBy", link.recordedBy())
                        .add("evidence", link.evidence())
                        .id("causedBy", link.causedBy())
                        .all);
    }

    private Entry handler(Handler handler) {
        return new Entry(
                handler.name(),
                facts().add("country", country(handler.country()))
                        .word("basis", handler.basis())
                        .add("purposeOf", handler.purpose())
                        .many("campaigns", handler.campaigns())
                        .all);
    }

    private Entry place(Place place) {
        String kept =
                switch (place.kept()) {
                    case FOR_A_TIME ->
                        place.hours() < HOURS_OF_TWO_DAYS
                                ? texts.get("kept.hours", place.hours())
                                : texts.get("kept.days", place.hours() / 24);
                    case UNTIL_REPLACED, FOR_GOOD ->
                        texts.get("kept." + place.kept().name());
                };
        String family = place.topic().replaceFirst("^(campaign\\.cleared|audience)\\..*", "$1");
        return new Entry(
                place.topic(),
                facts().add("holds", texts.get("topic." + family)).add("kept", kept).all);
    }

    private Entry controller(Controller known) {
        return new Entry(
                known.name(),
                facts().add("businessId", known.businessId())
                        .add("POSTAL", known.address().line(locale))
                        .add("EMAIL", known.email())
                        .add("PHONE", known.phone())
                        .add(
                                "dpo",
                                known.dpo() == null
                                        ? null
                                        : Stream.of(
                                                        known.dpo().name(),
                                                        known.dpo().email(),
                                                        known.dpo().phone())
                                                .filter(Objects::nonNull)
                                                .collect(Collectors.joining(", ")))
                        .add(
                                "storedIn",
                                known.storedIn().stream().map(this::country).collect(Collectors.joining(", ")))
                        .add("noticeUrl", Controller.in(known.privacyNotice(), texts.language()))
                        .all);
    }

    private String country(String code) {
        return new Locale("", code).getDisplayCountry(locale);
    }

    private String scope(Enum<?> scope) {
        return words.get("scope." + scope.name());
    }

    private String will(String will) {
        return texts.get("will." + will);
    }

    private String door(String door) {
        // Statements never come by an erasure, whose stops receipts do not show.
        return (door.equals("ERASURE") ? texts : words).get("door." + door);
    }
}
