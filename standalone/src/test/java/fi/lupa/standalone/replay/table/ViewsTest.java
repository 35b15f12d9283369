package fi.lupa.standalone.replay.table;

import static fi.lupa.standalone.replay.Events.campaign;
import static fi.lupa.standalone.replay.Events.contact;
import static fi.lupa.standalone.replay.Events.form;
import static fi.lupa.standalone.replay.Events.said;
import static fi.lupa.standalone.replay.Events.suppressed;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Door;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topics;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each view tells of a few events what a person would tell who had read them. */
class ViewsTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void aViewIsThereWhenItsTablesAre() throws Exception {
        assertThat(told("SELECT view_name FROM duckdb_views() WHERE NOT internal"))
                .isEmpty();
        exported().with(Topics.CONSENT_CHANGES, List.of()).close();
        assertThat(told("SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY ALL"))
                .containsExactly("statements", "states");
        exported().with(Topics.CAMPAIGN_SUPPRESSED, List.of()).close();
        assertThat(told("SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY ALL"))
                .containsExactly("decisions", "statements", "states");
        exported()
                .with(Topics.CAMPAIGN_CONTACTS, List.of())
                .with(Topics.FORMS_SUBMITTED, List.of())
                .close();
        assertThat(told("SELECT view_name FROM duckdb_views() WHERE comment LIKE '%.' ORDER BY ALL"))
                .containsExactly(
                        "consent_funnel",
                        "decisions",
                        "statements",
                        "states",
                        "time_to_first_contact",
                        "withdrawals_after_campaign");
    }

    @Test
    void everyViewCanBeReadWhenItIsEmpty() throws Exception {
        exported()
                .with(Topics.CONSENT_CHANGES, List.of())
                .with(Topics.FORMS_SUBMITTED, List.of())
                .with(Topics.CAMPAIGN_CONTACTS, List.of())
                .close();
        for (String view : told("SELECT view_name FROM duckdb_views() WHERE NOT internal")) {
            assertThat(told("FROM " + view)).as(view).isEmpty();
        }
    }

    @Test
    void aStatementIsToldOnceWithTheFormItCameBy() throws Exception {
        FormSubmitted form = form("newsletter", NOON, Will.GRANT, true);
        ConsentChanged asked = said("aino", Will.GRANT, Door.FORM, NOON, form.getEventId());
        ConsentChanged confirmed =
                said("aino", Will.CONFIRM, Door.CONFIRMATION_LINK, NOON.plusSeconds(60), asked.getEventId());
        exported()
                .with(Topics.FORMS_SUBMITTED, form)
                .with(Topics.CONSENT_CHANGES, asked, asked, confirmed)
                .close();
        assertThat(told("SELECT subject, scope, will, door, form, mistaken FROM statements ORDER BY occurred_at"))
                .containsExactly(
                        "aino EMAIL GRANT FORM newsletter false",
                        "aino EMAIL CONFIRM CONFIRMATION_LINK newsletter false");
        assertThat(told("FROM consent_funnel")).containsExactly("2026-03-01 newsletter EMAIL 1 1 1 1");
    }

    @Test
    void whatWasErasedStandsForNothing() throws Exception {
        exported()
                .withErased(Topics.CONSENT_CHANGES, List.of(said("aino", Will.GRANT, Door.FORM, NOON, null)))
                .with(Topics.CONSENT_CHANGES, said("eino", Will.GRANT, Door.FORM, NOON, null))
                .close();
        assertThat(told("SELECT subject, erased FROM statements ORDER BY ALL"))
                .containsExactly("aino true", "eino false");
        assertThat(told("SELECT subject, contact_point, status, valid_from, valid_to FROM states"))
                .containsExactly("eino eino GRANTED 2026-03-01T12:00Z null");
    }

    @Test
    void theFunnelCountsSubmissions() throws Exception {
        FormSubmitted twice = form("newsletter", NOON, Will.REFUSE, false);
        exported()
                .with(
                        Topics.FORMS_SUBMITTED,
                        form("newsletter", NOON, Will.GRANT, true),
                        form("newsletter", NOON, Will.GRANT, false),
                        form("order", NOON, Will.GRANT, false),
                        twice,
                        twice)
                .with(Topics.CONSENT_CHANGES, List.of())
                .close();
        assertThat(told("FROM consent_funnel ORDER BY form"))
                .containsExactly("2026-03-01 newsletter EMAIL 3 2 1 0", "2026-03-01 order EMAIL 1 1 0 0");
    }

    @Test
    void decisionsAreClearedAndSuppressedInOne() throws Exception {
        exported()
                .with(Topics.CAMPAIGN_CONTACTS, contact("m-1", "aino", NOON))
                .with(Topics.CAMPAIGN_SUPPRESSED, suppressed("m-2", NOON))
                .close();
        assertThat(told("SELECT message, purpose, outcome, reason, reasons FROM decisions ORDER BY message"))
                .containsExactly(
                        "m-1 DIRECT_MARKETING CLEARED null []",
                        "m-2 null SUPPRESSED NO_CONSENT [NO_CONSENT, ESSENTIAL_ONLY]");
        exported().with(Topics.CAMPAIGN_DEFINITIONS, campaign(NOON)).close();
        assertThat(told("SELECT purpose FROM decisions WHERE message = 'm-2'")).containsExactly("DIRECT_MARKETING");
    }

    @Test
    void theFirstContactIsCountedFromTheConsent() throws Exception {
        exported()
                .with(
                        Topics.CONSENT_CHANGES,
                        said("aino", Will.GRANT, Door.FORM, NOON, null),
                        said("eino", Will.GRANT, Door.FORM, NOON, null),
                        said("veera", Will.PROHIBIT, Door.FORM, NOON, null))
                .with(
                        Topics.CAMPAIGN_CONTACTS,
                        contact("m-1", "aino", NOON.minusSeconds(60)),
                        contact("m-2", "aino", NOON.plusSeconds(3600)),
                        contact("m-3", "aino", NOON.plusSeconds(7200)))
                .close();
        assertThat(told("FROM time_to_first_contact ORDER BY subject"))
                .containsExactly(
                        "aino EMAIL 2026-03-01T12:00Z 2026-03-01T13:00Z 01:00:00",
                        "eino EMAIL 2026-03-01T12:00Z null null");
    }

    @Test
    void whoSaysNoWithinAWeekCountsForTheCampaign() throws Exception {
        Instant inTime = NOON.plusSeconds(7 * 86_400 - 1);
        exported()
                .with(
                        Topics.CAMPAIGN_CONTACTS,
                        contact("m-1", "aino", NOON),
                        contact("m-2", "aino", NOON.plusSeconds(60)),
                        contact("m-3", "eino", NOON),
                        contact("m-4", "veera", NOON),
                        contact("m-5", "ilmari", NOON))
                .with(
                        Topics.CONSENT_CHANGES,
                        said("aino", Will.WITHDRAW, Door.UNSUBSCRIBE_LINK, inTime, null),
                        said("aino", Will.PROHIBIT, Door.COMPLAINT, inTime, null),
                        said("eino", Will.WITHDRAW, Door.UNSUBSCRIBE_LINK, inTime.plusSeconds(1), null),
                        said("eino", Will.WITHDRAW, Door.LETTER, NOON.minusSeconds(1), null),
                        said("veera", Will.PROHIBIT, Door.HARD_BOUNCE, inTime, null),
                        said("sisko", Will.PROHIBIT, Door.LETTER, inTime, null))
                .close();
        assertThat(told("FROM withdrawals_after_campaign")).containsExactly("spring 5 4 1 0 1 1 0.25");
    }

    private ExportedFile exported() throws Exception {
        return new ExportedFile(folder.resolve("history.duckdb"));
    }

    private List<String> told(String sql) throws Exception {
        List<String> rows = new ArrayList<>();
        try (Connection connection = Staging.open(folder.resolve("history.duckdb"), false);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    row.add(found.getString(i));
                }
                rows.add(String.join(" ", row));
            }
        }
        return rows;
    }
}
