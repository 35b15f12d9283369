package fi.lupa.standalone.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The bench on few records: it measures every phase, its books balance, and it refuses what makes no sense. */
class BenchIT {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void measuresEveryPhaseAndBalancesItsBooks() {
        assertThat(bench("--subjects=2000", "--statements=4000", "--messages=5000"))
                .as("%s%s", out, err)
                .isZero();

        for (Phase phase : Phase.values()) {
            assertThat(out.toString()).containsPattern(Pattern.quote(phase.title()) + " +[45],000 ");
        }
        MatchResult books = Pattern.compile("5,000 messages = ([0-9,]+) cleared \\+ ([0-9,]+) suppressed, each once")
                .matcher(out.toString())
                .results()
                .findFirst()
                .orElseThrow();
        assertThat(number(books.group(1))).isBetween(2_800, 3_200);
        assertThat(number(books.group(1)) + number(books.group(2))).isEqualTo(5_000);
        assertThat(err.toString()).contains("writing campaign.messages: 5,000 of 5,000, ");
    }

    @Test
    void measuresWhatIsAskedForAlone() {
        assertThat(bench("--only=ROUTING", "--subjects=500", "--statements=500", "--messages=1000"))
                .as("%s%s", out, err)
                .isZero();

        assertThat(out.toString())
                .contains(Phase.ROUTING.title(), Phase.MESSAGE_COPY.title(), "1,000 messages = ")
                .doesNotContain(Phase.FOLD.title(), Phase.EXPORT.title());
    }

    @Test
    void measuresBothServicesAsTheyRunWhereThatIsAskedFor() {
        assertThat(bench("--only=SERVICES", "--subjects=200", "--statements=200", "--messages=1000"))
                .as("%s%s", out, err)
                .isZero();

        assertThat(out.toString())
                .containsPattern("withdrawal answered → suppressed, idle, p99 +[0-9,.]+ ms +≤ 25 ms +(met|missed)")
                .containsPattern("withdrawal answered → suppressed, 20,000 messages/s")
                .containsPattern("withdrawal answered → suppressed, half the peak.*, p99 +[0-9,.]+ ms +≤ 100 ms")
                .containsPattern("message sent → cleared and visible, half the peak, p99 +[0-9,.]+ ms +≤ 250 ms")
                .containsPattern("campaign-router: start after a clean stop → first decision +[0-9,.]+ s +≤ 3 s")
                .containsPattern("campaign-router: start after a crash, .* → first decision +[0-9,.]+ s +≤ 10 s")
                .containsPattern("consent-stream: start after a clean stop → first form folded +[0-9,.]+ s")
                .containsPattern("forms answered and folded, per core that it uses +[0-9,]+ forms/s +≥ 5,000")
                .containsPattern("decisions answered, per core that it uses +[0-9,]+ decisions/s +≥ 100,000")
                .containsPattern("consent-stream: state on disk, a person +[0-9,]+ bytes +≤ 200 bytes")
                .containsPattern("campaign-router: resident memory +[0-9,]+ MB +≤ 600 MB")
                .containsPattern("backlog: 1,000 messages = [0-9,]+ cleared \\+ [0-9,]+ suppressed, as each")
                .contains("idle: 13 withdrawals, and nothing went out", "350 forms answered with 202 = 350 events.")
                .doesNotContain(Phase.ROUTING.title());
        assertThat(err.toString()).contains("writing forms.inbox: 200 of 200, ", "sending forms: 200 of 200, ");
    }

    @Test
    void soaksAndTellsWhetherMemoryGrows() {
        assertThat(bench("--soak=10s", "--rate=200", "--subjects=500", "--statements=500"))
                .as("%s%s", out, err)
                .isZero();

        assertThat(out.toString())
                .containsPattern("[0-9]+ s +[1-9],[0-9]{3} messages, ")
                .contains("Memory does not grow.");
    }

    @Test
    void saysWhereThePeersAre() {
        assertThat(bench("--peers")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("--peers finds none", "standalone/peers");
    }

    @Test
    void refusesWhatMakesNoSenseAllAtOnce() {
        assertThat(bench("--subjects=0", "--threads=0", "--message-bytes=600000", "--soak=1s"))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString())
                .contains("--subjects is 0", "--threads is 0", "--message-bytes is 600000", "--soak is 1 s");
    }

    @Test
    void refusesMessagesTooSmallToBeOne() {
        assertThat(bench("--message-bytes=20")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("--message-bytes: No message is that small; the smallest has ");
    }

    private int bench(String... arguments) {
        return new CommandLine(new BenchCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private static int number(String written) {
        return Integer.parseInt(written.replace(",", ""));
    }
}
