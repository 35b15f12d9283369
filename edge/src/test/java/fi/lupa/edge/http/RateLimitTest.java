package fi.lupa.edge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

    @Test
    void whoComesTooOftenIsToldWhenToComeAgainAndThenIsLetIn() {
        RateLimit limit = new RateLimit(2, now::get);
        limit.take("a");
        limit.take("a");
        ProblemException refused = catchThrowableOfType(ProblemException.class, () -> limit.take("a"));
        assertThat(refused.problem().status()).isEqualTo(429);
        assertThat(refused.retryAfter()).contains(Duration.ofSeconds(30));
        assertThatCode(() -> limit.take("b")).doesNotThrowAnyException();

        now.set(Instant.EPOCH.plusSeconds(30));
        assertThatCode(() -> limit.take("a")).doesNotThrowAnyException();
        assertThat(catchThrowableOfType(ProblemException.class, () -> limit.take("a")))
                .isNotNull();
    }

    @Test
    void aClockThatIsSetBackKeepsNobodyOut() {
        RateLimit limit = new RateLimit(2, now::get);
        limit.take("a");
        now.set(Instant.EPOCH.minusSeconds(3_600));
        assertThatCode(() -> limit.take("a")).doesNotThrowAnyException();
    }

    @Test
    void zeroIsNoLimit() {
        RateLimit limit = new RateLimit(0, now::get);
        for (int i = 0; i < 1_000; i++) {
            limit.take("a");
        }
    }
}
