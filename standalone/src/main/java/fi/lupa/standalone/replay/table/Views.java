package fi.lupa.standalone.replay.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The questions that analysts ask most, as views over exported tables; days are those of the session's time zone. */
public final class Views {

    /** In this order, since the later ones look at the earlier. */
    private static final List<View> ALL = List.of(
            new View("statements", Set.of("consent_changes"), Set.of()),
            new View("states", Set.of("statements"), Set.of()),
            new View("decisions", Set.of(), Set.of("campaign_contacts", "campaign_suppressed")),
            new View("consent_funnel", Set.of("forms_submitted", "statements"), Set.of()),
            new View("time_to_first_contact", Set.of("states", "campaign_contacts"), Set.of()),
            new View("withdrawals_after_campaign", Set.of("statements", "campaign_contacts"), Set.of()));

    /** What stands for a table that was not exported, where a view tells something without it, too. */
    private static final Map<String, String> EMPTY = new TreeMap<>(Map.of(
            "forms_submitted", "NULL::UUID AS eventId, NULL::VARCHAR AS formId, NULL::BOOLEAN AS _deleted",
            "campaign_definitions",
                    "NULL::VARCHAR AS campaignId, NULL::VARCHAR AS purpose, NULL::TIMESTAMPTZ AS definedAt,"
                            + " NULL::BOOLEAN AS _deleted",
            "campaign_contacts",
                    "NULL::VARCHAR AS messageId, NULL::VARCHAR AS campaignId, NULL::VARCHAR AS purpose, NULL::VARCHAR AS channel,"
                            + " NULL::VARCHAR AS subjectId, NULL::TIMESTAMPTZ AS clearedAt, NULL::BOOLEAN AS _deleted",
            "campaign_suppressed",
                    "NULL::VARCHAR AS messageId, NULL::VARCHAR AS campaignId, NULL::VARCHAR AS channel,"
                            + " NULL::VARCHAR AS subjectId, NULL::VARCHAR[] AS reasons, NULL::TIMESTAMPTZ AS decidedAt,"
                            + " NULL::BOOLEAN AS _deleted"));

    private Views() {}

    /**
     * A view, written as its comment and its query in the file of its name.
     *
     * @param all what has to be there
     * @param any of which one has to be there; empty for nothing
     */
    private record View(String name, Set<String> all, Set<String> any) {

        boolean fits(Set<String> there) {
            return there.containsAll(all) && (any.isEmpty() || any.stream().anyMatch(there::contains));
        }

        String read() {
            try (InputStream in = Views.class.getResourceAsStream("views/" + name + ".sql")) {
                return new String(in.readAllBytes(), UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Creates those whose tables were exported. */
    public static void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            Set<String> there = new HashSet<>();
            try (ResultSet found = statement.executeQuery(
                    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'")) {
                while (found.next()) {
                    there.add(found.getString(1));
                }
            }
            String empty = EMPTY.entrySet().stream()
                    .filter(table -> !there.contains(table.getKey()))
                    .map(table -> "%s AS (SELECT %s WHERE false)".formatted(table.getKey(), table.getValue()))
                    .collect(Collectors.joining(", "));
            for (View view : ALL) {
                if (view.fits(there)) {
                    String sql = view.read();
                    statement.execute("CREATE OR REPLACE VIEW %s AS %s FROM (%s)"
                            .formatted(view.name(), empty.isEmpty() ? "" : "WITH " + empty, sql));
                    statement.execute("COMMENT ON VIEW %s IS '%s'"
                            .formatted(
                                    view.name(),
                                    sql.lines()
                                            .findFirst()
                                            .orElseThrow()
                                            .substring(3)
                                            .replace("'", "''")));
                    there.add(view.name());
                }
            }
        }
    }
}
