package fi.lupa.edge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MissingTopicsTest {

    private static final long BEGIN = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(20);

    private final MissingTopics missing = new MissingTopics();

    @Test
    void topicsThatComeBackWereNotGone() {
        assertThat(missing.forTooLong(at(0))).isFalse();
        assertThat(missing.forTooLong(at(29))).isFalse();
        assertThat(missing.forTooLong(at(60))).as("another time").isFalse();
        assertThat(missing.forTooLong(at(89))).isFalse();
    }

    @Test
    void topicsThatDoNotComeBackAreGone() {
        assertThat(missing.forTooLong(at(0))).isFalse();
        assertThat(missing.forTooLong(at(15))).isFalse();
        assertThat(missing.forTooLong(at(30))).isFalse();
        assertThat(missing.forTooLong(at(31))).isTrue();
    }

    /** Across the end of what a long holds, where nanoTime may be. */
    private static long at(long seconds) {
        return BEGIN + TimeUnit.SECONDS.toNanos(seconds);
    }
}
