package fi.lupa.standalone.replay.gather;

import fi.lupa.consent.state.PublishedState;
import fi.lupa.consent.topology.Validation;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.RightExercised;
import fi.lupa.event.RightKind;
import fi.lupa.schemas.InternalSerde;
import fi.lupa.schemas.topic.Topics;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Everybody's newest state without a word of who they are, and all that was said, gathered to be gone through by person. */
public final class GatheredPeople {

    public static final int STATE = 0;
    static final int SAID = 1;

    private static final InternalSerde<ConsentState> STATES = new InternalSerde<>(ConsentState.class);
    private static final InternalSerde<ConsentChanged> STATEMENTS = new InternalSerde<>(ConsentChanged.class);

    private final GatheredEvents gathered;
    private final Map<String, Instant> erasedAt = new HashMap<>();
    private final Set<String> erased = new TreeSet<>();

    public GatheredPeople(GatheredEvents gathered) throws SQLException {
        this.gathered = gathered.table("state", "subject VARCHAR, place BIGINT, written BIGINT, event BLOB")
                .table("also", "subject VARCHAR, place BIGINT, other VARCHAR")
                .table("said", "subject VARCHAR, point VARCHAR, place BIGINT, event BLOB");
    }

    public EventGatherer readBy(EventGatherer reading) {
        return reading.inMemory(Topics.SUBJECT_RIGHTS, this::exercised)
                .on(Topics.CONSENT_STATE, this::known)
                .on(Topics.CONSENT_CHANGES, this::said);
    }

    private void exercised(ConsumerRecord<String, byte[]> record, RightExercised right) {
        if (right != null && right.getKind() == RightKind.ERASED) {
            erasedAt.merge(
                    right.getSubjectId(), right.getRecordedAt(), (one, other) -> one.isAfter(other) ? one : other);
            if (right.getErasedWith() == null) {
                erased.add(right.getSubjectId());
            }
        }
    }

    public void known(ConsumerRecord<String, byte[]> record, ConsentState state) throws SQLException {
        gathered.add(
                "state",
                record.key(),
                record.offset(),
                record.timestamp(),
                state == null ? null : bytes(PublishedState.withoutPerson(state)));
        if (state != null) {
            for (var alias : state.getAlsoKnownAs()) {
                gathered.add("also", record.key(), record.offset(), alias.getSubjectId());
            }
        }
    }

    public void said(ConsumerRecord<String, byte[]> record, ConsentChanged written) throws SQLException {
        if (written != null) {
            ConsentChanged said = Validation.statement(record.key(), written, Instant.ofEpochMilli(record.timestamp()));
            gathered.add(
                    "said",
                    said.getSubjectId(),
                    said.getContactPointId(),
                    record.offset(),
                    STATEMENTS.serializer().serialize(null, said));
        }
    }

    /** All is read: {@code known} is the newest state of everybody who is not erased, {@code alias} whom they stand for. */
    public void complete() throws SQLException {
        gathered.run("CREATE OR REPLACE TABLE erasure (subject VARCHAR, erasedAt BIGINT)");
        for (Map.Entry<String, Instant> one : erasedAt.entrySet()) {
            gathered.add("erasure", one.getKey(), one.getValue());
        }
        gathered.complete();
        gathered.run(
                "CREATE OR REPLACE TABLE newest AS SELECT subject, max(place) AS place FROM state GROUP BY subject");
        gathered.run(
                "CREATE OR REPLACE VIEW known AS SELECT state.* FROM state JOIN newest USING (subject, place)"
                        + " LEFT JOIN erasure USING (subject) WHERE event IS NOT NULL AND (erasedAt IS NULL OR written > erasedAt)");
        gathered.run(
                "CREATE OR REPLACE VIEW alias AS SELECT subject, other FROM also JOIN newest USING (subject, place)");
    }

    /** Whether what was recorded then was erased since. */
    public boolean isErased(String subjectId, Instant recordedAt) {
        Instant at = erasedAt.get(subjectId);
        return at != null && !recordedAt.isAfter(at);
    }

    /** Who was erased, each under their strongest name, whether or not they came back. */
    public Set<String> erased() {
        return erased;
    }

    static byte[] bytes(ConsentState state) {
        return STATES.serializer().serialize(null, state);
    }

    public static ConsentState state(byte[] bytes) {
        return STATES.deserializer().deserialize(null, bytes);
    }

    public static ConsentChanged said(byte[] bytes) {
        return STATEMENTS.deserializer().deserialize(null, bytes);
    }
}
