package fi.lupa.consent.rights;

import fi.lupa.consent.controller.Controller;
import fi.lupa.consent.pages.Texts;
import fi.lupa.consent.rights.AccessReport.Address;
import fi.lupa.consent.rights.AccessReport.Asked;
import fi.lupa.consent.rights.AccessReport.Cleared;
import fi.lupa.consent.rights.AccessReport.Form;
import fi.lupa.consent.rights.AccessReport.Handler;
import fi.lupa.consent.rights.AccessReport.Link;
import fi.lupa.consent.rights.AccessReport.Place;
import fi.lupa.consent.rights.AccessReport.Sender;
import fi.lupa.consent.rights.AccessReport.Suppressed;
import fi.lupa.consent.rights.AccessReport.Ticked;
import fi.lupa.consent.rights.Entries.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A report in the reader's words: sections of entries, each a list of facts. */
public final class ReportPage {

    /** From here on kept so long is told in days. */
    private static final long HOURS_OF_TWO_DAYS = 48;

    private final Texts texts;
    private final Entries entries;
    private final Locale locale;
    private final List<Section> sections = new ArrayList<>();

    private ReportPage(Texts texts) {
        this.texts = texts;
        this.entries = new Entries(texts.over("statement"));
        this.locale = texts.locale().equals(Locale.ENGLISH) ? Locale.UK : texts.locale();
    }

    /**
     * A part of the page.
     *
     * @param intro null for none
     */
    public record Section(String id, String title, String intro, List<Entry> entries) {}

    static List<Section> of(AccessReport report, Optional<Controller> controller, Texts texts) {
        ReportPage page = new ReportPage(texts);
        page.section("person", Stream.of(report.person()), page.entries::person);
        page.section("inForce", report.inForce().stream(), page.entries::inForce);
        page.section("statements", report.statements().stream(), page.entries::statement);
        page.section("stops", report.stops().stream(), page.entries::stop);
        page.section("forms", report.forms().stream(), page::form);
        page.section("cleared", report.messages().cleared().stream(), page::cleared);
        page.section("suppressed", report.messages().suppressed().stream(), page::suppressed);
        page.section("asked", report.messages().asked().stream(), page::asked);
        page.section("requests", report.requests().stream(), page.entries::request);
        page.section("rights", report.rights().stream(), page.entries::exercised);
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

    private Entry sentence(String sentence) {
        return new Entry(null, entries.facts().add("kept", sentence).all());
    }

    private Entry form(Form form) {
        Sender sender = form.sender();
        Entries.Facts facts = entries.facts()
                .at("sentAt", form.occurredAt())
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
                    Stream.of(
                                    entries.scope(said.scope(), said.topic()) + ": "
                                            + entries.will(said.will().name()),
                                    said.wording())
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
                        .all());
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
                entries.facts()
                        .add("campaign", message.campaignId())
                        .word("channel", message.channel())
                        .word("purpose", message.purpose())
                        .add("to", message.contactPoint())
                        .add("template", message.template())
                        .named(message.parameters())
                        .at("decidedAt", message.decidedAt())
                        .add("policy", message.policyVersion())
                        .all());
    }

    private Entry suppressed(Suppressed message) {
        return new Entry(
                message.messageId(),
                entries.facts()
                        .add("campaign", message.campaignId())
                        .word("channel", message.channel())
                        .add(
                                "reasons",
                                message.reasons().stream()
                                        .map(reason -> texts.get("reason." + reason.name()))
                                        .collect(Collectors.joining(" ")))
                        .at("decidedAt", message.decidedAt())
                        .add("policy", message.policyVersion())
                        .all());
    }

    private Entry asked(Asked message) {
        return new Entry(
                message.messageId(),
                entries.facts()
                        .add("campaign", message.campaignId())
                        .word("channel", message.channel())
                        .add("template", message.template())
                        .named(message.parameters())
                        .at("askedAt", message.requestedAt())
                        .all());
    }

    private Entry names(AccessReport report) {
        return new Entry(
                null,
                entries.facts()
                        .id("pseudonym", report.subjectId())
                        .many("alsoKnownAs", report.alsoKnownAs())
                        .id("possibleDuplicates", report.possibleDuplicates() == 0 ? null : report.possibleDuplicates())
                        .all());
    }

    private Entry link(Link link) {
        return new Entry(
                texts.get(link.linked() ? "linked" : "parted"),
                entries.facts()
                        .id("pseudonym", link.subjectId())
                        .id("sameAs", link.sameAs())
                        .word("linkGround", link.ground())
                        .at("recordedAt", link.recordedAt())
                        .add("recordedBy", link.recordedBy())
                        .add("evidence", link.evidence())
                        .id("causedBy", link.causedBy())
                        .all());
    }

    private Entry handler(Handler handler) {
        return new Entry(
                handler.name(),
                entries.facts()
                        .add("country", country(handler.country()))
                        .word("basis", handler.basis())
                        .add("purposeOf", handler.purpose())
                        .many("campaigns", handler.campaigns())
                        .all());
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
                entries.facts()
                        .add("holds", texts.get("topic." + family))
                        .add("kept", kept)
                        .all());
    }

    private Entry controller(Controller known) {
        return new Entry(
                known.name(),
                entries.facts()
                        .add("businessId", known.businessId())
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
                        .all());
    }

    private String country(String code) {
        return new Locale("", code).getDisplayCountry(locale);
    }
}
