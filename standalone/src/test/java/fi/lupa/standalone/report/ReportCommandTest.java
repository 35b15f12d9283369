package fi.lupa.standalone.report;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Door;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.replay.Events;
import fi.lupa.standalone.replay.table.ExportedFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code lupa report} tells a period on one page that shows nobody and loads nothing. */
class ReportCommandTest {

    /** The first half hour of March in Helsinki, and still February in UTC. */
    private static final Instant EARLY = Instant.parse("2026-02-28T22:30:00Z");

    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();

    @Test
    void everyFigureIsInATable() throws Exception {
        exportAll();
        String page = page("2026-03-01", "2026-03-04");
        assertThat(rows(page, "Email")).containsExactly("1 Mar 1 0", "2 Mar 1 0", "3 Mar 1 0");
        assertThat(rows(page, "By door"))
                .containsExactly("Form 2 0 0 0", "Confirmation link 1 0 0 0", "Unsubscribe link 0 0 1 0");
        assertThat(rows(page, "By form")).containsExactly("newsletter 2 0 0 0", "order 1 0 0 0");
        assertThat(rows(page, "By form and scope"))
                .containsExactly("newsletter, email 1 0 0 1 1", "order, email 1 0 0 0 1");
        assertThat(rows(page, "Cleared and held back")).containsExactly("1 Mar 0 0", "2 Mar 1 1", "3 Mar 0 0");
        assertThat(rows(page, "Held back, by reason")).containsExactly("No consent 1 1", "Essential only 0 1");
        assertThat(rows(page, "By campaign")).containsExactly("spring 1 0 0 1 1 1 100.0 %");
    }

    @Test
    void aLongPeriodIsToldByTheWeek() throws Exception {
        exportAll();
        assertThat(rows(page("2026-02-25", "2026-04-01"), "Cleared and held back"))
                .containsExactly("25 Feb 1 1", "4 Mar 0 0", "11 Mar 0 0", "18 Mar 0 0", "25 Mar 0 0");
    }

    @Test
    void thePageShowsNobodyAndLoadsNothing() throws Exception {
        exportAll();
        String page = page("2026-03-01", "2026-03-04");
        assertThat(page).doesNotContain("aino", "eino", "<script", "http://", "https://", "url(", "src=\"", "href=");
        String style = page.substring(page.indexOf("<style>") + 7, page.indexOf("</style>"));
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
        assertThat(page.replace("&#39;", "'"))
                .contains("default-src 'none'; style-src 'sha256-"
                        + Base64.getEncoder().encodeToString(hash) + "'");
    }

    @Test
    void whereThereIsNothingItSaysSo() throws Exception {
        exportAll();
        assertThat(page("2020-01-01", "2020-02-01"))
                .contains("Nothing was said and nothing decided in this period", "There is nothing in this period.");
    }

    @Test
    void whatWasNotExportedIsNotTold() throws Exception {
        new ExportedFile(folder.resolve("history.duckdb"))
                .with(Topics.CAMPAIGN_SUPPRESSED, Events.suppressed("m-1", NOON))
                .close();
        assertThat(page("2026-03-01", "2026-03-04"))
                .contains("What this needs was not exported.", "Held back, by reason");
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThat(report("2026-03-04", "2026-03-04")).isEqualTo(2);
        assertThat(err.toString()).contains("There is no ", "--until is not after --from");
        assertThat(report("March", "2026-03-04")).isEqualTo(2);
    }

    private void exportAll() throws Exception {
        FormSubmitted newsletter = Events.form("newsletter", EARLY, Will.GRANT, true);
        FormSubmitted order = Events.form("order", NOON, Will.GRANT, false);
        ConsentChanged asked = asking(Events.said("aino", Will.GRANT, Door.FORM, EARLY, newsletter.getEventId()));
        new ExportedFile(folder.resolve("history.duckdb"))
                .with(Topics.FORMS_SUBMITTED, newsletter, order)
                .with(
                        Topics.CONSENT_CHANGES,
                        asked,
                        Events.said(
                                "aino",
                                Will.CONFIRM,
                                Door.CONFIRMATION_LINK,
                                EARLY.plusSeconds(60),
                                asked.getEventId()),
                        Events.said("eino", Will.WITHDRAW, Door.UNSUBSCRIBE_LINK, NOON.plusSeconds(1), null),
                        Events.said("eino", Will.GRANT, Door.FORM, NOON.minusSeconds(60), order.getEventId()),
                        Events.said("aino", Will.WITHDRAW, Door.LETTER, Instant.parse("2026-03-03T22:00:00Z"), null))
                .with(Topics.CAMPAIGN_CONTACTS, Events.contact("m-1", "eino", NOON))
                .with(Topics.CAMPAIGN_SUPPRESSED, Events.suppressed("m-2", NOON))
                .close();
    }

    private static ConsentChanged asking(ConsentChanged said) {
        return ConsentChanged.newBuilder(said).setAwaitsConfirmation(true).build();
    }

    private String page(String from, String until) throws Exception {
        assertThat(report(from, until)).as(err::toString).isZero();
        return Files.readString(folder.resolve("report.html"));
    }

    private int report(String from, String until) {
        return new CommandLine(new ReportCommand())
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err, true))
                .execute(
                        folder.resolve("history.duckdb").toString(),
                        "--from",
                        from,
                        "--until",
                        until,
                        "--to",
                        folder.resolve("report.html").toString());
    }

    /** The rows of a plot's table, each as one text. */
    private static List<String> rows(String page, String title) {
        String figure = page.substring(page.indexOf("<h3>" + title + "</h3>"));
        Matcher rows = Pattern.compile("(?s)<tr><th scope=\"row\">(.*?)</tr>")
                .matcher(figure.substring(0, figure.indexOf("</table>")));
        return rows.results()
                .map(row -> row.group(1)
                        .replaceAll("<[^>]*>", " ")
                        .replaceAll("\\s+", " ")
                        .strip())
                .toList();
    }
}
