package fi.lupa.standalone.replay.read;

import fi.lupa.permission.Scope;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.generic.IndexedRecord;

/**
 * Which records are wanted; what is null asks nothing.
 *
 * @param from the first moment
 * @param until the first moment that is too late
 * @param byLogTime whether the moments are those at which records were written, and not those of which they tell
 * @param form the id of a form; of statements, those that were said on it
 */
public record Filters(
        Instant from, Instant until, boolean byLogTime, String subject, String campaign, Scope scope, String form) {

    private static final String SUBJECT = "subjectId";
    private static final String CAMPAIGN = "campaignId";
    private static final String SCOPE = "scope";
    private static final String STATEMENTS = "statements";
    static final String FORM = "formId";

    /** Whether a topic's records can be told apart by all that is asked; those of another have nothing to do with it. */
    public boolean canTell(Topic<?> topic) {
        Schema schema = topic.schema();
        return (subject == null || topic.spread() || schema.getField(SUBJECT) != null)
                && (campaign == null || isKeyedByCampaign(topic) || schema.getField(CAMPAIGN) != null)
                && (scope == null || schema.getField(SCOPE) != null || schema.getField(STATEMENTS) != null)
                && (form == null || schema.getField(FORM) != null || topic.equals(Topics.CONSENT_CHANGES));
    }

    /**
     * Whether a record is wanted. A statement's form is not known to it: whoever asks for one looks at the forms, too.
     *
     * @param value null for a tombstone, which tells nothing but its key and time
     */
    public boolean take(Topic<?> topic, String key, IndexedRecord value, long logTime) {
        return isIn(topic, value, logTime)
                && (subject == null || subject.equals(text(value, SUBJECT)) || (topic.spread() && subject.equals(key)))
                && (campaign == null
                        || campaign.equals(text(value, CAMPAIGN))
                        || (isKeyedByCampaign(topic) && campaign.equals(key)))
                && (scope == null || tellsOf(value))
                && (form == null || topic.equals(Topics.CONSENT_CHANGES) || form.equals(text(value, FORM)));
    }

    private boolean isIn(Topic<?> topic, IndexedRecord value, long logTime) {
        if (from == null && until == null) {
            return true;
        }
        long at = byLogTime || value == null
                ? logTime
                : EventTime.field(topic).map(field -> (Long) of(value, field)).orElse(logTime);
        return (from == null || at >= from.toEpochMilli()) && (until == null || at < until.toEpochMilli());
    }

    private boolean tellsOf(IndexedRecord value) {
        return value != null
                && (scope.name().equals(text(value, SCOPE))
                        || Optional.ofNullable((Collection<?>) of(value, STATEMENTS)).stream()
                                .flatMap(Collection::stream)
                                .anyMatch(statement -> scope.name().equals(text((IndexedRecord) statement, SCOPE))));
    }

    private static boolean isKeyedByCampaign(Topic<?> topic) {
        return topic.equals(Topics.CAMPAIGN_DEFINITIONS) || topic.equals(Topics.CAMPAIGN_LAUNCHES);
    }

    private static String text(IndexedRecord value, String field) {
        Object found = value == null ? null : of(value, field);
        return found == null ? null : found.toString();
    }

    private static Object of(IndexedRecord value, String name) {
        Field field = value.getSchema().getField(name);
        return field == null ? null : value.get(field.pos());
    }
}
