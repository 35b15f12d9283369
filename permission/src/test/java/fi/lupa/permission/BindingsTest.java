package fi.lupa.permission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.Period;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BindingsTest {

    private static final long SECONDS_A_DAY = 86_400;

    /** The fast path asks the calendar of old consents only; here it is asked of each. */
    @Test
    void aConsentEndsWhenTheCalendarSaysSoHoweverItIsLookedUp() {
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 300; round++) {
            Period validFor = Period.of(random.nextInt(4), random.nextInt(-5, 30), random.nextInt(-9, 90));
            Terms terms = ShippedTerms.with(Map.of(), Map.of(Channel.EMAIL, validFor));
            Bindings bindings = new Bindings(terms);
            for (int i = 0; i < 100; i++) {
                Instant since = Instant.ofEpochMilli(random.nextLong(2_000_000_000_000L));
                Instant ends = terms.consentEnds(Channel.EMAIL, since);
                Instant near = ends.plusMillis(random.nextLong(-2_000, 2_000));
                Instant far = since.plusSeconds(random.nextLong(-2, 1_500) * SECONDS_A_DAY);
                for (Instant at : new Instant[] {near, far, ends, ends.minusNanos(1)}) {
                    assertThat(bindings.consentHasEnded(Channel.EMAIL, since, at))
                            .as("%s from %s, at %s", validFor, since, at)
                            .isEqualTo(!at.isBefore(ends));
                }
                assertThat(bindings.consentHasEnded(Channel.PHONE, since, far)).isFalse();
            }
        }
    }
}
