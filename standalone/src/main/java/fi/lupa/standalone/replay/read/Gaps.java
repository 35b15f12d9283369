package fi.lupa.standalone.replay.read;

import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topic.Cleanup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Says what the topics no longer have. Whether that was of the period nothing that is left can tell: it went by offset, and where
 * a clock was set back, later offsets have earlier times.
 */
public final class Gaps {

    private Gaps() {}

    public static List<String> of(List<PartitionSpan> spans, TopicReader reader) {
        Map<Topic<?>, List<PartitionSpan>> byTopic = spans.stream()
                .collect(Collectors.groupingBy(PartitionSpan::topic, LinkedHashMap::new, Collectors.toList()));
        List<String> gaps = new ArrayList<>();
        List<String> compacted = new ArrayList<>();
        byTopic.forEach((topic, of) -> {
            if (topic.cleanup() instanceof Cleanup.ToNewestOfKey) {
                compacted.add(topic.name());
                return;
            }
            long gone = of.stream().mapToLong(PartitionSpan::begin).sum();
            if (gone > 0) {
                Instant first = reader.firstLeft(of);
                gaps.add(String.format(
                        Locale.ROOT,
                        "%s no longer has its first %,d records%s; %s",
                        topic.name(),
                        gone,
                        topic.retention()
                                .map(kept -> " (kept " + kept.toDays() + " days)")
                                .orElse(""),
                        first == null ? "none is left." : "the first that is left was written at " + first + "."));
            }
        });
        if (!compacted.isEmpty()) {
            gaps.add("Compacted, so that of each key the newest record is there and what it replaced is not: "
                    + String.join(", ", compacted) + ".");
        }
        return gaps;
    }
}
