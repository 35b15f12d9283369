package fi.lupa.consent.console;

import fi.lupa.consent.pages.Texts;
import fi.lupa.consent.preferences.Choices;
import fi.lupa.consent.query.ConsentsView;
import fi.lupa.consent.query.ConsentsView.ScopeView;
import fi.lupa.consent.query.ContactEntry;
import fi.lupa.consent.query.HistoryEntry;
import fi.lupa.consent.rights.AccessReport.Dated;
import fi.lupa.consent.rights.AccessReport.Person;
import fi.lupa.consent.rights.AccessReport.Point;
import fi.lupa.consent.rights.AccessReport.Stop;
import fi.lupa.consent.rights.Entries;
import fi.lupa.consent.rights.Entries.Entry;
import fi.lupa.consent.rights.Entries.Fact;
import fi.lupa.consent.rights.Exercised;
import fi.lupa.consent.rights.Request;
import fi.lupa.event.Alias;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactKind;
import fi.lupa.permission.Channel;
import fi.lupa.permission.ConsentStatus;
import fi.lupa.permission.Refusal;
import fi.lupa.permission.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the console shows of a subject, in the reader's words.
 *
 * @param called the best name that is known
 * @param about who it is; null once they are erased
 * @param timeline what was said and done, newest first
 * @param requests the first due first
 * @param shared whether it is no person, but an address or number of several
 * @param duplicates customers that share an address or number
 * @param emails the addresses, as they may be chosen
 * @param removable addresses and numbers that are not what the subject is known by, by id
 * @param shown the events on the page, by which one just sent is known
 */
public record SubjectPage(
        String subjectId,
        String called,
        Entry about,
        List<Row> scopes,
        boolean essentialOnly,
        List<Entry> stops,
        List<Moment> timeline,
        List<Request> requests,
        boolean shared,
        List<String> duplicates,
        List<String> emails,
        List<String> phones,
        Map<String, String> removable,
        List<UUID> shown,
        boolean held) {

    /** Where a scope stands, and what it comes to: whether a message would go out now, asked of the policy as the router asks. */
    public record Row(String scope, String status, String since, String because, Boolean goes, String outcome) {}

    /** Something in a person's history. */
    public record Moment(Instant at, String when, String title, String by, List<Fact> facts) {}

    @Override
    public String toString() {
        return "SubjectPage[" + subjectId + "]";
    }

    static SubjectPage of(
            ConsentState state,
            ConsentsView view,
            Choices choices,
            List<Stop> stops,
            List<HistoryEntry> said,
            List<Request> requests,
            List<Exercised> done,
            List<ContactEntry> reached,
            Texts texts) {
        Entries entries = new Entries(texts);
        Person person = Person.of(state, null);
        List<Point> points = person.contactPoints();
        return new SubjectPage(
                state.getSubjectId(),
                isShared(state) ? texts.get("shared") : called(person),
                entries.person(person),
                view.inForce().stream()
                        .map(scope -> row(scope, choices, entries, texts))
                        .toList(),
                view.essentialOnly(),
                stops.stream().map(entries::stop).toList(),
                timeline(state, said, requests, done, reached, entries, texts),
                requests,
                isShared(state),
                state.getPossibleDuplicates(),
                values(points, ContactKind.EMAIL),
                values(points, ContactKind.PHONE),
                points.stream()
                        .filter(point -> point.value() != null && !point.id().equals(state.getSubjectId()))
                        .collect(Collectors.toMap(
                                Point::id, point -> point.value().replace("\n", ", "))),
                shown(said, done),
                isHeld(done));
    }

    /** Of an erased subject, what is left: that it was erased, and what was done about their rights before. */
    static SubjectPage erased(String subjectId, List<Request> requests, List<Exercised> done, Texts texts) {
        return new SubjectPage(
                subjectId,
                texts.get("erased"),
                null,
                List.of(),
                false,
                List.of(),
                timeline(null, List.of(), requests, done, List.of(), new Entries(texts), texts),
                requests,
                false,
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                shown(List.of(), done),
                isHeld(done));
    }

    /** Whether what was just sent is on the page; what is sent counts in a moment. */
    boolean shows(String eventId) {
        return shown.stream().anyMatch(known -> known.toString().equals(eventId));
    }

    /** Whether a legal hold forbids to erase the subject. */
    private static boolean isHeld(List<Exercised> done) {
        return !Exercised.holds(done).isEmpty();
    }

    private static boolean isShared(ConsentState state) {
        return !state.getClaimedBy().isEmpty();
    }

    private static List<UUID> shown(List<HistoryEntry> said, List<Exercised> done) {
        return Stream.concat(
                        said.stream().map(HistoryEntry::eventId), done.stream().map(Exercised::eventId))
                .toList();
    }

    private static String called(Person person) {
        return Stream.concat(
                        Stream.of(person.name(), person.organisation())
                                .filter(Objects::nonNull)
                                .map(Dated::value),
                        Stream.concat(
                                person.contactPoints().stream()
                                        .filter(point -> point.kind() != ContactKind.POSTAL)
                                        .map(Point::value),
                                Stream.of(person.customerId())))
                .filter(text -> text != null && !text.isBlank())
                .findFirst()
                .orElse("–");
    }

    private static List<String> values(List<Point> points, ContactKind kind) {
        return points.stream()
                .filter(point -> point.kind() == kind && point.value() != null)
                .map(Point::value)
                .toList();
    }

    private static Row row(ScopeView scope, Choices choices, Entries entries, Texts texts) {
        List<Refusal> refusals =
                scope.topic() == null ? refusals(scope.scope(), choices) : choices.topicRefusals(scope.topic());
        String because = scope.because() == null
                ? ""
                : "%s, %s"
                        .formatted(
                                entries.will(scope.because().will()),
                                entries.door(scope.because().door()));
        return new Row(
                entries.scope(scope.scope(), scope.topic()),
                texts.get("status." + scope.status().name()),
                scope.status() == ConsentStatus.NEVER_ASKED || scope.since() == null ? "" : texts.moment(scope.since()),
                because,
                refusals == null ? null : refusals.isEmpty(),
                refusals == null || refusals.isEmpty()
                        ? ""
                        : texts.get("reason." + refusals.get(0).reason().name()));
    }

    /** What stands against a message of the scope; null for a scope that no message is sent by. */
    private static List<Refusal> refusals(Scope scope, Choices choices) {
        Channel channel = Choices.channel(scope);
        if (channel != null) {
            return choices.refusals(channel);
        }
        return scope == Scope.MARKET_RESEARCH ? choices.surveyRefusals() : null;
    }

    private static List<Moment> timeline(
            ConsentState state,
            List<HistoryEntry> said,
            List<Request> requests,
            List<Exercised> done,
            List<ContactEntry> reached,
            Entries entries,
            Texts texts) {
        List<Moment> moments = new ArrayList<>();
        for (HistoryEntry statement : said) {
            String by = Stream.of(entries.door(statement.door().name()), statement.recordedBy())
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining(" · "));
            moments.add(moment(statement.occurredAt(), by, entries.statement(statement), texts));
        }
        Map<UUID, Request> asked = new HashMap<>();
        requests.forEach(request -> asked.put(request.requestId(), request));
        for (Exercised right : done) {
            Request of = asked.get(right.requestId() == null ? right.eventId() : right.requestId());
            Entry entry = entries.exercised(right);
            String title = of == null
                    ? entry.title()
                    : entry.title() + ": " + texts.get("right." + of.right().name());
            moments.add(moment(right.recordedAt(), right.recordedBy(), new Entry(title, entry.facts()), texts));
        }
        Map<String, String> addresses = state == null || state.getPersonal() == null
                ? Map.of()
                : state.getPersonal().getContactPoints();
        for (ContactEntry contact : reached) {
            Entry entry = entries.contact(contact, addresses.get(contact.contactPointId()));
            String title = texts.get(
                    "reached",
                    entry.title(),
                    texts.get("channel." + contact.channel().name()));
            moments.add(moment(contact.clearedAt(), "", new Entry(title, entry.facts()), texts));
        }
        if (state != null) {
            for (Alias alias : state.getAlsoKnownAs()) {
                moments.add(moment(
                        alias.getSince(), alias.getSubjectId(), new Entry(texts.get("linked"), List.of()), texts));
            }
            if (state.getRegisteredAt() != null) {
                moments.add(moment(
                        state.getRegisteredAt(), "", new Entry(texts.get("field.registeredAt"), List.of()), texts));
            }
        }
        moments.sort(Comparator.comparing(Moment::at).reversed());
        return moments;
    }

    private static Moment moment(Instant at, String by, Entry entry, Texts texts) {
        return new Moment(at, texts.moment(at), entry.title(), by == null ? "" : by, entry.facts());
    }
}
