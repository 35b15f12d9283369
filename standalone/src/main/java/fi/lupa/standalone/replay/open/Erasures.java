package fi.lupa.standalone.replay.open;

import fi.lupa.event.RightExercised;
import fi.lupa.event.RightKind;
import fi.lupa.schemas.EventSerdes;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.replay.read.PartitionSpan;
import fi.lupa.standalone.replay.read.TopicReader;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

/** Who was erased, and when last, by the topic that is kept for ever as the proof of it. */
public final class Erasures {

    private Erasures() {}

    /** Whether a record is of somebody who was erased after it was written. */
    public static boolean isErased(
            Map<String, Instant> erased, Topic<?> topic, String key, IndexedRecord value, long logTime) {
        if (erased.isEmpty()) {
            return false;
        }
        Object subject = value == null ? null : Opening.of(value, "subjectId");
        Instant at = erased.get(subject == null && topic.spread() ? key : String.valueOf(subject));
        return at != null && logTime <= at.toEpochMilli();
    }

    /** When each was erased last. */
    public static Map<String, Instant> in(TopicReader reader, EventSerdes serdes) throws Exception {
        Map<String, Instant> erased = new HashMap<>();
        Deserializer<RightExercised> rights = serdes.of(Topics.SUBJECT_RIGHTS).deserializer();
        reader.read(reader.spans(List.of(Topics.SUBJECT_RIGHTS)), new TopicReader.Take() {
            @Override
            public void record(PartitionSpan span, ConsumerRecord<String, byte[]> record) {
                // What cannot be read here might be an erasure: it is not passed over.
                RightExercised right = rights.deserialize(record.topic(), record.value());
                if (right != null && right.getKind() == RightKind.ERASED) {
                    erased.merge(
                            right.getSubjectId(),
                            right.getRecordedAt(),
                            (one, other) -> one.isAfter(other) ? one : other);
                }
            }

            @Override
            public void batch() {
                // Nothing is kept in between.
            }
        });
        return erased;
    }
}
