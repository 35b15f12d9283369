package fi.lupa.standalone.bench;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.permission.Verdict;
import fi.lupa.schemas.topic.Topics;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The made-up records are the same at every run, of the size asked for, and tell their numbers. */
class WorkloadTest {

    private final Workload workload = new Workload(1, 1_000, 2_000, 10_000, 400);

    @Test
    void theSameSeedGivesTheSameRecords() {
        Workload again = new Workload(1, 1_000, 2_000, 10_000, 400);
        Workload other = new Workload(2, 1_000, 2_000, 10_000, 400);
        assertThat(again.message(7)).isEqualTo(workload.message(7)).isNotEqualTo(other.message(7));
        assertThat(again.statement(7)).isEqualTo(workload.statement(7)).isNotEqualTo(other.statement(7));
        assertThat(again.state(7)).isEqualTo(workload.state(7)).isNotEqualTo(other.state(7));
    }

    @Test
    void everyMessageHasItsSizeOnTheWire() {
        try (var serializer =
                BenchSerdes.inMemory().of(Topics.CAMPAIGN_MESSAGES).serializer()) {
            assertThat(IntStream.range(0, 100)
                            .map(i -> workload.subjectId(workload.recipient(i)).length()
                                    + serializer.serialize("", workload.message(i)).length))
                    .containsOnly(400);
        }
    }

    @Test
    void idsTellTheirNumber() {
        for (int number : new int[] {0, 1, 999, 1_000_000}) {
            assertThat(workload.subjectId(number)).hasSize(22);
            assertThat(workload.subjectOf(workload.subjectId(number))).isEqualTo(number);
        }
        assertThat(workload.messageOf(workload.message(7).getMessageId())).isEqualTo(7);
    }

    @Test
    void everybodySpeaksAndSixtyPerCentOfTheMessagesGoOut() {
        assertThat(IntStream.range(0, 2_000).map(workload::speaker).distinct()).hasSize(1_000);
        assertThat(IntStream.range(0, 10_000).filter(i -> workload.verdict(i) instanceof Verdict.Cleared))
                .hasSizeBetween(5_800, 6_200);
    }
}
