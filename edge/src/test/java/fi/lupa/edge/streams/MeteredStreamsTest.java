package fi.lupa.edge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.junit.jupiter.api.Test;

class MeteredStreamsTest {

    @Test
    void aMetricThatCannotBeReadTakesNoOtherAlong() {
        try (Metrics metrics = new Metrics()) {
            MetricName before = metrics.metricName("cpu-time", "stream");
            MetricName broken = metrics.metricName("block-cache-capacity", "stream");
            MetricName after = metrics.metricName("records", "stream");
            metrics.addMetric(before, (Gauge<Long>) (config, now) -> 1L);
            metrics.addMetric(broken, (Gauge<Long>) (config, now) -> {
                throw new ProcessorStateException("There is none.");
            });
            metrics.addMetric(after, (Gauge<Long>) (config, now) -> 2L);

            assertThat(MeteredStreams.readable(metrics.metrics()))
                    .containsKeys(before, after)
                    .doesNotContainKey(broken);
        }
    }
}
