package fi.lupa.standalone.replay;

import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topic.Cleanup;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What is said at the end of an export: every record is accounted for, and what could not be there is named. */
final class Told {

    private Told() {}

    static void books(
            PrintWriter out,
            List<Span> spans,
            List<String> unreadable,
            Collection<EventReader> readers,
            TopicReader reader,
            Filters filters) {
        Map<Topic<?>, List<Span>> byTopic =
                spans.stream().collect(Collectors.groupingBy(Span::topic, LinkedHashMap::new, Collectors.toList()));
        String line = "%-26s %12s %12s %12s %12s %12s %12s%n";
        out.printf(line, "", "offsets", "holes", "records", "left out", "unreadable", "rows");
        byTopic.forEach((topic, of) -> out.printf(
                line,
                topic.name(),
                number(of.stream()
                        .mapToLong(span -> span.position() - span.begin())
                        .sum()),
                number(of.stream().mapToLong(Span::holes).sum()),
                number(of.stream().mapToLong(Span::records).sum()),
                number(of.stream().mapToLong(Span::leftOutSoFar).sum()),
                number(of.stream().mapToLong(Span::unreadableSoFar).sum()),
                number(of.stream().mapToLong(Span::rows).sum())));
        byTopic.forEach((topic, of) -> gaps(out, topic, of, reader, filters));
        if (!unreadable.isEmpty()) {
            out.println("Not readable, among them:");
            unreadable.forEach(one -> out.println("  " + one));
        }
        List<String> unlisted =
                readers.stream().flatMap(one -> one.unlisted().stream()).toList();
        if (!unlisted.isEmpty()) {
            out.println("Written under a schema that the registry does not list for the topic, and left out: "
                    + String.join(", ", unlisted) + ".");
        }
        out.flush();
    }

    private static void gaps(PrintWriter out, Topic<?> topic, List<Span> spans, TopicReader reader, Filters filters) {
        if (topic.cleanup() instanceof Cleanup.ToNewestOfKey) {
            out.println(topic.name()
                    + " is compacted: of each key the newest record is there, and what it replaced is not.");
            return;
        }
        long gone = spans.stream().mapToLong(Span::begin).sum();
        Instant oldest = reader.oldest(spans);
        if (gone > 0
                && (filters.from() == null || oldest == null || filters.from().isBefore(oldest))) {
            out.println("%s no longer has its first %s records%s; %s"
                    .formatted(
                            topic.name(),
                            number(gone),
                            topic.retention()
                                    .map(kept -> " (kept " + kept.toDays() + " days)")
                                    .orElse(""),
                            oldest == null ? "none is left." : "the oldest left was written at " + oldest + "."));
        }
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
