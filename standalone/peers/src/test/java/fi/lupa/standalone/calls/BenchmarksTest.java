package fi.lupa.standalone.calls;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.permission.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the benchmarks measure is what their names say. */
class BenchmarksTest {

    @Test
    void aDecisionClearsAndSuppresses() {
        PolicyBenchmark decisions = new PolicyBenchmark();
        assertThat(decisions.cleared()).isInstanceOf(Verdict.Cleared.class);
        assertThat(decisions.suppressed()).isInstanceOf(Verdict.Suppressed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CampaignMessage", "MessageCleared", "ConsentState"})
    void anEventIsReadAsItWasWritten(String event) {
        SerdeBenchmark serdes = new SerdeBenchmark();
        serdes.event = event;
        serdes.prepare();
        assertThat(serdes.serialize()).hasSizeGreaterThan(100);
        assertThat(serdes.deserialize().getClass().getSimpleName()).isEqualTo(event);
    }
}
