package fi.lupa.edge.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.edge.HandClock;
import fi.lupa.edge.health.Health;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KafkaClockTest {

    private final HandClock machine = new HandClock();
    private final Instant noon = machine.at;
    private final Health health = new Health();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private long nanos = -17;
    private final KafkaClock clock = new KafkaClock(machine, () -> nanos);

    @BeforeEach
    void measure() {
        clock.measure(health, meters);
    }

    @Test
    void untilKafkaHasSaidItTheMachinesTimeIsAllThereIs() {
        assertThat(clock.instant()).isEqualTo(noon);
        assertThat(health.notes()).isEmpty();
    }

    @Test
    void whatWasTimedBeforeKafkaSaidThatItIsWrongIsSaidToBeSo() {
        Instant kafkas = noon.minus(Duration.ofHours(1));
        Instant timed = clock.instant();

        assertThat(clock.agreed(timed, kafkas.toEpochMilli())).isFalse();
        assertThat(clock.agreed(timed, kafkas.toEpochMilli()))
                .as("under way with it")
                .isFalse();
        assertThat(clock.agreed(clock.instant(), kafkas.toEpochMilli())).isTrue();
        assertThat(clock.instant()).isEqualTo(kafkas);
    }

    @Test
    void aMinuteApartIsTheMachinesAffair() {
        clock.agreed(noon, noon.minusSeconds(60).toEpochMilli());

        assertThat(clock.instant()).isEqualTo(noon);
        assertThat(health.notes()).isEmpty();
        assertThat(ahead()).isEqualTo(60);
    }

    @Test
    void aMachinesClockThatIsSetIsNotFollowed() {
        clock.agreed(noon, noon.toEpochMilli());
        passes(Duration.ofSeconds(5));

        setBy(Duration.ofHours(-1));

        assertThat(clock.instant()).isEqualTo(noon.plusSeconds(5));
        assertThat(ahead()).isEqualTo(-3_600);
        assertThat(health.notes())
                .containsEntry(
                        "clock",
                        "This machine's clock is 3600 s behind Kafka's, by which everything is timed until they agree.");

        setBy(Duration.ofHours(2));
        passes(Duration.ofSeconds(1));

        assertThat(clock.instant()).isEqualTo(noon.plusSeconds(6));
        assertThat(health.notes().get("clock")).contains("3600 s ahead of Kafka's");

        setBy(Duration.ofHours(-1));

        assertThat(clock.instant()).isEqualTo(machine.at);
        assertThat(health.notes()).isEmpty();
    }

    @Test
    void whatKafkaSaidHoldsInEveryZone() {
        Clock elsewhere = clock.withZone(ZoneId.of("Europe/Helsinki"));
        Instant kafkas = noon.minus(Duration.ofHours(1));

        clock.agreed(noon, kafkas.toEpochMilli());

        assertThat(elsewhere.instant()).isEqualTo(kafkas);
    }

    /** A clock that nobody sets stands still while its machine sleeps. */
    @Test
    void theNextAnswerTellsThatItWasTheMachineThatSlept() {
        clock.agreed(noon, noon.toEpochMilli());
        setBy(Duration.ofHours(8));
        assertThat(clock.instant()).isEqualTo(noon);

        clock.agreed(noon, machine.at.toEpochMilli());

        assertThat(clock.instant()).isEqualTo(machine.at);
        assertThat(ahead()).isZero();
    }

    private void passes(Duration time) {
        nanos += time.toNanos();
        setBy(time);
    }

    private void setBy(Duration time) {
        machine.at = machine.at.plus(time);
    }

    private double ahead() {
        return meters.get("lupa.clock.ahead.seconds").gauge().value();
    }
}
