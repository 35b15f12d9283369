package fi.lupa.standalone.peers;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.standalone.bench.BenchCommand;
import fi.lupa.standalone.bench.Peer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The peers on few records: every message has one outcome, the one that the policy says, or the bench fails. */
class PeersIT {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void everyPeerRoutesEveryMessageAsThePolicySays() {
        int code = new CommandLine(new BenchCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute("--peers", "--only=ROUTING", "--subjects=500", "--statements=500", "--messages=1000");
        assertThat(code).as("%s%s", out, err).isZero();

        for (Peer peer : ServiceLoader.load(Peer.class)) {
            if (peer.lacks().isEmpty()) {
                assertThat(out.toString()).containsPattern(Pattern.quote(peer.title()) + " +1,000 ");
            } else {
                assertThat(err.toString()).contains("Without " + peer.title() + ": ");
            }
        }
    }
}
