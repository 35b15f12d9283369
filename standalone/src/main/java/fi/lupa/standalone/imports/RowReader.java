package fi.lupa.standalone.imports;

import fi.lupa.edge.identity.ParsedIdentifier;
import fi.lupa.edge.identity.ParsedIdentifier.Invalid;
import fi.lupa.edge.identity.ParsedIdentifier.Valid;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.event.Collection;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.FormPersonalData;
import fi.lupa.event.FormStatement;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.FormType;
import fi.lupa.event.PostalAddress;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import fi.lupa.standalone.imports.Mapping.Meaning;
import fi.lupa.standalone.imports.Mapping.Rule;
import fi.lupa.standalone.imports.Row.Consent;
import fi.lupa.standalone.imports.Row.Refused;
import fi.lupa.standalone.imports.Row.Said;
import fi.lupa.standalone.imports.Row.Stop;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads what rows say. The same row gives the same events, ids included. */
final class RowReader {

    /** As far as any sender's clock may be ahead. */
    private static final Duration MOST_AHEAD = Duration.ofMinutes(5);

    private static final Map<String, String> COUNTRIES = countries();

    private final Mapping mapping;
    private final Columns columns;
    private final SubjectIds ids;
    private final Given given;
    private final Moments moments;

    /**
     * What holds for the whole list.
     *
     * @param zone of moments without one
     * @param asOf when the list was exported; null where every row tells when it was said
     * @param validUntil when the stops of a national list end; null where the list tells
     * @param evidence where the proof lies
     * @param now when it is imported
     */
    record Given(ZoneId zone, Instant asOf, Instant validUntil, String evidence, Instant now) {}

    RowReader(Mapping mapping, Columns columns, SubjectIds ids, Given given) {
        this.mapping = mapping;
        this.columns = columns;
        this.ids = ids;
        this.given = given;
        this.moments = new Moments(mapping.dates(), given.zone());
    }

    Row read(List<String> cells) {
        if (cells.size() != columns.width()) {
            return new Refused(
                    null, "The row has another number of fields than the header; a quotation mark may be missing.");
        }
        try {
            return new OfRow(cells).read();
        } catch (Refusal e) {
            return e.refused;
        }
    }

    /** Ends the reading of one row. */
    private static final class Refusal extends RuntimeException {
        private final transient Refused refused;

        Refusal(String column, String why) {
            super(why, null, false, false);
            this.refused = new Refused(column, why);
        }
    }

    private final class OfRow {

        private final List<String> cells;
        private final List<Refused> leftOut = new ArrayList<>();

        OfRow(List<String> cells) {
            this.cells = cells;
        }

        Row read() {
            // Of what a row says about a scope, a stop goes before a consent, whatever order the mapping has.
            Map<Scope, Rule> said = new EnumMap<>(Scope.class);
            for (Rule rule : columns.rules()) {
                if (rule.when().stream().allMatch(condition -> columns.holds(cells, condition))) {
                    said.merge(rule.scope(), rule, (first, next) -> next.stops() && !first.stops() ? next : first);
                }
            }
            if (said.isEmpty()) {
                return new Row.Read(List.of(), List.of());
            }
            Identified who = new Identified(said.values());
            List<Said> statements = new ArrayList<>();
            for (Rule rule : said.values()) {
                statements.add(rule.stops() ? stop(rule, who) : consent(rule, who));
            }
            return new Row.Read(statements, leftOut);
        }

        private Stop stop(Rule rule, Identified who) {
            Valid point = who.needed(rule);
            String about = ids.id(point);
            boolean ofPoint = kind(rule.scope()) != null;
            Instant occurredAt = occurredAt(rule);
            Instant validUntil = validUntil(rule);
            ConsentChanged changed = ConsentChanged.newBuilder()
                    .setEventId(id(about, rule, occurredAt, rule.door() + "|" + validUntil))
                    .setSubjectId(about)
                    .setScope(rule.scope())
                    .setWill(rule.will())
                    .setContactPointId(ofPoint ? about : null)
                    .setOccurredAt(occurredAt)
                    .setRecordedAt(given.now())
                    .setDoor(rule.door())
                    .setRecordedBy("import:" + mapping.name())
                    .setNoticeVersion(mapping.notice())
                    .setWording(rule.wording())
                    .setEvidence(given.evidence())
                    .setValidUntil(validUntil)
                    .build();
            return new Stop(rule.scope(), about, Set.of(about), changed);
        }

        private Consent consent(Rule rule, Identified who) {
            Valid needed = who.needed(rule);
            String subject = who.strongest(rule);
            Instant occurredAt = occurredAt(rule);
            FormSubmitted form = FormSubmitted.newBuilder()
                    .setEventId(id(subject, rule, occurredAt, ids.id(needed)))
                    .setOccurredAt(occurredAt)
                    .setReceivedAt(given.now())
                    .setFormId("import:" + mapping.name())
                    .setFormType(FormType.OTHER)
                    .setSite(mapping.source())
                    .setSubjectKind(mapping.subject())
                    .setPersonal(who.personal())
                    .setStatements(List.of(FormStatement.newBuilder()
                            .setScope(rule.scope())
                            .setWill(Will.GRANT)
                            .setWording(rule.wording())
                            .build()))
                    .setNoticeVersion(mapping.notice())
                    .setLanguage(language())
                    .setTags(mapping.tags())
                    .setCollection(Collection.IMPORTED)
                    .build();
            String about = kind(rule.scope()) == null ? subject : ids.id(needed);
            return new Consent(rule.scope(), about, who.all(about), subject, form);
        }

        private UUID id(String subject, Rule rule, Instant occurredAt, String more) {
            return UUID.nameUUIDFromBytes(
                    Stream.of("import", mapping.name(), subject, rule.scope(), rule.will(), occurredAt, more)
                            .map(String::valueOf)
                            .collect(Collectors.joining("|"))
                            .getBytes(StandardCharsets.UTF_8));
        }

        private Instant occurredAt(Rule rule) {
            String written = columns.value(cells, rule.occurredAt());
            if (written == null) {
                if (given.asOf() == null) {
                    throw new Refusal(
                            rule.occurredAt() == null
                                    ? null
                                    : rule.occurredAt().names().get(0),
                            "The row does not tell when it was said; give --as-of, the day the list was exported.");
                }
                return given.asOf();
            }
            String column = rule.occurredAt().names().get(0);
            Instant at = moments.read(written)
                    .orElseThrow(() -> new Refusal(
                            column, "This is not a moment that the mapping can read; name its pattern under dates."));
            if (at.isAfter(given.now().plus(MOST_AHEAD))) {
                throw new Refusal(column, "This moment lies in the future; check the time zone.");
            }
            if (at.isBefore(Instant.EPOCH)) {
                throw new Refusal(column, "This moment lies before 1970; check the year.");
            }
            return at.truncatedTo(ChronoUnit.MILLIS);
        }

        private Instant validUntil(Rule rule) {
            String written = columns.value(cells, rule.validUntilColumn());
            Instant end = rule.validUntil() == null ? null : moments.endOf(rule.validUntil());
            if (written != null) {
                end = moments.end(written)
                        .orElseThrow(() -> new Refusal(
                                rule.validUntilColumn().names().get(0),
                                "This is not a day that the mapping can read; name its pattern under dates."));
            } else if (rule.needsEnd() || rule.validUntilColumn() != null) {
                end = given.validUntil();
            }
            if (end == null && (rule.needsEnd() || rule.validUntilColumn() != null)) {
                throw new Refusal(
                        rule.validUntilColumn() == null
                                ? null
                                : rule.validUntilColumn().names().get(0),
                        "The row does not tell until when its stop holds; give --valid-until.");
            }
            if (end != null && !end.isAfter(given.now())) {
                throw new Refusal(null, "The stop has ended already.");
            }
            return end;
        }

        private String language() {
            String language = text(Meaning.language);
            return language != null && language.matches("[A-Za-z]{2}([-_].*)?")
                    ? language.substring(0, 2).toLowerCase(Locale.ROOT)
                    : null;
        }

        private String text(Meaning meaning) {
            return columns.value(cells, mapping.columns().get(meaning));
        }

        /** The person of a row, without the addresses and numbers it says no for. */
        private final class Identified {

            private final ParsedIdentifier customerId;
            private final ParsedIdentifier email;
            private final ParsedIdentifier phone;
            private final ParsedIdentifier postal;
            private final Set<Meaning> stopped;

            Identified(java.util.Collection<Rule> said) {
                SubjectIds.Identifiers written =
                        ids.read(text(Meaning.customerId), text(Meaning.email), text(Meaning.phone));
                customerId = written.customerId();
                email = written.email();
                phone = written.phone();
                boolean address = Stream.of(Meaning.street, Meaning.postalCode, Meaning.city)
                        .anyMatch(part -> text(part) != null);
                postal = address
                        ? ids.contactPoints()
                                .postal(text(Meaning.street), text(Meaning.postalCode), text(Meaning.city), country())
                        : null;
                if (customerId instanceof Invalid invalid) {
                    throw new Refusal(Columns.shown(mapping, Meaning.customerId), invalid.why());
                }
                stopped = said.stream()
                        .filter(Rule::stops)
                        .map(rule -> kind(rule.scope()))
                        .filter(Objects::nonNull)
                        .collect(Collectors.toSet());
                Set<Meaning> needed = said.stream()
                        .map(rule -> kind(rule.scope()))
                        .filter(Objects::nonNull)
                        .collect(Collectors.toSet());
                leaveOut(Meaning.email, email, needed);
                leaveOut(Meaning.phone, phone, needed);
            }

            private void leaveOut(Meaning meaning, ParsedIdentifier written, Set<Meaning> needed) {
                if (written instanceof Invalid invalid && !needed.contains(meaning)) {
                    leftOut.add(new Refused(Columns.shown(mapping, meaning), invalid.why()));
                }
            }

            /** The address or number that the rule is about, or the strongest identifier where it is about none. */
            Valid needed(Rule rule) {
                Meaning kind = kind(rule.scope());
                if (kind == null) {
                    return valid().findFirst().orElseThrow(this::nobody);
                }
                ParsedIdentifier point =
                        switch (kind) {
                            case email -> email;
                            case phone -> phone;
                            default -> postal;
                        };
                if (point instanceof Valid valid) {
                    return valid;
                }
                throw new Refusal(
                        Columns.shown(mapping, kind),
                        point instanceof Invalid invalid
                                ? invalid.why()
                                : "The row has none, and says something about it.");
            }

            String strongest(Rule rule) {
                return valid().findFirst().map(ids::id).orElseThrow(this::nobody);
            }

            private Refusal nobody() {
                return new Refusal(null, "The row has no customer number, email address or phone number.");
            }

            /** Those that make a subject, the strongest first. */
            private Stream<Valid> valid() {
                return Stream.of(
                                customerId,
                                stopped.contains(Meaning.email) ? null : email,
                                stopped.contains(Meaning.phone) ? null : phone)
                        .filter(Valid.class::isInstance)
                        .map(Valid.class::cast);
            }

            Set<String> all(String about) {
                Set<String> all = new LinkedHashSet<>();
                valid().map(ids::id).forEach(all::add);
                all.add(about);
                return all;
            }

            FormPersonalData personal() {
                return FormPersonalData.newBuilder()
                        .setCustomerId(value(customerId, Meaning.customerId))
                        .setEmail(value(email, Meaning.email))
                        .setPhone(value(phone, Meaning.phone))
                        .setName(name())
                        .setOrganisation(text(Meaning.organisation))
                        .setPosition(text(Meaning.position))
                        .setAddress(address())
                        .build();
            }

            private String value(ParsedIdentifier point, Meaning meaning) {
                return point instanceof Valid valid && !stopped.contains(meaning) ? valid.value() : null;
            }

            private PostalAddress address() {
                return postal instanceof Valid && !stopped.contains(Meaning.street)
                        ? PostalAddress.newBuilder()
                                .setStreet(text(Meaning.street))
                                .setPostalCode(text(Meaning.postalCode))
                                .setCity(text(Meaning.city))
                                .setCountry(country())
                                .build()
                        : null;
            }

            private String name() {
                if (text(Meaning.name) != null) {
                    return text(Meaning.name);
                }
                String name = Stream.of(text(Meaning.givenName), text(Meaning.familyName))
                        .filter(Objects::nonNull)
                        .collect(Collectors.joining(" "));
                return name.isEmpty() ? null : name;
            }

            /** Two letters; what is no country stays as it is, and makes the address invalid. */
            private String country() {
                String written = text(Meaning.country);
                return written == null ? null : COUNTRIES.getOrDefault(written.toLowerCase(Locale.ROOT), written);
            }
        }
    }

    /** The column that the scope's addresses or numbers are in; null for a scope that is about none. */
    private static Meaning kind(Scope scope) {
        return switch (scope) {
            case EMAIL -> Meaning.email;
            case MOBILE, PHONE -> Meaning.phone;
            case POST -> Meaning.street;
            case MARKET_RESEARCH, MARKETING_USE, WEB_ANALYTICS -> null;
        };
    }

    private static Map<String, String> countries() {
        Map<String, String> codes = new HashMap<>();
        for (String code : Locale.getISOCountries()) {
            for (String language : List.of("en", "fi", "sv")) {
                codes.put(
                        new Locale("", code)
                                .getDisplayCountry(Locale.forLanguageTag(language))
                                .toLowerCase(Locale.ROOT),
                        code);
            }
        }
        return codes;
    }
}
