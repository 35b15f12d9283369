package fi.lupa.standalone.replay.table;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Door;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import fi.lupa.permission.Consents;
import fi.lupa.permission.Standing;
import fi.lupa.permission.Statement;
import fi.lupa.schemas.mapping.Statements;
import fi.lupa.schemas.topic.Topics;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The view of states tells, at every moment, what the law of {@link Consents} tells of what had been said by then. */
class StatesTest {

    private static final int HISTORIES = 1_000;
    private static final Instant DAY = Instant.parse("2026-03-01T00:00:00Z");
    private static final Instant FAR = Instant.parse("2126-03-01T00:00:00Z");

    @TempDir
    private Path folder;

    private final Random random = new Random(27_560);

    @Test
    void everyHistoryStandsAsTheLawSays() throws Exception {
        Map<String, List<ConsentChanged>> histories = new HashMap<>();
        for (int n = 0; n < HISTORIES; n++) {
            histories.put("subject-" + n, history("subject-" + n));
        }
        Path file = folder.resolve("history.duckdb");
        try (ExportedFile exported = new ExportedFile(file)) {
            exported.with(
                    Topics.CONSENT_CHANGES,
                    histories.values().stream().flatMap(List::stream).toList());
        }
        Map<String, List<Row>> states = states(file);
        for (Map.Entry<String, List<ConsentChanged>> one : histories.entrySet()) {
            List<Statement> history =
                    one.getValue().stream().map(Statements::of).toList();
            for (Row row : states.get(one.getKey())) {
                for (Instant at : moments(history)) {
                    if (row.holds(at)) {
                        Standing law = law(history, row, at);
                        assertThat(row.status + " " + row.eventId)
                                .as(() -> "%s of %s at %s".formatted(row, history, at))
                                .isEqualTo(law.status() + " "
                                        + (law.because() == null
                                                ? null
                                                : law.because().eventId()));
                    }
                }
            }
            assertThat(states.get(one.getKey()).stream().filter(row -> row.until == null))
                    .as("one row in force for each matter")
                    .hasSameSizeAs(states.get(one.getKey()).stream()
                            .map(Row::matter)
                            .distinct()
                            .toList());
        }
    }

    /** What was known by then, without what was found to be a mistake later. */
    private static Standing law(List<Statement> history, Row row, Instant at) {
        List<UUID> mistaken =
                history.stream().map(Statement::about).filter(Objects::nonNull).toList();
        Consents then = Consents.of(history.stream()
                .filter(said -> !said.occurredAt().isAfter(at))
                .filter(said -> said.about() != null || !mistaken.contains(said.eventId()))
                .toList());
        return row.topic == null
                ? then.standing(fi.lupa.permission.Scope.valueOf(row.scope), row.contactPoint, at)
                : then.standing(row.topic, at);
    }

    private static TreeSet<Instant> moments(List<Statement> history) {
        TreeSet<Instant> moments = new TreeSet<>();
        for (Statement said : history) {
            moments.add(said.occurredAt());
            if (said.validUntil() != null && said.validUntil().isBefore(FAR)) {
                moments.add(said.validUntil());
            }
        }
        moments.add(Instant.now());
        return moments;
    }

    private record Row(
            String scope, String topic, String contactPoint, String status, UUID eventId, Instant from, Instant until) {

        boolean holds(Instant at) {
            return !at.isBefore(from) && (until == null || at.isBefore(until));
        }

        String matter() {
            return scope + topic + contactPoint;
        }
    }

    private static Map<String, List<Row>> states(Path file) throws Exception {
        Map<String, List<Row>> rows = new HashMap<>();
        try (Connection connection = Staging.open(file, true);
                java.sql.Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "SELECT subject, scope, topic, contact_point, status, event_id, valid_from, valid_to FROM states")) {
            while (found.next()) {
                rows.computeIfAbsent(found.getString(1), subject -> new ArrayList<>())
                        .add(new Row(
                                found.getString(2),
                                found.getString(3),
                                found.getString(4),
                                found.getString(5),
                                (UUID) found.getObject(6),
                                instant(found.getObject(7)),
                                instant(found.getObject(8))));
            }
        }
        return rows;
    }

    private static Instant instant(Object moment) {
        return moment == null ? null : ((OffsetDateTime) moment).toInstant();
    }

    /** Few scopes, addresses and moments, so that statements meet; some twice in the log. */
    private List<ConsentChanged> history(String subject) {
        List<ConsentChanged> history = new ArrayList<>();
        int statements = 1 + random.nextInt(9);
        for (int n = 0; n < statements; n++) {
            ConsentChanged said = statement(subject, history);
            history.add(said);
            if (random.nextInt(5) == 0) {
                history.add(said);
            }
        }
        return history;
    }

    private ConsentChanged statement(String subject, List<ConsentChanged> before) {
        Scope scope = oneOf(Scope.EMAIL, Scope.PHONE, Scope.MARKETING_USE);
        String topic = scope == Scope.MARKETING_USE ? oneOf(null, "news") : null;
        Will will = before.isEmpty() ? Will.GRANT : oneOf(Will.values());
        return ConsentChanged.newBuilder()
                .setEventId(new UUID(random.nextLong() >>> 1, random.nextLong() >>> 1))
                .setSubjectId(subject)
                .setScope(scope)
                .setTopic(topic)
                .setWill(will)
                .setContactPointId(topic == null ? oneOf(null, "a", "b") : null)
                .setOccurredAt(moment())
                .setRecordedAt(moment())
                .setDoor(oneOf(Door.FORM, Door.LETTER, Door.IMPORT, Door.UNSUBSCRIBE_LINK))
                .setAwaitsConfirmation(will == Will.GRANT && random.nextInt(3) == 0)
                .setValidUntil(random.nextInt(4) == 0 ? oneOf(moment(), FAR) : null)
                .setAbout(
                        will == Will.INVALIDATE
                                ? before.get(random.nextInt(before.size())).getEventId()
                                : null)
                .build();
    }

    private Instant moment() {
        return DAY.plusSeconds(random.nextInt(6));
    }

    @SafeVarargs
    private <T> T oneOf(T... some) {
        return some[random.nextInt(some.length)];
    }
}
