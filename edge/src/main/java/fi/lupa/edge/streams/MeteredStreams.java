package fi.lupa.edge.streams;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;

/**
 * A topology's threads, which give those of their metrics that can be read. Of a block cache that a store has not RocksDB tells
 * nothing, and Kafka throws; whoever binds metrics would leave off there, and all that come after would be missing.
 */
final class MeteredStreams extends KafkaStreams {

    MeteredStreams(Topology topology, Properties properties, KafkaClientSupplier clients) {
        super(topology, properties, clients);
    }

    @Override
    public Map<MetricName, Metric> metrics() {
        return readable(super.metrics());
    }

    static Map<MetricName, Metric> readable(Map<MetricName, ? extends Metric> metrics) {
        Map<MetricName, Metric> readable = new LinkedHashMap<>();
        metrics.forEach((name, metric) -> {
            if (isReadable(metric)) {
                readable.put(name, metric);
            }
        });
        return readable;
    }

    private static boolean isReadable(Metric metric) {
        try {
            metric.metricValue();
            return true;
        } catch (KafkaException e) {
            return false;
        }
    }
}
