package fi.lupa.consent.state;

import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Will;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Of a statement that was recorded again under its id the stricter counts, in whatever order they come. A yes counts from when it
 * was recorded first: sent again, as after a 503, it must not come after a no that was said in between. A no counts from when it
 * was recorded last: pressed again it may be meant against a yes in between. Other words under the same id are a statement of
 * their own.
 */
public final class RecordedAgain {

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
            return String.join(
                    "/", scope, will, String.valueOf(topic), String.valueOf(contactPointId), String.valueOf(about));
        }
    }

    private static final Set<Will> YES = EnumSet.of(Will.GRANT, Will.CONFIRM, Will.LIFT);

    private RecordedAgain() {}

    public static void put(Map<Words, ConsentChanged> all, ConsentChanged statement) {
        all.merge(Words.of(statement), statement, RecordedAgain::of);
    }

    /** Of two records of the same words. */
    public static ConsentChanged of(ConsentChanged one, ConsentChanged other) {
        int order = other.getRecordedAt().compareTo(one.getRecordedAt());
        return (YES.contains(one.getWill()) ? order < 0 : order > 0) ? other : one;
    }
}
