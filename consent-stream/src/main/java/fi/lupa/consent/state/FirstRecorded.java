package fi.lupa.consent.state;

import fi.lupa.event.ConsentChanged;
import java.util.Map;
import java.util.UUID;

/**
 * Of a statement that was recorded again under its id, the first counts: sent again, as after a 503, it was still said then, and
 * must not come after what was said in between. Other words under the same id are a statement of their own.
 */
public final class FirstRecorded {

    /** What makes two records of one id the same statement. */
    public record Words(
            String subjectId,
            UUID eventId,
            String scope,
            String topic,
            String will,
            String contactPointId,
            UUID about) {

        public static Words of(ConsentChanged statement) {
            return new Words(
                    statement.getSubjectId(),
                    statement.getEventId(),
                    statement.getScope().name(),
                    statement.getTopic(),
                    statement.getWill().name(),
                    statement.getContactPointId(),
                    statement.getAbout());
        }

        /** Tells statements of one id apart. */
        public String suffix() {
            return String.join("/", scope, will, String.valueOf(topic), String.valueOf(contactPointId));
        }
    }

    private FirstRecorded() {}

    public static void put(Map<Words, ConsentChanged> all, ConsentChanged statement) {
        all.merge(Words.of(statement), statement, FirstRecorded::of);
    }

    /** Of two records of the same words. */
    public static ConsentChanged of(ConsentChanged one, ConsentChanged other) {
        return other.getRecordedAt().isBefore(one.getRecordedAt()) ? other : one;
    }
}
