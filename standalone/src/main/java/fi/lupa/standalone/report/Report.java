package fi.lupa.standalone.report;

import fi.lupa.standalone.report.Plot.Row;
import fi.lupa.standalone.report.Plot.Series;
import fi.lupa.standalone.report.Plot.Shape;
import fi.lupa.standalone.sql.ExportedHistory;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Asks a history what the page tells of a period: counts alone, and of nobody. */
final class Report {

    private static final String BUCKETS = """
            WITH buckets AS (
                SELECT starts, least(starts + {step}, {until})::TIMESTAMPTZ AS ends
                FROM (SELECT unnest(generate_series({from}, {until} - 1, INTERVAL {step} DAYS))::DATE AS starts)
            )""";

    private final ExportedHistory history;
    private final Period period;

    Report(ExportedHistory history, Period period) {
        this.history = history;
        this.period = period;
    }

    List<Section> sections() throws SQLException {
        keepStatements();
        return List.of(
                section(
                        "Consent over time",
                        "People with a consent in force, and with a prohibition in force, at the end of each %s; a consent that"
                                + " waits for its confirmation is none.",
                        "states",
                        this::consents),
                section(
                        "Statements",
                        "What people said in the period, by the door it came through, and by the form it was said on.",
                        "statements",
                        this::statements),
                section(
                        "From form to consent",
                        "Submissions in the period that spoke of a scope: whether consent was given, and whether it counts.",
                        "consent_funnel",
                        this::funnel),
                section(
                        "Messages",
                        "Messages that were cleared, and messages that were held back, by %s, and by the decisive reason.",
                        "decisions",
                        this::decisions),
                section(
                        "Withdrawals after campaigns",
                        "Campaigns that reached people in the period, with all of their contacts: what those people took back,"
                                + " forbade or complained of within seven days.",
                        "withdrawals_after_campaign",
                        this::withdrawals));
    }

    /** All sections but one look at the statements, most through other views: told once for all, they take a fifth less time. */
    private void keepStatements() throws SQLException {
        if (history.has("statements")) {
            try (Statement statement = history.connection().createStatement()) {
                statement.execute("CREATE TEMP TABLE statements AS FROM statements");
            }
        }
    }

    private interface Plots {

        List<Plot> read() throws SQLException;
    }

    private Section section(String title, String tells, String view, Plots plots) throws SQLException {
        String told = tells.formatted(period.unit());
        if (!history.has(view)) {
            return new Section(title, told, List.of(), Section.NOT_EXPORTED);
        }
        List<Plot> found =
                plots.read().stream().filter(plot -> !plot.rows().isEmpty()).toList();
        return new Section(title, told, found, found.isEmpty() ? "There is nothing in this period." : null);
    }

    /** Bucket by bucket: who counts in each at once would take memory by people times buckets. */
    private List<Plot> consents() throws SQLException {
        try (Statement statement = history.connection().createStatement()) {
            statement.execute("""
                    CREATE OR REPLACE TEMP TABLE spans AS
                    SELECT subject, scope, status, valid_from, valid_to FROM states
                    WHERE topic IS NULL AND status IN ('GRANTED', 'PROHIBITED')""");
        }
        List<String> scopes = new ArrayList<>();
        ask(
                "SELECT DISTINCT scope FROM spans ORDER BY list_position(['EMAIL', 'MOBILE', 'PHONE', 'POST'], scope), scope",
                row -> scopes.add(row.getString(1)));
        Map<String, List<Row>> rows = new LinkedHashMap<>();
        scopes.forEach(scope -> rows.put(scope, new ArrayList<>()));
        for (LocalDate starts : period.buckets()) {
            Map<String, List<Long>> counts = new HashMap<>();
            ask("""
                    SELECT scope,
                        count(DISTINCT subject) FILTER (WHERE status = 'GRANTED'),
                        count(DISTINCT subject) FILTER (WHERE status = 'PROHIBITED')
                    FROM spans, (SELECT least(DATE '%s' + {step}, {until})::TIMESTAMPTZ AS ends)
                    WHERE valid_from < ends AND (valid_to IS NULL OR valid_to >= ends)
                    GROUP BY scope""".formatted(starts), row -> counts.put(row.getString(1), List.of(row.getLong(2), row.getLong(3))));
            rows.forEach((scope, of) ->
                    of.add(new Row(period.day(starts), counts.getOrDefault(scope, List.of(0L, 0L)), List.of())));
        }
        List<Series> series = List.of(Series.yes("consent in force"), Series.no("prohibition in force"));
        return rows.entrySet().stream()
                .filter(scope -> scope.getValue().stream().anyMatch(row -> row.total() > 0))
                .map(scope -> overTime(words(scope.getKey()), Shape.LINES, series, scope.getValue()))
                .toList();
    }

    private List<Plot> statements() throws SQLException {
        return List.of(
                statements("By door", "door", "door IS NOT NULL"), statements("By form", "form", "form IS NOT NULL"));
    }

    private Plot statements(String title, String by, String which) throws SQLException {
        List<Row> rows = new ArrayList<>();
        ask(
                """
                SELECT %1$s,
                    count(*) FILTER (WHERE will IN ('GRANT', 'CONFIRM')),
                    count(*) FILTER (WHERE will = 'REFUSE'),
                    count(*) FILTER (WHERE will IN ('WITHDRAW', 'PROHIBIT')),
                    count(*) FILTER (WHERE will IN ('LIFT', 'INVALIDATE'))
                FROM statements
                WHERE occurred_at >= {from} AND occurred_at < {until} AND %2$s
                GROUP BY ALL ORDER BY count(*) DESC, %1$s""".formatted(by, which),
                row -> rows.add(new Row(
                        by.equals("door") ? words(row.getString(1)) : row.getString(1),
                        List.of(row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5)),
                        List.of())));
        return new Plot(
                title,
                Shape.BARS,
                by,
                List.of(
                        Series.yes("given or confirmed"),
                        Series.none("not given"),
                        Series.no("withdrawn or forbidden"),
                        Series.waits("lifted or corrected")),
                List.of(),
                rows);
    }

    private List<Plot> funnel() throws SQLException {
        List<Row> rows = new ArrayList<>();
        ask(
                """
                SELECT form, scope, sum(ticked - needs_confirmation + confirmed)::BIGINT,
                    sum(needs_confirmation - confirmed)::BIGINT, sum(shown - ticked)::BIGINT, sum(confirmed)::BIGINT
                FROM consent_funnel
                WHERE day >= {from} AND day < {until}
                GROUP BY ALL ORDER BY sum(shown) DESC, form, scope""",
                row -> rows.add(new Row(
                        row.getString(1) + ", " + words(row.getString(2)).toLowerCase(Locale.ROOT),
                        List.of(row.getLong(3), row.getLong(4), row.getLong(5)),
                        List.of(
                                Plot.number(row.getLong(6)),
                                Plot.number(row.getLong(3) + row.getLong(4) + row.getLong(5))))));
        return List.of(new Plot(
                "By form and scope",
                Shape.BARS,
                "form and scope",
                List.of(Series.yes("consent counts"), Series.waits("unconfirmed"), Series.none("not given")),
                List.of("confirmed", "asked"),
                rows));
    }

    private List<Plot> decisions() throws SQLException {
        List<Row> days = new ArrayList<>();
        ask(BUCKETS + """
                        , counted AS (
                            SELECT {from} + ((decided_at::DATE - {from}) // {step} * {step})::INTEGER AS starts,
                                count(*) FILTER (WHERE outcome = 'CLEARED') AS cleared,
                                count(*) FILTER (WHERE outcome = 'SUPPRESSED') AS suppressed
                            FROM decisions
                            WHERE decided_at >= {from} AND decided_at < {until}
                            GROUP BY ALL
                        )
                        SELECT starts, coalesce(cleared, 0), coalesce(suppressed, 0)
                        FROM buckets LEFT JOIN counted USING (starts) WHERE EXISTS (FROM counted) ORDER BY starts""", row -> days.add(new Row(day(row, 1), List.of(row.getLong(2), row.getLong(3)), List.of())));
        List<Row> reasons = new ArrayList<>();
        ask(
                """
                WITH suppressed AS (
                    SELECT reason, reasons FROM decisions
                    WHERE outcome = 'SUPPRESSED' AND decided_at >= {from} AND decided_at < {until}
                ), named AS (
                    SELECT unnest(reasons) AS reason, 0 AS decisive FROM suppressed
                    UNION ALL
                    SELECT reason, 1 FROM suppressed
                )
                SELECT reason, sum(decisive)::BIGINT, count(*) - sum(decisive)::BIGINT
                FROM named GROUP BY ALL ORDER BY 2 DESC, 3 DESC, 1""",
                row -> reasons.add(new Row(
                        words(row.getString(1)), List.of(row.getLong(2)), List.of(Plot.number(row.getLong(3))))));
        return List.of(
                overTime(
                        "Cleared and held back",
                        Shape.COLUMNS,
                        List.of(Series.yes("cleared"), Series.no("held back")),
                        days),
                new Plot(
                        "Held back, by reason",
                        Shape.BARS,
                        "reason",
                        List.of(Series.no("decisive")),
                        List.of("among the reasons"),
                        reasons));
    }

    private List<Plot> withdrawals() throws SQLException {
        List<Row> rows = new ArrayList<>();
        ask(
                """
                SELECT campaign, withdrawals, prohibitions, complaints, contacts, people, people_who_stopped, share
                FROM withdrawals_after_campaign
                WHERE campaign IN (SELECT campaign FROM decisions
                    WHERE outcome = 'CLEARED' AND decided_at >= {from} AND decided_at < {until})
                ORDER BY withdrawals + prohibitions + complaints DESC, campaign""",
                row -> rows.add(new Row(
                        row.getString(1),
                        List.of(row.getLong(2), row.getLong(3), row.getLong(4)),
                        List.of(
                                Plot.number(row.getLong(5)),
                                Plot.number(row.getLong(6)),
                                Plot.number(row.getLong(7)),
                                String.format(Locale.ROOT, "%.1f %%", 100 * row.getDouble(8))))));
        return List.of(new Plot(
                "By campaign",
                Shape.BARS,
                "campaign",
                List.of(Series.waits("withdrawals"), Series.no("prohibitions"), Series.worse("complaints")),
                List.of("contacts", "people", "said no", "share"),
                rows));
    }

    private Plot overTime(String title, Shape shape, List<Series> series, List<Row> rows) {
        return new Plot(title, shape, period.step() == 1 ? "day" : "week from", series, List.of(), rows);
    }

    private interface Each {

        void row(ResultSet row) throws SQLException;
    }

    private void ask(String sql, Each each) throws SQLException {
        try (Statement statement = history.connection().createStatement();
                ResultSet rows = statement.executeQuery(period.in(sql))) {
            while (rows.next()) {
                each.row(rows);
            }
        }
    }

    private String day(ResultSet row, int column) throws SQLException {
        return period.day(row.getObject(column, LocalDate.class));
    }

    /** A name of an enumeration as a person writes it. */
    private static String words(String name) {
        String words = name.replace('_', ' ').toLowerCase(Locale.ROOT);
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }
}
