package fi.lupa.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.permission.Reason;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lupa policy}: the README shows what it prints. */
class PolicyCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    void theShippedPolicyIsShownAsTheReadmeShowsIt() throws IOException {
        assertThat(run("policy")).isZero();

        assertThat(out.toString()).startsWith("Policy lupa-2026-4  (Lupa's own)");
        assertThat(Files.readString(Path.of("..", "README.md"))).contains("```text\n" + out + "```");
    }

    @Test
    void theReadmeNamesEveryReason() throws IOException {
        assertThat(Files.readString(Path.of("..", "README.md")))
                .contains(Arrays.stream(Reason.values())
                        .map(reason -> "`" + reason + "`")
                        .toList());
    }

    @Test
    void aPolicyOfOnesOwnIsShownWithWhatItAdds() throws IOException {
        Path own = Files.writeString(directory.resolve("own.yaml"), """
                version: oma-1
                purposes:
                  DIRECT_MARKETING:
                    finnish: suoramarkkinointi
                    person: { EMAIL: opt-in, MOBILE: opt-in, PHONE: opt-in, POST: opt-out }
                    prohibitedBy: [CHANNEL]
                  MARKET_RESEARCH:
                    finnish: markkinatutkimus
                    person: { EMAIL: always, MOBILE: always, PHONE: always, POST: always }
                  CUSTOMER_COMMUNICATION:
                    finnish: asiakasviestintä
                    person: { EMAIL: always, MOBILE: always, PHONE: always, POST: always }
                  SERVICE_ADVERTISING:
                    finnish: mainonta
                    person: { EMAIL: always, MOBILE: always, PHONE: always, POST: always }
                  BENEFIT:
                    finnish: etuviestintä
                    person: { EMAIL: always, MOBILE: always, PHONE: always, POST: always }
                  SERVICE_NOTICE:
                    finnish: tiedotteet
                    person: { EMAIL: always, MOBILE: always, PHONE: always, POST: always }
                topics:
                  horoscopes: { answer: opt-in, name: { fi: Horoskoopit, en: Horoscopes } }
                alsoProhibits: {}
                essentialOnly:
                  whenProhibited: [EMAIL]
                  stillSent: []
                transfers:
                  homeArea: [FI]
                  adequate: []
                  bases: []
                staleAfter: { EMAIL: PT1H, MOBILE: PT90M, PHONE: P1D, POST: P14D }
                confirmWithin: P4D
                consentValidFor: { EMAIL: P1Y6M }
                clearedOnceWithin: P2D
                timeZone: Europe/Stockholm
                caps:
                  - { purposes: [BENEFIT], channels: [EMAIL, MOBILE], most: 4, window: P7D }
                quietHours: []
                """);

        assertThat(run("policy", "--policy", own.toString())).isZero();

        assertThat(out.toString())
                .startsWith("Policy oma-1  " + own)
                .contains("  DIRECT_MARKETING        opt-in      opt-in        opt-in   opt-out  CHANNEL\n")
                .contains("  MARKET_RESEARCH         always      always        always   always   nothing\n")
                .doesNotContain("organisation", "stops more")
                .contains("  horoscopes              opt-in: Horoskoopit, Horoscopes\n")
                .contains("  still gets              nothing\n")
                .contains("  cleared, it goes out in 1 hour      PT1H30M       24 hours 14 days\n")
                .contains("  a consent counts        1 year 6 months")
                .contains("  confirmed within        4 days\n")
                .contains("  cleared once within     48 hours\n")
                .contains("  time zone, unless known Europe/Stockholm\n")
                .contains("  EMAIL, MOBILE           at most 4 in 7 days: BENEFIT\n");
    }

    @Test
    void aWrongPolicyIsAnsweredWithAllItsFaults() throws IOException {
        Path wrong = Files.writeString(directory.resolve("wrong.yaml"), "version: oma 1\npurpose: {}\n");

        assertThat(run("policy", "--policy", wrong.toString())).isEqualTo(2);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines())
                .allMatch(line -> line.startsWith(wrong + ": "))
                .contains(wrong + ": The file has the unknown \"purpose\"; did you mean purposes?")
                .hasSizeGreaterThan(10);
    }

    @Test
    void aFlagThatThereIsNotIsNotUnderstood() {
        assertThat(run("policy", "--plicy", "x")).isEqualTo(2);
        assertThat(err.toString()).contains("--policy");
        assertThat(run("policy", "--help")).isZero();
        assertThat(out.toString()).contains("LUPA_POLICY");
    }

    private int run(String... args) {
        return Lupa.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }
}
