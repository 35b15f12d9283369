package fi.lupa.permission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuietHoursTest {

    private static final ZoneId HELSINKI = ZoneId.of("Europe/Helsinki");

    /** On 29 March 2026 there is no 03:30 in Helsinki, on 25 October there are two. */
    @ParameterizedTest
    @CsvSource({
        "2026-03-28T22:00:00Z, 03:30, 09:00, 2026-03-29T01:30:00Z",
        "2026-10-24T22:00:00Z, 03:30, 09:00, 2026-10-25T00:30:00Z",
        "2026-10-25T00:15:00Z, 03:30, 09:00, 2026-10-25T00:30:00Z",
        "2026-10-25T01:15:00Z, 03:30, 09:00, 2026-10-25T01:30:00Z",
        "2026-10-25T01:45:00Z, 03:30, 09:00, 2026-10-25T01:45:00Z",
    })
    void openWhenTheClockOnTheWallSaysSo(Instant from, LocalTime opens, LocalTime closes, Instant opening) {
        assertThat(hours(opens, closes, false).opening(from, HELSINKI)).isEqualTo(opening);
    }

    @Test
    void anOpeningIsNeverBeforeItWasAskedForAndWithinTheHours() {
        SplittableRandom random = new SplittableRandom(7);
        long year = Instant.parse("2026-01-01T00:00:00Z").getEpochSecond();
        for (int i = 0; i < 20_000; i++) {
            LocalTime opens = LocalTime.ofSecondOfDay(random.nextInt(86_000));
            LocalTime closes = LocalTime.ofSecondOfDay(random.nextInt(opens.toSecondOfDay() + 1, 86_400));
            Terms.QuietHours hours = hours(opens, closes, random.nextBoolean());
            Instant from = Instant.ofEpochSecond(year + random.nextInt(365 * 86_400));

            Instant opening = hours.opening(from, HELSINKI);

            assertThat(opening).isAfterOrEqualTo(from);
            LocalTime local = opening.atZone(HELSINKI).toLocalTime();
            boolean inTheGap = opening.toString().startsWith("2026-03-29T01");
            assertThat(inTheGap || (!local.isBefore(opens) && local.isBefore(closes)))
                    .as("%s to %s, from %s", opens, closes, from)
                    .isTrue();
        }
    }

    private static Terms.QuietHours hours(LocalTime opens, LocalTime closes, boolean weekdaysOnly) {
        return new Terms.QuietHours(
                Set.of(Purpose.DIRECT_MARKETING), Set.of(Channel.PHONE), opens, closes, weekdaysOnly);
    }
}
