package fi.lupa.standalone.replay.read;

import fi.lupa.edge.kafka.Installation;
import fi.lupa.schemas.EventSerdes;
import fi.lupa.schemas.registry.RegistryClient;
import fi.lupa.schemas.registry.SchemaRegistry;
import fi.lupa.schemas.topic.Topic;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.kafka.common.KafkaException;

/**
 * The topics and schemas that history is read from.
 *
 * @param client how to reach Kafka
 * @param prefix of the topics' names
 * @param serdes of today's events
 * @param registry the schemas that records were written by
 * @param versions a topic's schemas, oldest first
 */
public record Source(
        Map<String, Object> client,
        String prefix,
        EventSerdes serdes,
        SchemaRegistry registry,
        Function<Topic<?>, List<Schema>> versions) {

    public static Source of(Installation installation, RegistryClient registry) {
        return new Source(
                installation.clientProperties(),
                installation.prefix(),
                installation,
                registry,
                topic -> versions(registry, topic.subject(installation.prefix())));
    }

    /** A source of today's schemas alone. */
    public static Source ofToday(
            Map<String, Object> client, String prefix, EventSerdes serdes, SchemaRegistry registry) {
        return new Source(client, prefix, serdes, registry, topic -> List.of());
    }

    public TopicReader reader() {
        return new TopicReader(client, prefix);
    }

    /** What reads a topic's values. */
    public EventReader events(Topic<?> topic, boolean opened) {
        List<Schema> found = versions.apply(topic);
        try {
            return new EventReader(topic, registry, found.isEmpty() ? List.of(topic.schema()) : found, opened);
        } catch (IllegalArgumentException e) {
            throw new KafkaException(topic.name() + " cannot be one table. " + e.getMessage(), e);
        }
    }

    private static List<Schema> versions(RegistryClient registry, String subject) {
        return registry.versions(subject).stream()
                .map(version -> registry.version(subject, version))
                .toList();
    }
}
