package fi.lupa.standalone.replay.asof;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.consent.query.ConsentsView;
import fi.lupa.consent.query.ConsentsView.ScopeView;
import fi.lupa.consent.query.Histories;
import fi.lupa.consent.query.HistoryEntry;
import fi.lupa.consent.state.RecordedAgain;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.Customership;
import fi.lupa.permission.ConsentStatus;
import fi.lupa.permission.ContactKind;
import fi.lupa.permission.Door;
import fi.lupa.permission.Policy;
import fi.lupa.permission.Scope;
import fi.lupa.permission.SubjectKind;
import fi.lupa.standalone.replay.gather.GatheredEvents;
import fi.lupa.standalone.replay.gather.GatheredEvents.Event;
import fi.lupa.standalone.replay.gather.GatheredPeople;
import fi.lupa.standalone.replay.table.TargetTable;
import fi.lupa.standalone.replay.table.TargetTable.Struct;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The consent state table at a moment, by the function that answers for one subject at a moment: a row a person. */
public final class AsOf {

    private static final String STANDING = "status %s, since %s, door %s, eventId UUID"
            .formatted(TargetTable.words(ConsentStatus.class), TargetTable.MOMENT, TargetTable.words(Door.class));

    /** What is read is the same, whatever the moment. */
    public static final String REQUEST = "as-of";

    static final String TABLE = "consent_state";

    static final String COLUMNS =
            "subjectId VARCHAR, erased BOOLEAN, kind %s, customership %s, registeredAt %s, essentialOnly BOOLEAN, "
                            .formatted(
                                    TargetTable.words(SubjectKind.class),
                                    TargetTable.words(Customership.class),
                                    TargetTable.MOMENT)
                    + Arrays.stream(Scope.values())
                            .map(scope -> "%s STRUCT(%s), ".formatted(scope, STANDING))
                            .collect(Collectors.joining())
                    + "topics STRUCT(topic VARCHAR, %s)[], contactPoints STRUCT(kind %s, id VARCHAR, since %s)[]"
                            .formatted(STANDING, TargetTable.words(ContactKind.class), TargetTable.MOMENT);

    /** Of every person who stands for themselves: the state, then what was said under each of their names, as it was recorded. */
    private static final String BY_PERSON = """
            SELECT person, kind, event FROM (
              SELECT subject AS person, 0 AS kind, place, event FROM known
              UNION ALL SELECT subject, 1, place, event FROM said
              UNION ALL SELECT alias.subject, 1, said.place, said.event FROM alias JOIN said ON said.subject = alias.other)
            ORDER BY person, kind, place""";

    private final GatheredPeople people;
    private final Policy policy;
    private final Instant at;
    private final Instant known;
    private final Set<String> erased;
    private long notYet;

    /** @param known null for all that is known today */
    public AsOf(GatheredPeople people, Policy policy, Instant at, Instant known) {
        this.people = people;
        this.policy = policy;
        this.at = at;
        this.known = known;
        this.erased = new TreeSet<>(people.erased());
    }

    void write(GatheredEvents gathered, TargetTable table, PrintWriter progress) throws Exception {
        gathered.eachPerson(gathered.number("SELECT count(*) FROM known"), BY_PERSON, progress, (id, events) -> {
            if (events.get(0).kind() == GatheredPeople.STATE) {
                person(table, GatheredPeople.state(events.get(0).bytes()), events.subList(1, events.size()));
            }
        });
        for (String id : erased) {
            table.add(row(id, true));
        }
    }

    private void person(TargetTable table, ConsentState state, List<Event> events) throws SQLException {
        erased.remove(state.getSubjectId());
        if (!Decisions.standsForThemselves(state) || state.getRevision() == 0) {
            return;
        }
        ConsentsView view = ConsentsView.asOf(state, said(state, events), policy, at, known);
        boolean heardOf = !view.statements().isEmpty()
                || !view.contactPoints().isEmpty()
                || (view.registeredAt() != null && !view.registeredAt().isAfter(at));
        if (!heardOf) {
            notYet++;
            return;
        }
        List<Object> row = new ArrayList<>(Arrays.asList(
                view.subjectId(), false, view.kind(), view.customership(), view.registeredAt(), view.essentialOnly()));
        view.scopes().forEach(scope -> row.add(new Struct(standing(scope))));
        row.add(view.topics().stream()
                .map(topic -> new Struct(Stream.concat(Stream.of(topic.topic()), Arrays.stream(standing(topic)))
                        .toArray()))
                .toList());
        row.add(view.contactPoints().stream()
                .map(point -> new Struct(point.kind(), point.id(), point.since()))
                .toList());
        table.add(row.toArray());
    }

    /** What was said under each of the names that the subject was known by. Of a statement recorded again the stricter counts. */
    private List<HistoryEntry> said(ConsentState state, List<Event> events) {
        Set<String> names = new HashSet<>(Histories.alsoKnownAs(state, known));
        names.add(state.getSubjectId());
        Map<RecordedAgain.Words, ConsentChanged> said = new LinkedHashMap<>();
        for (Event event : events) {
            ConsentChanged statement = GatheredPeople.said(event.bytes());
            if (names.contains(statement.getSubjectId())
                    && !people.isErased(statement.getSubjectId(), statement.getRecordedAt())) {
                RecordedAgain.put(said, statement);
            }
        }
        return said.values().stream().map(HistoryEntry::of).toList();
    }

    private static Object[] standing(ScopeView scope) {
        var because = scope.because();
        return new Object[] {
            scope.status(),
            scope.since(),
            because == null ? null : because.door(),
            because == null ? null : because.eventId()
        };
    }

    private static Object[] row(Object... first) {
        return Arrays.copyOf(first, 6 + Scope.values().length + 2);
    }

    /** How many were not heard of by the moment, and have no row. */
    long notYet() {
        return notYet;
    }

    /** How many rows say nothing but that somebody was erased. */
    long erased() {
        return erased.size();
    }
}
