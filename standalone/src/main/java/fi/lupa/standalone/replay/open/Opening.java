package fi.lupa.standalone.replay.open;

import fi.lupa.schemas.topic.Topic;
import fi.lupa.standalone.replay.read.Withheld;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.generic.IndexedRecord;

/** What comes out of people: pseudonyms, or who they are to whoever may know it; and who was erased as erased. */
public final class Opening implements AutoCloseable {

    private final Map<String, Instant> erasedAt;
    private final OpenedPieces pieces;

    /**
     * @param erasedAt when subjects were last erased
     * @param pieces opens what is sealed; null for pseudonyms
     */
    public Opening(Map<String, Instant> erasedAt, OpenedPieces pieces) {
        this.erasedAt = erasedAt;
        this.pieces = pieces;
    }

    /** Names those who were erased: as soon as another is, or one again, by another name. */
    public String erasures() {
        return erasedAt.size() + " erasures " + Integer.toHexString(erasedAt.hashCode());
    }

    /** What a table shows of what is read. */
    public Schema shown(Schema read) {
        return pieces == null ? read : Withheld.fromAll(read);
    }

    /** Whether a record is of somebody who was erased after it was written. */
    public boolean isErased(Topic<?> topic, String key, IndexedRecord value, long logTime) {
        return Erasures.isErased(erasedAt, topic, key, value, logTime);
    }

    public String key(Topic<?> topic, String key) {
        return Withheld.key(topic, key, pieces != null);
    }

    /** The value as it comes out: what tells who somebody is not at all, unless it is opened and they were not erased. */
    public IndexedRecord opened(Topic<?> topic, String key, IndexedRecord value, boolean erased) {
        if (pieces == null || value == null) {
            return value;
        }
        if (erased) {
            Withheld.UNLESS_OPENED.forEach(name -> set(value, name, null));
        } else {
            Object personal = pieces.open(topic, key, value);
            if (personal != null) {
                set(value, "personal", personal);
            }
        }
        return value;
    }

    static Object of(IndexedRecord value, String name) {
        Field field = value.getSchema().getField(name);
        return field == null ? null : value.get(field.pos());
    }

    private static void set(IndexedRecord value, String name, Object to) {
        Field field = value.getSchema().getField(name);
        if (field != null) {
            value.put(field.pos(), to);
        }
    }

    @Override
    public void close() {
        if (pieces != null) {
            pieces.close();
        }
    }
}
