package fi.lupa.standalone.replay;

import fi.lupa.schemas.topic.Topic;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.Schema.Field;
import org.apache.avro.generic.IndexedRecord;

/** What comes out of people: pseudonyms, and who was erased as erased. */
final class Opening {

    private final Map<String, Instant> erasedAt;

    /** @param erasedAt when subjects were last erased */
    Opening(Map<String, Instant> erasedAt) {
        this.erasedAt = erasedAt;
    }

    /** Whether a record is of somebody who was erased after it was written. */
    boolean isErased(Topic<?> topic, String key, IndexedRecord value, long logTime) {
        if (erasedAt.isEmpty()) {
            return false;
        }
        Field field = value == null ? null : value.getSchema().getField("subjectId");
        Object subject = field == null ? null : value.get(field.pos());
        Instant at = erasedAt.get(subject == null && topic.spread() ? key : String.valueOf(subject));
        return at != null && logTime <= at.toEpochMilli();
    }

    String key(Topic<?> topic, String key) {
        return Withheld.key(topic, key, false);
    }

    /** The value as it comes out. */
    IndexedRecord opened(Topic<?> topic, String key, IndexedRecord value, boolean erased) {
        return value;
    }
}
