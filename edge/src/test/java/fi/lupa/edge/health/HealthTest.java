package fi.lupa.edge.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is not known to be well is not ready; life is another question. */
class HealthTest {
    @Test
    void namesEveryCheckThatObjects() {
        Health health = new Health()
                .ready("kafka", Optional::empty)
                .ready("registry", () -> Optional.of("The registry does not answer."))
                .ready("streams", () -> Optional.of("Kafka Streams is rebalancing."));

        assertThat(health.notReady())
                .isEqualTo(Map.of(
                        "registry", "The registry does not answer.", "streams", "Kafka Streams is rebalancing."));
        assertThat(health.notLive()).isEmpty();
    }

    @Test
    void takesACheckThatFailsForAReasonWithoutItsMessage() {
        Health health = new Health().live("streams", () -> {
            throw new IllegalStateException("aino@example.fi");
        });

        assertThat(health.notLive())
                .isEqualTo(Map.of("streams", "The check itself failed with IllegalStateException."));
        assertThat(health.notReady()).isEmpty();
    }
}
